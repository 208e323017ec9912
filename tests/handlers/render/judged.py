"""What holds of every message that is made of anybody's words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from handlers.grammar import parse
from handlers.intents import Unclear
from handlers.ports import Cluster
from handlers.render.elements import VALUE_MOST
from handlers.render.message import Message
from tests.bot.output import strategies
from tests.handlers.render.shown import buttons
from tests.handlers.render.test_properties import fits, hostile

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
HOSTILE = (
    "<!channel>",
    "<@U1>",
    "<https://evil.example|click>",
    "`",
    "```",
    "*bold*",
    ":x:",
    "> quote",
    "&lt;",
    "\u202e",
    "\ud800",
    "长" * 200,
    "x" * 4_000,
)
texts = strategies.texts | st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map(" ".join)
"""What somebody may have typed, or called something."""

names = texts.map(str.strip).filter(bool)
"""What a cluster may be called."""

reports = hostile(most=12)

OURS = re.compile(
    r"<!date\^-?\d+\^\{(date_short_pretty\} \{time|ago)\}\|[-\d: ]+ UTC>|<@U\d+>|<#C\d+>|<!subteam\^S\d+>"
    r"|<https?://[^<>|\s]*\|(Documentation|evidence|the answer)>"
)
"""The only sequences with a meaning to Slack that we write."""

anything = settings(max_examples=25, suppress_health_check=list(HealthCheck))


def mrkdwn(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the texts of blocks that Slack formats."""
    if isinstance(value, dict) and value.get("type") == "mrkdwn":
        yield value["text"]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from mrkdwn(child)


def assert_literal(message: Message) -> None:
    """Nothing in it notifies, links or formats but what we wrote."""
    for text in [message.text, *mrkdwn(list(message.blocks))]:
        assert not re.search("[<>]", OURS.sub(" ", text)), text


def assert_safe(message: Message, *names: str) -> None:
    """Slack takes it, and nothing in it notifies, links or formats but what we wrote.

    Each button is another command, and one that is understood by whoever sees the clusters of these names.
    """
    fits(message)
    assert_literal(message)
    every = [button["value"] for button in buttons(message)]
    assert len({button["action_id"] for button in buttons(message)}) == len(every)
    clusters = [Cluster(name) for name in dict.fromkeys(names)]
    unclear = [said for said in every if isinstance(parse(said, clusters), Unclear)]
    assert all(len(said) == VALUE_MOST for said in unclear)
