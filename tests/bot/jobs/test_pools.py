"""Which workers get a run: those of the pool that serves the cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot import roster as module
from bot.connection import Connection
from bot.jobs import pool as pool_module
from bot.jobs.checking import Ways
from bot.jobs.crew import Crew
from bot.jobs.ends import Ends
from bot.jobs.jobs import Jobs
from bot.jobs.pool import Pool
from bot.presence import Presence, myself
from bot.reach import NOWHERE, Reach, everything, selection
from bot.roster import Roster
from bot.serve.working import working as serve_working
from bot.settings import ClusterEntry, Settings
from checks.catalogue import CATALOGUE
from checks.errors import ReadinessError, UsageError
from handlers.ports import Cluster, State
from tests.bot.jobs.build import QUICK, Desk, ended, eventually, sandbox, ways, working

PROD = Cluster("prod")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    monkeypatch.setattr(module, "YOUNG", 0.0)
    monkeypatch.setattr(pool_module, "TURN", 0.05)


@asynccontextmanager
async def worker(connection: Connection, reach: Reach) -> AsyncIterator[None]:
    """Work in a pool, as `readiness worker` does."""
    own = myself(bot=False, pool=reach.pool, clusters=reach.clusters, chosen=reach.chosen)
    async with AsyncExitStack() as stack:
        settled = Ways(Settings(), reach.resolve, CATALOGUE, 20)
        elsewhere = Roster(connection, own).elsewhere
        ends = await stack.enter_async_context(Ends(connection))
        pool = Pool(connection, settled, ends, name=reach.pool, pace=QUICK, elsewhere=elsewhere)
        await stack.enter_async_context(pool)
        await stack.enter_async_context(Presence(connection, own))
        async with running(pool):
            yield


@asynccontextmanager
async def running(pool: Pool) -> AsyncIterator[None]:
    crew = Crew(QUICK)
    task = asyncio.create_task(crew.run_forever([pool.worker()]))
    try:
        yield
    finally:
        await crew.stop(0)
        await task


@pytest.fixture
async def bots(connection: Connection) -> AsyncIterator[Jobs]:
    """The jobs of a bot that reads no cluster."""
    own = myself(bot=True)
    async with Presence(connection, own):
        roster = Roster(connection, own)
        async with Jobs(connection, None, roster=roster, pace=QUICK) as jobs:
            yield jobs


async def test_a_run_is_made_by_the_pool_that_serves_the_cluster_and_the_bots_hear_of_it(
    bots: Jobs, connection: Connection, desk: Desk, kubeconfig: Path
) -> None:
    async with (
        sandbox(kubeconfig),
        working(bots, desk),
        worker(connection, selection(Settings(), str(kubeconfig), ["prod"], "")),
    ):
        run_id = await bots.runs.start("prod", "U1", "T1")
        assert (await ended(bots, run_id)).state is State.DONE
        await eventually(desk.renewed, bool)
        await eventually(desk.alerts, lambda seen: seen == [f"prod {run_id}"])
        assert await connection.client.exists("readiness-pool-clusters-prod:stream")
        assert not await connection.client.exists("readiness-pool-default:stream")


async def test_where_no_worker_serves_it_no_run_is_begun(bots: Jobs, connection: Connection) -> None:
    with pytest.raises(UsageError, match="no worker serves prod"):
        await bots.runs.start("prod", "U1", "T1")
    assert not await connection.client.keys("readiness:running:*")
    assert not await connection.client.keys("readiness-pool-*")


async def test_a_request_that_has_its_run_keeps_it_although_the_worker_is_gone(
    bots: Jobs, connection: Connection
) -> None:
    own = myself(bot=False, pool="p", clusters=[PROD])
    async with Presence(connection, own):
        run_id = await bots.runs.start("prod", "U1", "T1")
    assert await bots.runs.start("prod", "U1", "T1") == run_id
    with pytest.raises(UsageError):
        await bots.runs.start("prod", "U1", "T2")


async def test_one_pool_whose_workers_have_kubeconfigs_of_their_own(
    bots: Jobs, connection: Connection, kubeconfig: Path
) -> None:
    elsewhere = Settings(clusters=(ClusterEntry(name="far", context="far"),))
    async with (
        sandbox(kubeconfig),
        worker(connection, everything(elsewhere, str(kubeconfig))),
        worker(connection, everything(Settings(), str(kubeconfig))),
    ):
        for number in range(6):
            run_id = await bots.runs.start("prod", "U1", f"T{number}")
            assert (await ended(bots, run_id)).state is State.DONE


async def test_without_the_store_only_what_is_read_here_can_be_run(
    bots: Jobs, connection: Connection, kubeconfig: Path
) -> None:
    with pytest.raises(ReadinessError, match="it is the way to the worker that reads prod"):
        await bots.runs.alone("prod")
    own = myself(bot=True, pool="default", clusters=[PROD])
    async with (
        sandbox(kubeconfig),
        Jobs(connection, ways(kubeconfig), roster=Roster(connection, own), pace=QUICK) as jobs,
    ):
        assert (await jobs.runs.alone("prod")).cluster == "prod"
        with pytest.raises(ReadinessError, match="it is the way to the worker that reads far"):
            await jobs.runs.alone("far")


async def test_a_worker_needs_a_cluster() -> None:
    with pytest.raises(UsageError, match="there is no cluster to read"):
        await serve_working(Settings(), NOWHERE, at_once=1, seconds=1)
