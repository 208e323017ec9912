"""`list`: the clusters that the asker may see."""

import asyncio

from checks.summary import Summary
from handlers.desk import Desk
from handlers.intents import Clusters
from handlers.ports import Cluster
from handlers.render import tables
from handlers.request import Request

AT_ONCE = 20
"""Clusters that the store is asked for at the same time."""


async def answer(desk: Desk, request: Request, intent: Clusters) -> str:
    """List them with their last verdicts, as they were judged then."""
    visible = await desk.access.visible(request.asker)
    seats = asyncio.Semaphore(AT_ONCE)

    async def last(cluster: Cluster) -> Summary | None:
        async with seats:
            return next(iter(await desk.reports.history(cluster.name, limit=1)), None)

    found = await asyncio.gather(*map(last, visible))
    rows = list(zip(visible, found, strict=True))
    await desk.courier.tell(request.asker, tables.clusters(rows, intent.page, desk.now()))
    return ""
