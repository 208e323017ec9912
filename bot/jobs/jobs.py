"""The jobs of this process: what is asked, what ends, who sees it, and the runs of clusters.

Two queues on one Redis: `readiness` for those who can speak to Slack, `readiness-pool-default` for those who
can reach the clusters. Here they are the same process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

import msgspec

from bot.connection import Connection
from bot.jobs.checking import Checking, Ways
from bot.jobs.homes import Homes, Renew
from bot.jobs.queue import Queue
from bot.jobs.worker import Job, Pace, Worker, again, quieten
from bot.runs import Runs
from checks.errors import ReadinessError, StoreError
from handlers.ports import Acceptance
from handlers.request import Request

Answer = Callable[[Request], Awaitable[None]]
Announce = Callable[[str], Awaitable[None]]
"""Tells of the end of an acceptance, by its id. Raises `ReadinessError` where that should be tried again."""

ANSWERS_AT_ONCE = 100
"""Most of them wait: for a run, or for Slack's rate limits."""

log = logging.getLogger(__name__)


class Jobs:
    """An async context manager for what puts jobs in; `run_forever` does them until `stop`.

    `runs` is the port of handlers, `schedule` and `cancel` that of `bot.acceptances`.
    """

    def __init__(
        self, connection: Connection, ways: Ways, *, runs_at_once: int = 4, pace: Pace | None = None
    ) -> None:
        self._bots = Queue(connection, "readiness", ("answer", "announce", "homes"))
        self._pool = Queue(connection, "readiness-pool-default", ("check",))
        self._pace = pace or Pace()
        self._homes = Homes(self._bots)
        self._checking = Checking(connection, ways, self._homes.changed, at_once=runs_at_once)
        # A few more than can run: those who wait for a place tell that they are alive.
        self._claims = 2 * runs_at_once
        self._workers: tuple[Worker, ...] = ()
        self.runs = Runs(self._pool, self._checking)

    async def __aenter__(self) -> Self:
        quieten()
        await self._bots.__aenter__()
        await self._pool.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.__aexit__()
        await self._bots.__aexit__()

    async def ask(self, request: Request) -> None:
        """Have a request answered. Raises `StoreError` where the server does not take it within a second."""
        await self._bots.add("answer", f"ask:{request.id}", request.encode())

    async def schedule(self, acceptance: Acceptance) -> None:
        """Have the end of an acceptance announced, at the time it has now. Raises `StoreError`."""
        await self._bots.put_at(acceptance.until, "announce", f"end:{acceptance.id}", acceptance.id)
        await self._homes.changed()

    async def cancel(self, acceptance_id: str) -> None:
        """Have no end announced. Raises `StoreError`."""
        await self._bots.cancel(f"end:{acceptance_id}")
        await self._homes.changed()

    async def run_forever(self, answer: Answer, announce: Announce, renew: Renew) -> None:
        """Do jobs until `stop`, whatever becomes of Redis meanwhile."""

        async def answered(text: str) -> None:
            try:
                request = Request.decode(text)
            except msgspec.ValidationError as error:
                again(self._pace.unknown, f"a newer version asks in words of its own: {error}")
                return
            await _logged(f"request {request.id} was not answered", answer(request))

        async def announced(acceptance_id: str) -> None:
            try:
                await announce(acceptance_id)
            except ReadinessError as error:
                again(self._pace.announce, f"the end of {acceptance_id} is not announced: {error}")
            except Exception:
                log.exception("the end of %s was not announced", acceptance_id)
            await self._homes.changed()

        async def homes() -> None:
            await self._homes.renewed(renew)

        jobs: Mapping[str, Job] = {"answer": answered, "announce": announced, "homes": homes}
        self._workers = (
            Worker(self._bots, jobs, at_once=ANSWERS_AT_ONCE, pace=self._pace),
            Worker(self._pool, {"check": self._checking.check}, at_once=self._claims, pace=self._pace),
        )
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            await asyncio.wait([group.create_task(worker.run()) for worker in self._workers])
            watch.cancel()

    async def stop(self, seconds: float) -> None:
        """End `run_forever`: what runs has so many seconds, 10.5 at most, and 5 more to be handed back."""
        await asyncio.gather(*(worker.stop(seconds) for worker in self._workers))

    async def _watch(self) -> None:
        """See to it that the server runs, where it is the embedded one, and that the workers do."""
        away = False
        while True:
            await asyncio.sleep(self._pace.look)
            try:
                for worker in self._workers:
                    await worker.look()
            except StoreError as error:
                if not away:
                    log.warning("jobs wait: %s", error)
                away = True
            else:
                if away:
                    log.warning("jobs go on")
                away = False


async def _logged(failed: str, work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception(failed)
