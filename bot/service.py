"""One run: read a cluster, judge it, compare it with the last time, remember it."""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from msgspec import structs

from bot.cluster.collect import Tell, collect
from bot.cluster.credentials import connect
from bot.clusters import Cluster
from bot.settings import Settings
from bot.store import Store
from checks.delta import delta
from checks.engine import assess
from checks.errors import ClusterError, StoreError
from checks.model import Report
from checks.registry import Check
from checks.snapshot import Snapshot


async def read(
    cluster: Cluster, checks: Sequence[Check], *, seconds: float, tell: Tell = lambda _: None
) -> Snapshot:
    """Read what the checks need of a cluster, within `seconds`.

    Raises `ClusterError` where nothing could be read, `UsageError` where the kubeconfig does not hold
    together.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    async with AsyncExitStack() as stack:
        try:
            # A credential plugin may hang as well as a server.
            async with asyncio.timeout_at(deadline):
                client = await stack.enter_async_context(connect(cluster.kubeconfig, cluster.context))
        except TimeoutError as error:
            raise ClusterError(f"credentials for {cluster.name} did not come within {seconds:g} s") from error
        reads = [read for check in checks for read in check.reads]
        left = max(0.1, deadline - loop.time())
        return await collect(client, cluster.name, reads, seconds=left, facts=cluster.facts, tell=tell)


async def judge(
    snapshot: Snapshot,
    checks: Sequence[Check],
    settings: Settings,
    *,
    partial: bool,
    store: Store | None,
    notes: Sequence[str] = (),
) -> Report:
    """Judge a snapshot, compare it with the last report, and remember it unless it is partial.

    A store that fails costs the history, never the report: a note says so.
    """
    now = datetime.now(UTC)
    report = assess(
        snapshot,
        checks,
        now=now,
        run_id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        waivers=settings.accepted(),
        attestations=settings.signed(),
        partial=partial,
        notes=notes,
    )
    if store is None:
        return report
    try:
        report = await _compared(report, store)
        if not partial:
            await store.save(report)
    except StoreError as error:
        note = f"not remembered: {error}"
        report = structs.replace(report, notes=(*report.notes, note))
    return report


async def run(
    cluster: Cluster,
    checks: Sequence[Check],
    settings: Settings,
    *,
    partial: bool,
    store: Store | None,
    seconds: float,
    tell: Tell = lambda _: None,
    notes: Sequence[str] = (),
) -> Report:
    """Check a live cluster."""
    snapshot = await read(cluster, checks, seconds=seconds, tell=tell)
    return await judge(snapshot, checks, settings, partial=partial, store=store, notes=notes)


async def _compared(report: Report, store: Store) -> Report:
    """Attach what changed since the last report of the same cluster."""
    known = await store.uid(report.cluster)
    if known and report.cluster_uid and known != report.cluster_uid:
        note = f"{report.cluster} now means another cluster (its UID changed): a new history starts"
        return structs.replace(report, notes=(*report.notes, note))
    before = await store.latest(report.cluster)
    if before is None:
        return report
    if report.partial:
        chosen = {result.id for result in report.results}
        before = structs.replace(before, results=tuple(r for r in before.results if r.id in chosen))
    return structs.replace(report, delta=delta(before, report))
