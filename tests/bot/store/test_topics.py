"""What conversations are about, as Redis keeps it."""

import logging

import pytest

from bot.store import Store
from bot.topics import Topics
from handlers.conversation.topic import Topic
from handlers.intents import Filters, Kind, Question

ASKED = Question(Kind.LIST, "prod", "replicas", Filters(namespace="shop"), about="cart <&> ☃", since="7d")
SPOKEN = Topic("prod", "20261121-100915-7f3a", "replicas", ASKED)


@pytest.fixture
def topics(store: Store) -> Topics:
    return Topics(store.connection)


@pytest.mark.parametrize("topic", [Topic(), Topic("prod"), SPOKEN])
async def test_a_thread_is_about_what_was_said_last(topics: Topics, topic: Topic) -> None:
    assert await topics.topic("C1", "1.0") is None
    await topics.set_topic("C1", "1.0", Topic("staging"))
    await topics.set_topic("C1", "1.0", topic)
    assert await topics.topic("C1", "1.0") == topic
    for channel, thread_ts in (("C1", ""), ("C1", "1.00"), ("C2", "1.0")):
        assert await topics.topic(channel, thread_ts) is None


async def test_it_is_kept_for_a_month(topics: Topics, store: Store) -> None:
    await topics.set_topic("D1", "", SPOKEN)
    left = await store.connection.client.ttl("readiness:topic:D1:")
    assert 29 * 86_400 < left <= 30 * 86_400


async def test_what_cannot_be_read_is_about_nothing_but_ours(
    topics: Topics, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await store.connection.client.set("readiness:topic:C1:1.0", b"{")
    with caplog.at_level(logging.WARNING):
        assert await topics.topic("C1", "1.0") == Topic()
    assert "what 1.0 in C1 is about cannot be read" in caplog.text
