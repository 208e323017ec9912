"""The workers of this process, at work until they are asked to stop."""

import asyncio
import logging
from collections.abc import Sequence

from bot.jobs.worker import Pace, Worker
from checks.errors import StoreError

log = logging.getLogger(__name__)


class Crew:
    """`run_forever` has the workers do their jobs until `stop`, whatever becomes of Redis meanwhile."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._workers: Sequence[Worker] = ()

    async def run_forever(self, workers: Sequence[Worker]) -> None:
        """Work until `stop`."""
        self._workers = workers
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            await asyncio.wait([group.create_task(worker.run()) for worker in workers])
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
