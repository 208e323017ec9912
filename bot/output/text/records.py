"""Tables of what people accepted and did."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.text.parts import Blank, bare_table
from checks.presentation.prose import ago, counted, local, plain
from checks.words import last_day
from handlers.ports import Entry

SOON = 7
"""Days before its end from which on an acceptance stands out."""
OUTCOME_STYLES = {"done": "green", "refused": "yellow", "failed": "red"}


class AcceptanceRow(Struct, frozen=True):
    """A waiver or an attestation, as `waivers --output json` gives it; every key is always there.

    `source` is readiness.yaml or Slack. `days_left` are whole days. `cluster`, `namespace` and `name` are
    patterns where they come from readiness.yaml.
    """

    cluster: str
    kind: str
    check: str
    fingerprint: str
    subject: str
    namespace: str
    name: str
    by: str
    reason: str
    until: datetime
    days_left: int
    source: str
    link: str
    id: str


class EntryRow(Struct, frozen=True):
    """A line of the audit log, as `audit --output json` gives it; every key is always there."""

    at: datetime
    user: str
    channel: str
    verb: str
    what: str
    outcome: str
    cluster: str
    detail: str

    @classmethod
    def of(cls, entry: Entry) -> "EntryRow":
        """Return a line as it is documented."""
        return msgspec.convert(entry, cls, from_attributes=True)


def render_acceptances(rows: Sequence[AcceptanceRow]) -> RenderableType:
    """Return what is accepted, in the order given."""
    if not rows:
        return Text("Nothing is waived or attested.")
    table = bare_table("until", "left", "cluster", "what", "by", "from", "reason")
    for row in rows:
        left = counted(row.days_left, "day") if row.days_left else "< 1 day"
        table.add_row(
            f"{last_day(row.until)}",
            Text(left, "bold yellow" if row.days_left < SOON else ""),
            Text(plain(row.cluster)),
            _what(row),
            Text(plain(row.by)),
            Text(plain(f"{row.source} {row.id}".strip())),
            Text(plain(row.reason)),
        )
    return Group(table, Blank(), Text(_sum(rows), "dim"))


def _what(row: AcceptanceRow) -> Text:
    """Name the check, and which of its findings are meant."""
    text = Text(plain(row.check or "a finding"))
    if row.kind == "attestation":
        return text.append(" (attested)", "dim")
    objects = "" if (row.namespace, row.name) == ("*", "*") else f"{row.namespace}/{row.name}"
    return text.append(f" {plain(row.subject or row.fingerprint or objects)}".rstrip(), "dim")


def _sum(rows: Sequence[AcceptanceRow]) -> str:
    signed = sum(row.kind == "attestation" for row in rows)
    return f"{counted(len(rows) - signed, 'waiver')}, {counted(signed, 'attestation')}."


def render_audit(entries: Sequence[Entry], now: datetime) -> RenderableType:
    """Return lines of the audit log, in the order given."""
    if not entries:
        return Text("Nothing is on record.")
    table = bare_table("when", "", "user", "channel", "outcome", "what")
    for column in table.columns[:2]:
        column.no_wrap = True
    for entry in entries:
        detail = f"  {plain(entry.detail)}" if entry.detail else ""
        table.add_row(
            local(entry.at, now),
            Text(ago(entry.at, now), "dim"),
            Text(plain(entry.user)),
            Text(plain(entry.channel)),
            Text(plain(entry.outcome), OUTCOME_STYLES.get(entry.outcome, "")),
            Text(plain(entry.what)).append(detail, "dim"),
        )
    return table
