"""Clusters that workers announced, and for how long they are known."""

import pytest

from bot import roster as module
from bot.connection import Connection
from bot.presence import Presence, myself
from bot.roster import KEPT, YOUNG, Roster
from tests.bot.jobs.build import eventually
from tests.bot.roster.members import SOON, A, B, bot, later, names, worker


async def test_clusters_that_workers_announced_are_known_for_a_week(connection: Connection) -> None:
    roster = Roster(connection)
    async with (
        Presence(connection, worker(A)),
        Presence(connection, myself(bot=True, pool="default", clusters=[B])),
    ):
        assert {it.name: it for it in await roster.announced()} == {A.name: A, B.name: B}
    # A bot's own are in its readiness.yaml, or not any more.
    assert [*await roster.announced()] == [A]
    await later(connection, KEPT - 60)
    assert await names(roster) == [A.name]
    await later(connection, 61)
    assert await names(roster) == []
    async with Presence(connection, worker(B)):
        assert await connection.client.zrange(module.ANNOUNCED, 0, -1) == [b"cluster-b"]
        assert await connection.client.hkeys(module.ANNOUNCED_SAID) == [b"cluster-b"]


async def test_just_after_a_start_some_have_yet_to_announce_theirs(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "YOUNG", YOUNG)
    async with Presence(connection, bot()):
        assert await Roster(connection).young()
        await later(connection, YOUNG)
        assert not await Roster(connection).young()


async def test_where_redis_was_just_emptied_what_was_announced_last_still_counts(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "YOUNG", YOUNG)
    roster = Roster(connection)
    async with Presence(connection, worker(A)), Presence(connection, bot(), every=SOON):
        assert await names(roster) == [A.name]
        await connection.client.flushall()
        assert await names(roster) == [A.name]
        await eventually(roster.members, bool)
        assert await names(roster) == [A.name]
        await later(connection, YOUNG)
        assert await names(roster) == []


async def test_what_a_newer_version_says_in_words_of_its_own_is_left_out(connection: Connection) -> None:
    roster = Roster(connection)
    async with Presence(connection, worker(A)), Presence(connection, bot()) as other:
        member = other._member.id
        await connection.client.hset(module.SAID, member, b'{"kind": 7}')
        await connection.client.hset(module.ANNOUNCED_SAID, A.name, b"[]")
        assert [seen.clusters for seen in await roster.members()] == [(A,)]
        assert await names(roster) == [A.name]
