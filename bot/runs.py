"""Runs of clusters, one at a time for each: `handlers.ports.Runs`."""

from bot.jobs.checking import Checking
from bot.jobs.queue import Queue
from bot.jobs.records import Records
from checks.model import Report
from handlers.ports import Progress


class Runs:
    """See `handlers.ports.Runs`. Methods raise `StoreError`, `alone` any `ReadinessError`."""

    def __init__(self, pool: Queue, checking: Checking) -> None:
        self._pool = pool
        self._checking = checking
        self._records = Records(pool.connection)

    async def start(self, cluster: str, asker: str, request_id: str) -> str:
        """Start a run, or join the one under way; return its id."""
        run_id, due = await self._records.open(cluster, asker, request_id)
        if due:
            # Also for one that is joined: whoever opened it may have died before this.
            await self._pool.add("check", f"check:{run_id}", cluster, run_id)
        return run_id

    async def progress(self, run_id: str) -> Progress | None:
        """Return how far a run is."""
        return await self._records.progress(run_id)

    async def alone(self, cluster: str) -> Report:
        """Run here and now, without the store."""
        return await self._checking.alone(cluster)
