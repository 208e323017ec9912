"""Signs of life: who is up, and what becomes of whoever is not any more."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from bot import presence as presence_module
from bot.connection import Connection
from bot.presence import Presence
from bot.roster import GONE, Roster
from tests.bot.jobs.build import eventually
from tests.bot.roster.members import SOON, A, bot, later, worker


async def test_who_is_up_says_so_and_takes_itself_off_at_the_end(connection: Connection) -> None:
    roster, one, two = Roster(connection), bot(), worker(A, pool="a", chosen=True)
    began = datetime.now(UTC) - timedelta(seconds=60)
    async with Presence(connection, one, lambda: began):
        async with Presence(connection, two):
            first, second = await roster.members()
            assert structs.replace(first, beat=one.beat) == structs.replace(one, connected=began)
            assert structs.replace(second, beat=two.beat) == two
            assert abs(second.beat - datetime.now(UTC)) < timedelta(seconds=20)
        assert [member.id for member in await roster.members()] == [one.id]
    assert await roster.members() == []


async def test_a_killed_one_is_gone_after_half_a_minute_by_the_clock_of_redis(connection: Connection) -> None:
    roster = Roster(connection)
    # Its own clock is an hour behind.
    killed = structs.replace(worker(A), started=datetime.now(UTC) - timedelta(hours=1))
    await Presence(connection, killed).__aenter__()
    await later(connection, GONE - 5)
    assert [member.id for member in await roster.members()] == [killed.id]
    assert await roster.served(A.name)
    await later(connection, 6)
    assert await roster.members() == []
    assert not await roster.served(A.name)


async def test_signs_of_life_go_on(connection: Connection) -> None:
    roster = Roster(connection)
    async with Presence(connection, worker(A), every=SOON):
        await later(connection, GONE + 1)
        await eventually(roster.members, bool)
        # What is said of the socket is of now.
    connected: list[datetime] = []
    async with Presence(connection, bot(), lambda: connected[-1] if connected else None, every=SOON):
        assert [member.connected for member in await roster.members()] == [None]
        connected.append(datetime.now(UTC))
        await eventually(roster.members, lambda seen: seen[0].connected == connected[0])


async def test_what_becomes_of_the_socket_is_told_before_the_next_sign_of_life(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "LOOK", SOON)
    roster, since = Roster(connection), datetime.now(UTC)
    connected: list[datetime] = []
    async with Presence(connection, bot(), lambda: connected[-1] if connected else None, every=60):
        connected.append(since)
        await eventually(roster.members, lambda seen: seen[0].connected == since)
        connected.clear()
        await eventually(roster.members, lambda seen: seen[0].connected is None)


async def test_after_redis_was_emptied_they_are_back(connection: Connection) -> None:
    roster = Roster(connection)
    async with Presence(connection, worker(A), every=SOON):
        await connection.client.flushall()
        await eventually(roster.members, bool)
        assert await roster.pool(A.name) == "default"
    assert presence_module.EVERY <= 5
