"""The stored reports as they are shown: with the waivers that hold now."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from bot.acceptances import Acceptances
from bot.store import Store
from checks.catalogue import BY_ID
from checks.engine import rewaived
from checks.model import Report
from checks.registry import Check
from checks.summary import Summary
from checks.waivers import Waiver

REMEMBERED = 16
"""Decoded reports kept in this process: one of 20,000 findings takes a tenth of a second to decode."""
LARGE = 1_000
"""Findings from which a report is made anew in a thread, where it delays no acknowledgement."""


class _Known(NamedTuple):
    """A report as it was stored, and as it is shown while `held` are the waivers that hold."""

    stored: Report
    held: Sequence[Waiver]
    shown: Report


class Reports:
    """See `handlers.ports.Reports`. Methods raise `StoreError`."""

    def __init__(
        self,
        store: Store,
        acceptances: Acceptances,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        checks: Mapping[str, Check] = BY_ID,
    ) -> None:
        self._store = store
        self._acceptances = acceptances
        self._now = now
        self._checks = checks
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()

    async def latest(self, cluster: str) -> Report | None:
        """Return the newest report."""
        newest = await self._store.history(cluster, limit=1)
        known = self._known.get((cluster, newest[0].run_id)) if newest else None
        return await self._shown(known.stored if known else await self._store.latest(cluster))

    async def report(self, cluster: str, run_id: str) -> Report | None:
        """Return one report by its run id, or the beginning of it."""
        known = self._known.get((cluster, run_id))
        return await self._shown(known.stored if known else await self._store.report(cluster, run_id))

    async def before(self, cluster: str, moment: datetime) -> Report | None:
        """Return the newest report taken at or before a moment."""
        return await self._shown(await self._store.before(cluster, moment))

    async def oldest(self, cluster: str) -> Report | None:
        """Return the oldest report there is."""
        return await self._shown(await self._store.oldest(cluster))

    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        """Sum up the reports, newest first, each as it was judged then."""
        return await self._store.history(cluster, since=since, limit=limit)

    async def _shown(self, report: Report | None) -> Report | None:
        """Return a report with today's waivers; it is made anew only where those changed, or one ended."""
        if report is None:
            return None
        now, waivers = self._now(), await self._acceptances.waivers(report.cluster)
        held = [waiver for waiver in waivers if waiver.holds(report.cluster, now)]
        key = (report.cluster, report.run_id)
        known = self._known.get(key)
        if known is None or known.held != held:
            make = partial(rewaived, report, held, now, self._checks)
            shown = await asyncio.to_thread(make) if _large(report) else make()
            known = _Known(report, held, shown)
        self._known[key] = known
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known.shown


def _large(report: Report) -> bool:
    return sum(len(result.findings) for result in report.results) >= LARGE
