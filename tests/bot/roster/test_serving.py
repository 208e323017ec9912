"""Which pool serves a cluster, and what is said where none does."""

import asyncio
from time import monotonic
from typing import Any

import pytest

from bot import roster as module
from bot.connection import Connection
from bot.presence import Presence, myself
from bot.roster import YOUNG, Roster
from checks.errors import UsageError
from tests.bot.roster.members import SOON, A, B, bot, later, worker


async def test_who_was_told_to_serve_a_cluster_goes_before_who_serves_all(connection: Connection) -> None:
    roster = Roster(connection)
    async with Presence(connection, worker(A, B)):
        assert await roster.pool(A.name) == "default"
        async with Presence(connection, worker(A, B, pool="environment-prod", chosen=True)):
            assert [await roster.pool(it.name) for it in (A, B)] == ["environment-prod"] * 2
            async with Presence(connection, worker(A, pool="zz", chosen=True)):
                # The narrower choice.
                assert [await roster.pool(it.name) for it in (A, B)] == ["zz", "environment-prod"]
        assert await roster.pool(A.name) == "default"


async def test_where_none_serves_a_cluster_it_is_said_what_to_start(connection: Connection) -> None:
    async with Presence(connection, worker(B)), Presence(connection, bot()):
        with pytest.raises(UsageError, match="no worker serves cluster-a") as raised:
            await Roster(connection).pool(A.name)
    assert "`readiness worker --clusters cluster-a`" in raised.value.hint


async def test_a_bot_that_reads_nothing_serves_nothing(connection: Connection) -> None:
    member = myself(bot=True, clusters=(A,))
    async with Presence(connection, member):
        roster = Roster(connection, member, offered=[A])
        assert not await roster.served(A.name)
        with pytest.raises(UsageError):
            await roster.pool(A.name)


async def test_just_after_a_start_a_worker_is_waited_for(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "YOUNG", YOUNG)
    roster = Roster(connection)
    async with Presence(connection, bot()):
        asked = asyncio.create_task(roster.pool(A.name))
        await asyncio.sleep(4 * SOON)
        assert not asked.done()
        async with Presence(connection, worker(A)):
            assert await asked == "default"
            # Emptied: the same again, for whoever has not been heard of since.
            await connection.client.flushall()
            again = asyncio.create_task(roster.pool(A.name))
            await asyncio.sleep(4 * SOON)
            assert not again.done()
            async with Presence(connection, worker(A, pool="other")):
                assert await again == "other"


async def test_the_wait_has_an_end(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "YOUNG", 5 * SOON)
    began = monotonic()
    with pytest.raises(UsageError):
        await Roster(connection).pool(A.name)
    assert monotonic() - began < 5


async def test_a_worker_that_has_just_left_is_waited_for(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = Roster(connection)
    async with Presence(connection, bot()):
        async with Presence(connection, worker(A)):
            pass
        monkeypatch.setattr(module, "YOUNG", YOUNG)
        await connection.client.set(module.SINCE, 1)
        asked = asyncio.create_task(roster.pool(A.name))
        with pytest.raises(UsageError):
            await roster.pool(B.name)
        assert not asked.done()
        async with Presence(connection, worker(A)):
            assert await asked == "default"
        await later(connection, YOUNG)
        with pytest.raises(UsageError):
            await roster.pool(A.name)


async def test_its_own_pool_counts_whatever_redis_knows(connection: Connection) -> None:
    own = worker(A)
    roster = Roster(connection, own)
    assert await roster.pool(A.name) == "default"
    assert [member.id for member in await roster.members()] == [own.id]
    async with Presence(connection, own):
        assert [member.id for member in await roster.members()] == [own.id]


async def test_what_is_configured_badly_here_is_told_here_unless_a_worker_has_it(
    connection: Connection,
) -> None:
    roster = Roster(connection, worker(A), offered=[A, B])
    assert await roster.pool(B.name) == "default"
    assert roster.is_own(B.name)
    async with Presence(connection, worker(B, pool="b", chosen=True)):
        assert await roster.pool(B.name) == "b"
    # Its worker is only away.
    with pytest.raises(UsageError, match="no worker serves cluster-b"):
        await roster.pool(B.name)


async def test_what_another_of_the_pool_reads_is_left_to_it(connection: Connection) -> None:
    roster = Roster(connection, worker(A), offered=[A, B])
    assert not await roster.elsewhere(A.name)
    assert not await roster.elsewhere(B.name)
    async with Presence(connection, worker(B)):
        assert await roster.elsewhere(B.name)
        assert not await roster.elsewhere(A.name)
    async with Presence(connection, worker(B, pool="other")):
        assert not await roster.elsewhere(B.name)


async def test_many_who_ask_at_once_are_one_look(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH", 2.0)
    roster, looks = Roster(connection), 0
    read = roster._read

    async def counted() -> Any:  # noqa: ANN401
        nonlocal looks
        looks += 1
        return await read()

    monkeypatch.setattr(roster, "_read", counted)
    async with Presence(connection, worker(A)):
        assert {*await asyncio.gather(*(roster.pool(A.name) for _ in range(30)))} == {"default"}
    assert looks == 1
