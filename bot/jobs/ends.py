"""Who hears of the end of a run: the Home tabs, and those who tell what changed."""

import logging
from typing import Self

from bot.connection import Connection
from bot.jobs.homes import Homes
from bot.jobs.queue import Queue
from checks.errors import StoreError

log = logging.getLogger(__name__)


class Ends:
    """An async context manager for the queues of those who can speak to Slack, wherever they are.

    `bots` is for what people wait for, `digests` for what comes by itself. It is called at the end of a run,
    with its cluster and its id, and never raises: the next run tells the same, only later.
    """

    def __init__(self, connection: Connection) -> None:
        self.bots = Queue(connection, "readiness", ("answer", "announce", "homes"))
        self.digests = Queue(connection, "readiness-digests", ("digest", "alert"))
        self.homes = Homes(self.bots)

    async def __aenter__(self) -> Self:
        await self.bots.__aenter__()
        await self.digests.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.digests.__aexit__()
        await self.bots.__aexit__()

    async def __call__(self, cluster: str, run_id: str) -> None:
        """Take note of the end of a run."""
        await self.homes.changed()
        try:
            await self.digests.add("alert", f"alert:{cluster}:{run_id}", cluster, run_id)
        except StoreError as error:
            log.warning("what run %s of %s turned is not told: %s", run_id, cluster, error)
