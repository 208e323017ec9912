"""Reading the clusters of a digest: a few runs at a time, which others may have begun."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from checks.errors import ReadinessError, StoreError
from checks.model import Report
from checks.summary import Summary
from handlers.charts import DAYS, thinned
from handlers.desk import Desk
from handlers.digest.comparing import compare
from handlers.digest.readings import Reading
from handlers.following import PATIENCE, patiently
from handlers.ports import Cluster, Progress, State
from handlers.schedules.model import Fired

AT_ONCE: Final = 20
"""Runs under way for one digest: people who ask meanwhile wait behind no more than these."""
STEP: Final = 1.0
"""Seconds between two looks at a run."""
LONGEST: Final = timedelta(minutes=15)
"""How long a digest waits for its runs in all."""
FRESH: Final = timedelta(hours=1)
"""What was read so long ago is news enough for a digest that comes late, or was held back."""

log = logging.getLogger(__name__)


async def gather(
    desk: Desk, clusters: Sequence[Cluster], nominal: datetime, key: str, last: Fired | None
) -> list[Reading]:
    """Read the clusters of a digest, unless that was done since its `nominal` time; the order stays.

    Of one that comes hours later than that, unless it was done lately.

    `key` is that of the digest: whoever makes it again reads the same runs. `last` is what became of the fire
    time before. Raises `StoreError` only: what is wrong with a cluster is told of it.
    """
    now = desk.now()
    since = max(nominal, now - FRESH)
    gathering = _Gathering(desk, since, key, last, now + LONGEST, len(clusters) > 1)
    seats = asyncio.Semaphore(AT_ONCE)

    async def seated(cluster: Cluster) -> Reading:
        async with seats:
            return await gathering.reading(cluster)

    tasks = [asyncio.create_task(seated(cluster)) for cluster in clusters]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class _Gathering:
    """See `gather`. What was read `since` counts. With `many` only a few runs of each past are held."""

    desk: Desk
    since: datetime
    key: str
    last: Fired | None
    deadline: datetime
    many: bool

    async def reading(self, cluster: Cluster) -> Reading:
        """Read a cluster and compare it with what the last digest told of it."""
        name, told = cluster.name, self.last.runs.get(cluster.name, "") if self.last else ""
        unread = self.last is not None and name in self.last.unread
        report, why = await self._report(name)
        return Reading(
            cluster=cluster,
            last=Summary.of(report) if report else None,
            why=why,
            turned=unread != bool(why),
            changes=await compare(self.desk, report, told) if report else None,
            past=await self._past(name),
        )

    async def _report(self, name: str) -> tuple[Report | None, str]:
        """Return the report of a cluster or, where it could not be read, the last one and why."""
        try:
            report, why = await self._read(name)
        except StoreError:
            raise
        except ReadinessError as error:
            report, why = None, str(error)
        except Exception:
            log.exception("%s is left out of %s", name, self.key)
            report, why = None, "something went wrong here, not with the cluster"
        return report or await self.desk.reports.latest(name), "" if report else why

    async def _read(self, name: str) -> tuple[Report | None, str]:
        """Return the report that the digest tells of; null and why where there is none."""
        reports, memory, mark = self.desk.reports, self.desk.memory, f"{self.key}:read:{name}"
        for told in (await memory.gather(mark, ""))[:1]:
            if known := await reports.report(name, told):
                return known, ""
        report, why = await reports.latest(name), ""
        if report is None or report.taken_at < self.since:
            report, why = await self._run(name)
        if report is None:
            return None, why
        first, *_ = await memory.gather(mark, report.run_id)
        return (report if first == report.run_id else await reports.report(name, first) or report), ""

    async def _run(self, name: str) -> tuple[Report | None, str]:
        """Make a run, or join the one under way; null and why where it came to nothing."""
        if self.desk.now() >= self.deadline:
            return None, _not_in_time()
        run_id = await self.desk.runs.start(name, "", self._request(name))
        why = await self._followed(name, run_id)
        report = await self.desk.reports.report(name, run_id)
        return report, why or "the run was lost"

    async def _followed(self, name: str, run_id: str) -> str:
        """Wait for a run; return why it is not waited for any longer, empty where it has ended well."""
        known: Progress | None = None
        heard = self.desk.now()
        while True:
            progress = await patiently(self.desk, lambda: self.desk.runs.progress(run_id))
            now = self.desk.now()
            if progress is None or progress.finished:
                return progress.error if progress else ""
            if now >= self.deadline:
                return _not_in_time()
            # What counts is that the beat goes on: the worker's clock may differ.
            if known is None or progress.beat != known.beat:
                known, heard = progress, now
            if (now - heard).total_seconds() > PATIENCE:
                if progress.state is not State.QUEUED:
                    return f"its worker has not been heard of for {PATIENCE / 60:.0f} min"
                if not await self.desk.roster.served(name):
                    return f"no worker serves {name}"
                # By now that may be one of another pool.
                await self.desk.runs.start(name, "", self._request(name))
                heard = now
            await self.desk.sleep(STEP)

    def _request(self, name: str) -> str:
        return f"{self.key}:{name}"

    async def _past(self, name: str) -> Sequence[Summary]:
        now = self.desk.now()
        past = await self.desk.reports.history(name, since=now - timedelta(days=DAYS))
        return thinned(past, now) if self.many else past


def _not_in_time() -> str:
    return f"it was not read within {LONGEST.total_seconds() / 60:.0f} min"
