"""The reports that one command works with: those that are stored, and those that it makes itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from bot import service
from bot.acceptances import Acceptances
from bot.cluster.identity import uid
from bot.clusters import Cluster
from bot.commands.progress import showing_progress
from bot.reports import Reports
from bot.settings import Settings
from bot.store import Store
from checks.catalogue import CATALOGUE
from checks.errors import UsageError
from checks.model import Report
from checks.summary import Summary

SOON = 1.0
"""Seconds in which a cluster may tell that it is another one than before."""


class Means(NamedTuple):
    """What a run takes: without a store nothing is remembered."""

    settings: Settings
    store: Store | None
    seconds: float


class Known:
    """See `handlers.ports.Reports`. A run that is made here is known even where nothing can be stored."""

    def __init__(self, clusters: Mapping[str, Cluster], means: Means) -> None:
        self._clusters = clusters
        self._means = means
        self._made: dict[str, Report] = {}
        self._met: set[str] = set()
        store = means.store
        self._stored = store and Reports(store, Acceptances(means.settings, store.connection))

    async def ensure(self, cluster: str) -> Report:
        """Return the last report of a cluster, from a run where there is none of it."""
        found = await self.latest(cluster)
        return found if found and await self._is_of_it(found) else await self.run(cluster)

    async def _is_of_it(self, report: Report) -> bool:
        """Whether a report is of the cluster that has its name now, for all that can be known at once."""
        if report.cluster not in self._met:
            self._met.add(report.cluster)
            cluster = self._clusters.get(report.cluster)
            now = await uid(cluster.kubeconfig, cluster.context, seconds=SOON) if cluster else ""
            return not (now and report.cluster_uid and now != report.cluster_uid)
        return True

    async def run(self, cluster: str) -> Report:
        """Check a cluster now, and remember what was found."""
        if cluster not in self._clusters:
            raise UsageError(f"there is no cluster {cluster}", "`readiness clusters` lists them")
        settings, store, seconds = self._means
        with showing_progress(cluster) as tell:
            report = await service.run(
                self._clusters[cluster],
                CATALOGUE,
                settings,
                partial=False,
                store=store,
                seconds=seconds,
                tell=tell,
            )
        self._made[cluster] = report
        self._met.add(cluster)
        return report

    async def latest(self, cluster: str) -> Report | None:
        """Return the newest report."""
        if cluster in self._made:
            return self._made[cluster]
        return await self._stored.latest(cluster) if self._stored else None

    async def report(self, cluster: str, run_id: str) -> Report | None:
        """Return one report by its run id, or the beginning of it."""
        made = self._made.get(cluster)
        if made and made.run_id.startswith(run_id):
            return made
        return await self._stored.report(cluster, run_id) if self._stored else None

    async def before(self, cluster: str, moment: datetime) -> Report | None:
        """Return the newest report taken at or before a moment."""
        return await self._stored.before(cluster, moment) if self._stored else None

    async def oldest(self, cluster: str) -> Report | None:
        """Return the oldest report there is."""
        found = await self._stored.oldest(cluster) if self._stored else None
        return found or self._made.get(cluster)

    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        """Sum up the reports, newest first."""
        found = await self._stored.history(cluster, since=since, limit=limit) if self._stored else []
        made = self._made.get(cluster)
        return found or ([Summary.of(made)] if made else [])
