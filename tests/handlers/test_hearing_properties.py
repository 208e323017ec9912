"""Whatever is said, wherever it is heard: an answer about a visible cluster, or none."""

import asyncio
from dataclasses import fields
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checks.errors import UsageError
from handlers.conversation.hearing import hear
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.ports import Reports
from handlers.request import Asker, Request
from tests.bot.output.sample import NOW
from tests.handlers.bureau import Ports
from tests.handlers.memory import RememberingTopics
from tests.handlers.sayings.every import SAYINGS
from tests.handlers.test_hearing import MENTION, OVERHEARD, PROD, RUN, WHY

SAID = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(
        st.sampled_from(
            [word for said, _ in SAYINGS for word in said.split()]
            + [
                "why",
                "how",
                "do",
                "I",
                "fix",
                "it",
                "and",
                "who",
                "owns",
                "prod-eu",
                "?",
                "until",
                "friday",
                "because",
            ]
            + ['"', "`", "<@U1>", "\ud800", "test", "again"]
        ),
        max_size=8,
    ).map(" ".join),
)


async def test_whoever_may_view_nothing_is_told_so() -> None:
    asker = Asker(user="U1", channel="D1", message_ts="2.0", thread_ts="2.0")
    with pytest.raises(UsageError, match="there is no cluster that you may view here"):
        await hear(quiet(None, ()), Request("T1", asker, NOW, "is prod ready?"))


PLACES = st.sampled_from([{}, MENTION, OVERHEARD, {"message_ts": "2.0", "thread_ts": "2.0", "channel": "D1"}])
TOPICS = st.sampled_from([None, Topic(), Topic(PROD), Topic(PROD, RUN, "cni", WHY), Topic("gone", "x", "y")])


def quiet(topic: Topic | None, clusters: tuple[str, ...]) -> Desk:
    """Return a desk at which nobody answers."""
    ports, topics = Ports(clusters), RememberingTopics()
    if topic:
        topics.known |= {("C1", "1.0"): topic, ("D1", ""): topic}
    named = {"reports", "access", "topics", "now", "sleep"}
    others = {field.name: None for field in fields(Desk) if field.name not in named}
    return Desk(
        reports=cast("Reports", ports),
        access=ports,
        topics=topics,
        now=lambda: NOW,
        **cast("Any", others),
    )


@example("OPS", {}, None, (PROD,))
@example("HELP A SCHEDULE CHECK:0,1", {}, None, (PROD,))
@given(SAID, PLACES, TOPICS, st.sampled_from([(), (PROD,), (PROD, "staging")]))
@settings(max_examples=150)
def test_whatever_is_said_wherever_it_is_heard(
    said: str, place: dict[str, Any], topic: Topic | None, clusters: tuple[str, ...]
) -> None:
    async def run() -> None:
        desk, asker = quiet(topic, clusters), Asker(**{"user": "U1", "channel": "C1", **place})
        request = Request("T1", asker, NOW, said)
        try:
            heard = await hear(desk, request)
        except UsageError:
            assert not clusters
            assert not asker.overheard
            return
        for intent in heard:
            named = {getattr(intent, field, "") for field in ("cluster", "one", "other")}
            assert named <= {"", *clusters}

    asyncio.run(run())
