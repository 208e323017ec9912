"""Who is in a user group: asked of Slack rarely, and remembered while it does not answer."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot import members
from bot.members import CachedMembers
from bot.store import Store
from checks.errors import UsageError
from tests.bot.store.build import lose

ANN, BOB = frozenset({"UANN"}), frozenset({"UANN", "UBOB"})


class Slack:
    """Says who is in a group, and counts how often it was asked."""

    def __init__(self) -> None:
        self.users: frozenset[str] | None = ANN
        self.asked = 0

    async def __call__(self, _: str) -> frozenset[str]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.users is None:
            raise UsageError("missing_scope")
        return self.users


async def later(client: Redis) -> None:
    """Let the time pass after which Slack is asked again."""
    assert await client.delete("readiness:members:SSRE:asked")


async def test_an_answer_holds_for_a_while_over_all_replicas(store: Store) -> None:
    slack, client = Slack(), store.connection.client
    one, other = (CachedMembers(store.connection, slack) for _ in range(2))
    assert [await one("SSRE"), await other("SSRE")] == [ANN, ANN]
    slack.users = BOB
    assert await one("SSRE") == ANN
    assert slack.asked == 1
    assert 0 < await client.ttl("readiness:members:SSRE:asked") <= members.FRESH
    await later(client)
    assert [await one("SSRE"), await other("SSRE")] == [BOB, BOB]
    assert slack.asked == 2


async def test_the_last_good_answer_counts_while_slack_does_not_answer(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    slack, client = Slack(), store.connection.client
    cached = CachedMembers(store.connection, slack)
    await cached("SSRE")
    slack.users = None
    await later(client)
    assert await cached("SSRE") == ANN
    assert "the 1 it had last are in it" in caplog.text
    # It is not asked at every click meanwhile, and what it said last does not live longer by that.
    assert await cached("SSRE") == ANN
    assert slack.asked == 2
    assert 0 < await client.ttl("readiness:members:SSRE:asked") <= members.AGAIN
    await client.delete("readiness:members:SSRE")
    assert await cached("SSRE") == frozenset()


async def test_a_group_that_was_never_read_grants_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    slack = Slack()
    slack.users = None
    assert await CachedMembers(store.connection, slack)("SSRE") == frozenset()
    assert "nobody is taken to be in it" in caplog.text


async def test_an_emptied_group_is_empty(store: Store) -> None:
    slack = Slack()
    slack.users = frozenset()
    cached = CachedMembers(store.connection, slack)
    assert [await cached("SSRE"), await cached("SSRE")] == [frozenset()] * 2
    assert slack.asked == 1


async def test_many_at_once_are_one_question(store: Store) -> None:
    slack = Slack()
    cached = CachedMembers(store.connection, slack)
    assert set(await asyncio.gather(*(cached("SSRE") for _ in range(30)))) == {ANN}
    assert slack.asked == 1


async def test_slack_that_hangs_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "PATIENCE", 0.01)

    async def hanging(_: str) -> frozenset[str]:
        await asyncio.Event().wait()
        return ANN

    assert await CachedMembers(store.connection, hanging)("SSRE") == frozenset()


async def test_garbage_and_a_store_that_is_gone_mean_asking_slack(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = Slack()
    cached = CachedMembers(store.connection, slack)
    await store.connection.client.set("readiness:members:SSRE", "(\xb5/")
    assert await cached("SSRE") == ANN

    lose(store, monkeypatch)
    slack.users = BOB
    assert await CachedMembers(store.connection, slack)("SSRE") == BOB
