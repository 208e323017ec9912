"""Words of a cluster and of people with everything that Slack would format, link or notify by."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.fresh import fresh
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.seeing import words_of
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage, staged
from tests.e2e.slack.test_forms import day

pytestmark = pytest.mark.e2e

POISON = (
    "<!channel> <@U0000000002> <#C0000000005> *zbold* _zitalic_ ~zstruck~ `zcode` :zboom: @zhere #zgeneral"
    " https://evil.example <https://evil.example|zlink> evil.example &lt;!yonder&gt; ```zblock"
)
MARKS = re.compile(r"z(bold|italic|struck|boom|here|general|link)|evil\.example")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
OURS = re.compile(
    r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[-\d: ]+ UTC>|<@U\d+>|<#C\d+>|<!subteam\^S\d+>"
    r"|<https?://[^<>|\s]*\|(Documentation|evidence|the answer)>"
)


NAMES = {"shop", "web", "cart", "mailer", "orders", "catalog"}


def poisoned(value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return manifests whose names, labels, images and messages are an attack. No API server takes all."""
    if isinstance(value, dict):
        return {key: poisoned(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, key) for item in value]
    if key == "image":
        return f"{value} <!channel>*zbold* _zitalic_"  # without a colon, so that it still has no tag
    return f"{value} {POISON}" if value in NAMES or key == "message" else value


def formatted(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield every text that Slack would format."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value["verbatim"]
            yield value["text"]
        elif "blocks" in value or "text" in value:
            yield from [value["text"]] if isinstance(value.get("text"), str) and "type" not in value else []
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from formatted(child)


def assert_harmless(stage: Stage) -> None:
    texts = [text for call in stage.slack.calls for text in formatted(call.arguments)]
    assert any("zbold" in text for text in texts)
    for text in texts:
        outside = OURS.sub(" ", CODE.sub(" ", text))
        assert "<" not in outside, text
        assert ">" not in outside, text
        assert not MARKS.search(outside), text
        assert "&lt;!yonder" not in text, text


async def test_nothing_that_anybody_wrote_means_anything_to_slack(folder: Path) -> None:
    objects = poisoned(fresh(datetime.now(UTC)))
    async with (
        SandboxSlack(rates=Rates(enforce=False)) as slack,
        SandboxCluster(objects, options=Options(name="prod")) as prod,
        staged(slack, folder, prod) as stage,
    ):
        alice, bob = Person(stage), Person(stage, "bob")
        stage.configuration = {"access": [{"verbs": ["waive", "admin"], "users": [alice.id]}]}
        await stage.bot()
        root = await alice.types("prod", "Full report")
        await stage.finished("prod")
        await alice.types(POISON, "Not understood", alone=True)
        await alice.types(f"check {POISON}", "Not understood", alone=True)
        await alice.types(f"explain {POISON} prod", "Not understood", alone=True)
        await bob.types("waive prod", "you may not waive", alone=True)
        for said, words in (
            ("fix prod", "*How to fix*"),
            ("fix prod crash-loops", "Waive the check"),
            ("fix prod image-tags", "Waive the check"),
            ("show prod page:2", "*Report*"),
            ("show prod check:rollouts", "rollouts"),
            ("explain image-tags prod", "*fail* on"),
            ("show prod namespace:shop", "Shown: namespace"),
            ("report prod", ""),
        ):
            page = await alice.types(said, words)
            while "Next" in buttons(page):
                await alice.turns(page, "Next")
        await alice.opens(root, "Waive")
        await alice.submits(what="Every finding of crash-loops (1)", Why=POISON, until=day(3))
        waived = await alice.sees("*Waived*")
        await alice.opens(waived, "Edit")
        await alice.submits(Why=f"twice {POISON}")
        changed = await alice.sees("*Waiver changed*")
        await alice.types("waivers", "*Waived and attested*", alone=True)
        prod.delete("Deployment", _namespace(objects), _deployment(objects))
        await alice.types("prod", "Full report")
        await stage.finished("prod")
        await alice.clicks(changed, "Withdraw", "*Waiver withdrawn*")
        audit = await alice.types("audit", "*Audit log*", alone=True)
        assert "zbold" in words_of(audit)
        await stage.slack.people.say("alice", "#ops", f"<@readiness> {POISON}")
        await alice.sees("I answer questions about the readiness of clusters", audit.ts, alone=True)
        assert_harmless(stage)


def _deployment(objects: list[Manifest]) -> str:
    return str(next(it["metadata"]["name"] for it in objects if it["metadata"]["name"].startswith("web ")))


def _namespace(objects: list[Manifest]) -> str:
    return str(next(it["metadata"]["name"] for it in objects if it["metadata"]["name"].startswith("shop ")))
