"""Many clusters at once: their newest runs, and those of the last days."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from checks.summary import Summary
from handlers.charts import DAYS
from handlers.ports import Cluster, Reports
from handlers.render.standing import Newest, Way, way

T = TypeVar("T")

AT_ONCE = 20
"""Clusters that the store is asked for at the same time."""


class Fleet:
    """What the store tells of clusters at a moment; it is asked once for each."""

    def __init__(self, reports: Reports, now: datetime) -> None:
        self._reports = reports
        self._now = now
        self._seats = asyncio.Semaphore(AT_ONCE)
        self._newest: dict[str, Summary | None] = {}
        self._ways: dict[str, Way] = {}

    async def newest(self, clusters: Sequence[Cluster]) -> list[Newest]:
        """Return clusters with their newest runs, as they were judged then."""

        async def last(name: str) -> Summary | None:
            return next(iter(await self._reports.history(name, limit=1)), None)

        await self._fill(self._newest, [cluster.name for cluster in clusters], last)
        return [(cluster, self._newest[cluster.name]) for cluster in clusters]

    async def ways(self, names: Sequence[str]) -> Mapping[str, Way]:
        """Return the ways of the last 30 days by the names of clusters, also of those asked for before."""
        since = self._now - timedelta(days=DAYS)

        async def past(name: str) -> Way:
            return way(await self._reports.history(name, since=since), self._now)

        await self._fill(self._ways, names, past)
        return self._ways

    async def _fill(
        self, known: dict[str, T], names: Sequence[str], read: Callable[[str], Awaitable[T]]
    ) -> None:
        async def fill(name: str) -> None:
            async with self._seats:
                known[name] = await read(name)

        await asyncio.gather(*(fill(name) for name in names if name not in known))
