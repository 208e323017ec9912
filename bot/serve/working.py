"""A process that only reads clusters: it knows no Slack, and no other cluster than its own."""

import asyncio
import logging
from contextlib import AsyncExitStack

from bot.jobs.checking import Ways
from bot.jobs.crew import Crew
from bot.jobs.ends import Ends
from bot.jobs.pool import Pool
from bot.jobs.worker import Pace
from bot.presence import Presence, myself
from bot.reach import Reach
from bot.roster import Roster
from bot.serve.storing import store
from bot.settings import Settings
from checks.catalogue import CATALOGUE
from checks.errors import UsageError

log = logging.getLogger(__name__)

USUAL = Pace()
LAST_SECONDS = 10.0
"""What runs has so long to end once the process is asked to stop; then it is handed back.

With 2 s to leave the roster and 5 s to hand it back, all of it takes less than 25 s.
"""
NAMED = 10
"""Clusters that the log names at the start; the rest is counted."""


async def working(
    settings: Settings,
    reach: Reach,
    *,
    at_once: int,
    pool_at_once: int | None = None,
    seconds: float,
    pace: Pace = USUAL,
) -> None:
    """Do runs until cancelled: `at_once` so many, and `pool_at_once` in the whole pool, null for any number.

    `seconds` is what reading a cluster may take. Raises `ReadinessError` where it cannot begin.
    """
    if not reach.clusters:
        raise UsageError(
            "there is no cluster to read", "give a kubeconfig, or name clusters in readiness.yaml"
        )
    own = myself(bot=False, pool=reach.pool, clusters=reach.clusters, chosen=reach.chosen)
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(store())
        pool = Pool(
            connection,
            Ways(settings, reach.resolve, CATALOGUE, seconds),
            await stack.enter_async_context(Ends(connection)),
            name=reach.pool,
            at_once=at_once,
            pool_at_once=pool_at_once,
            pace=pace,
            elsewhere=Roster(connection, own).elsewhere,
        )
        await stack.enter_async_context(pool)
        crew = Crew(pace)
        async with asyncio.TaskGroup() as group:
            work = group.create_task(crew.run_forever([pool.worker()]))
            try:
                # Off the roster before it stops: what is asked now is for others.
                async with Presence(connection, own):
                    log.info("working in the pool %s: %s", reach.pool, _named(reach))
                    await asyncio.Event().wait()
            finally:
                await crew.stop(LAST_SECONDS)
                work.cancel()


def _named(reach: Reach) -> str:
    names = [cluster.name for cluster in reach.clusters]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
