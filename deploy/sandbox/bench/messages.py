"""How large messages become: everything that Slack is shown of a report with very many findings."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from msgspec import structs

from checks.catalogue import CATALOGUE
from checks.delta import delta
from checks.engine import assess
from checks.model import Finding, Ref, Report, Result, Status, fingerprint
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.reading import read
from handlers.intents import Filters
from handlers.render import changes, checklist, remediation, root, tables
from handlers.render.message import Message

FINDINGS: Final = 20_000
PAGES: Final = 40
"""Pages looked at of what has pages."""
TAKEN: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOSTILE: Final = (
    "<!channel>",
    "`*_~",
    "界" * 60,
    "😀" * 40,
    "\u202e\u0301",
    "&amp;<https://x.example|y>",
    "a" * 253,
)
"""What names and messages are made of."""


class Largest(NamedTuple):
    """Bytes of the largest message's blocks as they travel, and how many there were."""

    size: int
    messages: int


async def largest() -> Largest:
    """Render all that is shown of a report of `FINDINGS`, and of what changed before it."""
    async with SandboxCluster() as cluster:
        empty = assess(
            await read(cluster, [item for check in CATALOGUE for item in check.reads]),
            CATALOGUE,
            now=TAKEN,
            run_id="20261120-090000-0000",
        )
    share = FINDINGS // len(CATALOGUE) + 1
    after = structs.replace(empty, results=tuple(_failing(result, share) for result in empty.results))
    after = structs.replace(after, delta=delta(empty, after), run_id="20261120-100000-0000")
    sizes = [len(json.dumps(message.blocks)) for message in _messages(empty, after)]
    return Largest(max(sizes), len(sizes))


def _failing(result: Result, share: int) -> Result:
    found = tuple(_finding(result.id, number) for number in range(share))
    return structs.replace(result, status=Status.FAIL, findings=found, failing=share, subjects=share)


def _finding(check_id: str, number: int) -> Finding:
    odd = HOSTILE[number % len(HOSTILE)]
    ref = Ref("Deployment", f"team-{number % 50}", f"{odd}-{number}", odd)
    return Finding(ref, f"{odd} in {odd}", fingerprint=fingerprint(check_id, ref, ""))


def _messages(before: Report, after: Report) -> Iterator[Message]:
    now, everything = TAKEN + timedelta(hours=2), Filters()
    yield root.final(after, everything, [f"U{number}" for number in range(30)], now)
    yield root.failed(after.cluster, HOSTILE[2] * 50, HOSTILE[3] * 50, after, ["U1"], now)
    yield from checklist.checklists(after, everything, now)
    for page in range(1, PAGES):
        yield checklist.page(after, everything, page, now)
        yield tables.comparison(before, after, page, now)
        yield changes.changes(after, after.delta, page, now)
        yield remediation.remediation(after, "", page, now)
    for check in CATALOGUE:
        yield checklist.page(after, Filters(checks=(check.id,)), 1, now)
        yield remediation.remediation(after, check.id, 1, now)
