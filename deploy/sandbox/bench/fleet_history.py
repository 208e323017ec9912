"""What 90 days of history weigh in Redis: reports as they are stored, of sample clusters that change."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, cast

from msgspec import structs

from bot.settings import Retention
from bot.store import Store, open_store
from checks.catalogue import CATALOGUE
from checks.delta import delta
from checks.engine import assess
from checks.model import Report, Result, Status
from deploy.sandbox.bench.fleet_stage import redis
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.reading import read
from deploy.sandbox.samples import fresh, well_run

CLUSTERS: Final = 200
MEASURED: Final = 20
"""Clusters that are stored; the figure is of `CLUSTERS`, of which each weighs as much."""
BOUND: Final = 300_000_000
"""Bytes that the history of all may take."""
DAYS: Final = Retention().days
GONE: Final = 0.03
"""The share of findings that is away at a time; others are the next."""
SAMPLES: Final = (fresh.fresh, well_run.well_run)


class Weight(NamedTuple):
    """What the histories of so many clusters weigh: bytes in all and of each report."""

    clusters: int
    reports: int
    findings: float
    """Of a report, on average."""
    total: int

    @property
    def each(self) -> float:
        """Bytes of a report, with its summary and its place in the index."""
        return self.total / self.reports

    def of(self, clusters: int) -> int:
        """Return the bytes of as many clusters of the same kind."""
        return self.total * clusters // self.clusters


async def weigh(runs_a_day: int, clusters: int = MEASURED, days: int = DAYS) -> Weight:
    """Store the runs of some days, with the retention that is the default, and ask the server."""
    kept = Retention()
    bases = [await _first(number) for number in range(len(SAMPLES))]
    with redis() as url:
        async with open_store(url, keep=kept.reports, days=kept.days) as store:
            before = await _used(store)
            findings = 0
            for number in range(clusters):
                async for report in _stored(store, bases[number % len(bases)], number, runs_a_day, days):
                    findings += sum(len(result.findings) for result in report.results)
            total = await _used(store) - before
            reports = sum([len(await store.history(name)) for name in await store.clusters()])
    return Weight(clusters, reports, findings / (clusters * days * runs_a_day), total)


async def _stored(
    store: Store, base: Report, number: int, runs_a_day: int, days: int
) -> AsyncIterator[Report]:
    """Store one cluster's runs, oldest first."""
    chance = random.Random(number)  # noqa: S311 - repeatable, not secret
    base = structs.replace(
        base, cluster=f"cluster-{number:03}", cluster_uid=f"{chance.getrandbits(128):032x}"
    )
    before = base
    for run in range(days * runs_a_day):
        taken = base.taken_at + timedelta(days=run / runs_a_day)
        run_id = f"{taken:%Y%m%d-%H%M%S}-{chance.getrandbits(16):04x}"
        results = tuple(_varied(result, chance) for result in base.results)
        report = structs.replace(base, results=results, taken_at=taken, run_id=run_id)
        report = structs.replace(report, delta=delta(before, report) if run else None)
        await store.save(report)
        before = report
        yield report


def _varied(result: Result, chance: random.Random) -> Result:
    """Leave out some findings."""
    if not result.findings:
        return result
    left = tuple(finding for finding in result.findings if chance.random() >= GONE)
    status = Status.FAIL if left else Status.PASS
    return structs.replace(result, findings=left, failing=len(left), status=status)


async def _first(number: int) -> Report:
    """Read and judge a sample."""
    now = datetime.now(UTC)
    async with SandboxCluster(SAMPLES[number](now)) as cluster:
        snapshot = await read(cluster, [item for check in CATALOGUE for item in check.reads])
    return assess(snapshot, CATALOGUE, now=now - timedelta(days=DAYS), run_id="")


async def _used(store: Store) -> int:
    return cast("int", (await store.connection.client.info("memory"))["used_memory"])
