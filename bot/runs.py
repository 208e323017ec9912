"""Runs of clusters, one at a time for each: `handlers.ports.Runs`."""

import asyncio
from contextlib import AsyncExitStack
from typing import Self

from bot.connection import Connection, sentences
from bot.jobs.pool import CHECK, DEFAULT, Pool, queue
from bot.jobs.queue import PUT, Queue
from bot.jobs.records import Records
from bot.roster import Roster
from checks.errors import ReadinessError, UsageError
from checks.model import Report
from handlers.ports import Progress


class Runs:
    """See `handlers.ports.Runs`; an async context manager for the queues of the pools that are asked.

    `pool` is this process's own, null where it reads no clusters. Without a roster, every run is for the pool
    `default`. Methods raise `StoreError`, `start` also `UsageError` and `alone` any `ReadinessError`.
    """

    def __init__(self, connection: Connection, pool: Pool | None, roster: Roster | None = None) -> None:
        self._connection = connection
        self._pool = pool
        self._roster = roster
        self._records = Records(connection)
        self._queues: dict[str, Queue] = {pool.name: pool.queue} if pool else {}
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def start(self, cluster: str, asker: str, request_id: str) -> str:
        """Start a run in the pool that serves the cluster, or join the one under way; return its id."""
        try:
            pool = await self._roster.pool(cluster) if self._roster else DEFAULT
        except UsageError:
            # Whoever asked that before is being told of it already.
            if run_id := await self._records.given(request_id):
                return run_id
            raise
        run_id, due = await self._records.open(cluster, asker, request_id)
        if due:
            # Also for one that is joined: whoever opened it may have died before this.
            await (await self._queue(pool)).add(CHECK, f"check:{run_id}", cluster, run_id)
        return run_id

    async def progress(self, run_id: str) -> Progress | None:
        """Return how far a run is."""
        return await self._records.progress(run_id)

    async def alone(self, cluster: str) -> Report:
        """Run here and now, without the store, where this process reads the cluster."""
        if self._pool is None or (self._roster and not self._roster.is_own(cluster)):
            raise ReadinessError(
                f"the store cannot be used just now, and it is the way to the worker that reads {cluster}",
                "ask again in a minute; if it stays, whoever runs the bot has to look at its store",
            )
        return await self._pool.checking.alone(cluster)

    async def _queue(self, pool: str) -> Queue:
        """Return the queue of a pool, opened when it is first needed."""
        async with self._opening:
            if pool not in self._queues:
                with sentences(self._connection.where):
                    async with asyncio.timeout(PUT):
                        opened = queue(self._connection, pool)
                        self._queues[pool] = await self._stack.enter_async_context(opened)
            return self._queues[pool]
