"""The workers that read clusters: the queue of their runs, and what does them in this process."""

from collections.abc import Awaitable, Callable
from typing import Self

from bot.connection import Connection
from bot.jobs.checking import Checking, Ended, Ways
from bot.jobs.places import Places
from bot.jobs.queue import Queue
from bot.jobs.worker import Pace, Worker, again, quieten
from handlers.schedules.ports import POOL_QUEUE

DEFAULT = "default"
"""The pool of those that serve every cluster they can reach."""
CHECK = "check"
TURN = 1.0
"""Seconds until a run is offered again that is another's of the same pool."""

Elsewhere = Callable[[str], Awaitable[bool]]
"""Whether a cluster is not this process's to read, but another's of its pool. Raises nothing."""


def queue(connection: Connection, pool: str = DEFAULT) -> Queue:
    """Return the queue of a pool's runs."""
    return Queue(connection, POOL_QUEUE + pool, (CHECK,))


async def nowhere(_: str) -> bool:
    """Stand for a pool whose members all serve the same."""
    return False


class Pool:
    """An async context manager for a pool of workers. `ended` hears of the end of each run.

    `at_once` runs are done here at a time, and `pool_at_once` by all workers of the pool together; null for
    no such limit.
    """

    def __init__(
        self,
        connection: Connection,
        ways: Ways,
        ended: Ended,
        *,
        name: str = DEFAULT,
        at_once: int = 4,
        pool_at_once: int | None = None,
        pace: Pace,
        elsewhere: Elsewhere = nowhere,
    ) -> None:
        self.name = name
        self.queue = queue(connection, name)
        # Free again before the job of a killed process is delivered again.
        held = pace.redelivery * 2 / 3
        places = Places(connection, name, pool_at_once, seconds=held) if pool_at_once else None
        self.checking = Checking(connection, ways, ended, at_once=at_once, places=places)
        # A few more than can run: those who wait for a place tell that they are alive.
        self._claims = 2 * at_once
        self._pace = pace
        self._elsewhere = elsewhere

    async def __aenter__(self) -> Self:
        quieten()
        await self.queue.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.queue.__aexit__()

    def worker(self) -> Worker:
        """Return what does the runs of this pool in this process."""
        return Worker(self.queue, {CHECK: self._check}, at_once=self._claims, pace=self._pace)

    async def _check(self, cluster: str, run_id: str) -> None:
        """Do a run, or leave it to whoever of this pool can: machines have kubeconfigs of their own."""
        if await self._elsewhere(cluster):
            again(TURN, f"another worker of the pool {self.name} reads {cluster}")
        await self.checking.check(cluster, run_id)
