"""The job `homes`: Home tabs are brought up to date, once for all that happens within a second."""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.jobs.queue import Queue
from checks.errors import StoreError

Renew = Callable[[], Awaitable[None]]
"""Brings every tab up to date."""

log = logging.getLogger(__name__)


class Homes:
    """Has tabs renewed after something happened that they show."""

    def __init__(self, queue: Queue, *, clock: Callable[[], float] = time.time) -> None:
        self._queue, self._clock = queue, clock
        self._busy = self._again = False

    async def changed(self) -> None:
        """Have them renewed within a second. Never raises: they can be out of date for a while."""
        due = math.floor(self._clock()) + 1
        try:
            await self._queue.put_at(datetime.fromtimestamp(due, UTC), "homes", f"homes:{due}")
        except StoreError as error:
            log.info("Home tabs are not renewed: %s", error)

    async def renewed(self, renew: Renew) -> None:
        """Renew them; where that is under way, once more after that: it may have passed what changed."""
        self._again = True
        if self._busy:
            return
        self._busy = True
        try:
            while self._again:
                self._again = False
                await renew()
        except Exception:
            log.exception("Home tabs were not renewed")
        finally:
            self._busy = False
