"""Where requests come in: they go to Redis or, while that is away, are answered in this process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.jobs.duties import Answer
from bot.jobs.jobs import Jobs
from bot.jobs.lease import Leases
from checks.errors import ReadinessError, StoreError
from handlers.ports import Memory
from handlers.request import Asker, Request

Reassure = Callable[[Asker], Awaitable[None]]
"""Lets somebody know at once that the answer takes a moment longer."""

PATIENCE = 4.0
"""Seconds for which Redis is asked again before a request is answered here."""
AGAIN = 0.25
"""Seconds until it is asked again."""
MARKING = 600.0
"""Seconds for which a request that was answered here is kept from being answered once more."""
OLD = timedelta(seconds=10)
"""A request whose job comes so late may have been answered by another process. Clocks differ by less."""
MARKED = 3.0
"""Seconds within which that one has said so, once Redis is back."""

log = logging.getLogger(__name__)


class Reception:
    """Takes requests, in time for Slack's acknowledgement, and sees to it that `answer` has each once.

    Redis may have taken what it did not confirm in time. To put the same job in again does no harm; where a
    request is answered here, its job may come all the same.
    """

    def __init__(
        self, jobs: Jobs, leases: Leases, memory: Memory, answer: Answer, reassure: Reassure
    ) -> None:
        self._jobs = jobs
        self._leases = leases
        self._memory = memory
        self._answer = answer
        self._reassure = reassure
        self._here: set[asyncio.Task[None]] = set()

    async def ask(self, request: Request) -> None:
        """Have a request answered."""
        try:
            await self._jobs.ask(request)
        except StoreError as error:
            log.info("request %s is not queued yet: %s", request.id, error)
            self._begin(self._later(request))
            self._begin(self._reassured(request))

    async def answer(self, request: Request) -> None:
        """Answer a request whose job has come, once nobody else is at it."""
        if datetime.now(UTC) - request.at > OLD:
            await asyncio.sleep(MARKED)
        async with self._leases.held(request.id):
            await self._answer(request)

    async def stop(self, seconds: float) -> None:
        """Let what is answered here end within so many seconds: nobody else can."""
        if not self._here:
            return
        _, left = await asyncio.wait(self._here, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._here.add(task)
        task.add_done_callback(self._here.discard)

    async def _reassured(self, request: Request) -> None:
        try:
            await self._reassure(request.asker)
        except ReadinessError as error:
            log.info("nobody is told that request %s takes a moment: %s", request.id, error)

    async def _later(self, request: Request) -> None:
        """Queue a request after all, or answer it here."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            await asyncio.sleep(AGAIN)
            try:
                await self._jobs.ask(request)
            except StoreError:
                continue
            return
        log.warning("request %s is answered here and now: the store is away", request.id)
        try:
            async with self._leases.held(request.id):
                await self._answer(request)
                await self._mark(request)
        except Exception:
            log.exception("request %s was not answered", request.id)

    async def _mark(self, request: Request) -> None:
        """Remember that a request was answered, as soon as the store is back."""
        deadline = monotonic() + MARKING
        while monotonic() < deadline:
            try:
                await self._memory.mark_answered(request.id)
            except StoreError:
                await asyncio.sleep(AGAIN)
                continue
            return
