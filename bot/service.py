"""One run: read a cluster, judge it, compare it with the last time, remember it."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import structs

from bot.acceptances import Acceptances
from bot.cluster.collect import Tell, collect
from bot.cluster.credentials import connect
from bot.clusters import Cluster
from bot.settings import Settings
from bot.store import Store
from checks.attestations import Attestation
from checks.delta import delta
from checks.endings import endings
from checks.engine import assess
from checks.errors import ClusterError, StoreError
from checks.model import Report
from checks.registry import Check
from checks.snapshot import Snapshot
from checks.waivers import Waiver

TellJudged = Callable[[int], None]
"""Told how many checks are judged."""


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
    run_id: str = "",
    tell_judged: TellJudged = lambda _: None,
) -> Report:
    """Judge a snapshot, compare it with the last report, and remember it unless it is partial.

    A new `run_id` is made where none is given. A store that fails costs the history and what was accepted in
    Slack, never the report: a note says so.
    """
    accepted = await _accepted(snapshot.cluster, settings, store)
    now = datetime.now(UTC)
    report = assess(
        snapshot,
        checks,
        now=now,
        run_id=run_id or f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        waivers=accepted.waivers,
        attestations=accepted.attestations,
        partial=partial,
        notes=(*notes, *accepted.notes),
        tell=tell_judged,
    )
    if store is None:
        return report
    try:
        report = await _compared(report, store, now)
        if not partial:
            await store.save(report)
    except StoreError as error:
        report = _noted(report, f"not remembered: {error}")
    return report


async def run(  # noqa: PLR0913 - each is given by name
    cluster: Cluster,
    checks: Sequence[Check],
    settings: Settings,
    *,
    partial: bool,
    store: Store | None,
    seconds: float,
    tell: Tell = lambda _: None,
    notes: Sequence[str] = (),
    run_id: str = "",
    tell_judged: TellJudged = lambda _: None,
) -> Report:
    """Check a live cluster: `read` it, and `judge` what was read."""
    snapshot = await read(cluster, checks, seconds=seconds, tell=tell)
    return await judge(
        snapshot,
        checks,
        settings,
        partial=partial,
        store=store,
        notes=notes,
        run_id=run_id,
        tell_judged=tell_judged,
    )


class _Accepted(NamedTuple):
    """What people accept of a cluster, and what is to be said where not all of it is known."""

    waivers: Sequence[Waiver]
    attestations: Sequence[Attestation]
    notes: tuple[str, ...] = ()


async def _accepted(cluster: str, settings: Settings, store: Store | None) -> _Accepted:
    """Return what holds: that of the configuration, and that of the store."""
    if store is None:
        return _Accepted(settings.accepted(), settings.signed())
    known = Acceptances(settings, store.connection)
    try:
        return _Accepted(await known.waivers(cluster), await known.attestations(cluster))
    except StoreError as error:
        note = f"without what was accepted in Slack: {error}"
        return _Accepted(settings.accepted(), settings.signed(), (note,))


async def _compared(report: Report, store: Store, now: datetime) -> Report:
    """Attach what changed since the last report of the same cluster, and which waivers ended meanwhile."""
    known = await store.uid(report.cluster)
    if known and report.cluster_uid and known != report.cluster_uid:
        return _noted(
            report, f"{report.cluster} now means another cluster (its UID changed): a new history starts"
        )
    before = await store.latest(report.cluster)
    if before is None:
        return report
    if report.partial:
        chosen = {result.id for result in report.results}
        before = structs.replace(before, results=tuple(r for r in before.results if r.id in chosen))
    report = _noted(report, *endings(before, report, now))
    return structs.replace(report, delta=delta(before, report))


def _noted(report: Report, *notes: str) -> Report:
    return structs.replace(report, notes=(*report.notes, *notes))
