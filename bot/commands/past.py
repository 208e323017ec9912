"""What was remembered: `diff`, `history` and `compare`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot import service
from bot.clusters import Cluster, resolve
from bot.commands import setting
from bot.commands.options import Where
from bot.commands.progress import showing_progress
from bot.output import as_json
from bot.output.text.changes import render_delta
from bot.output.text.page import printed
from bot.output.text.tables import render_comparison, render_history
from bot.settings import Settings
from bot.store import Store
from checks.catalogue import CATALOGUE
from checks.delta import delta
from checks.errors import UsageError
from checks.model import Delta, Report
from checks.presentation.ages import age
from checks.summary import Summary


def diff(name: str | None, where: Where, since: str, output: str) -> None:
    """Print what changed since an earlier run: the one before, one of an age, or one by its id."""
    changed = asyncio.run(_diff(name, where, since))
    if output == "json":
        setting.write(as_json.dumps(as_json.changes(changed)))
    else:
        shown = render_delta(changed, setting.now(), earlier=f"run {changed.run_id}")
        setting.write(printed(shown, setting.console()))


def history(name: str | None, where: Where, limit: int, output: str) -> None:
    """Print the newest runs of a cluster."""
    summaries = asyncio.run(_history(name, where, limit))
    if output == "json":
        setting.write(as_json.dumps(summaries))
    else:
        setting.write(printed(render_history(summaries, setting.now()), setting.console()))


def compare(one: str, other: str, where: Where, output: str, *, verbose: bool, seconds: float) -> None:
    """Print two clusters side by side."""
    left, right = asyncio.run(_compare(one, other, where, seconds))
    if output == "json":
        setting.write(as_json.dumps([as_json.document(left), as_json.document(right)]))
    else:
        setting.write(printed(render_comparison(left, right, verbose=verbose), setting.console()))


async def _diff(name: str | None, where: Where, since: str) -> Delta:
    settings = setting.settings(where)
    cluster = resolve(name, settings, where.kubeconfig, where.context)
    async with _store(settings) as store:
        after = await store.latest(cluster.name)
        if after is None:
            raise _nothing(cluster)
        before = await _earlier(store, cluster, after, since)
    return delta(before, after)


async def _earlier(store: Store, cluster: Cluster, after: Report, since: str) -> Report:
    span = age(since)
    if since and span is None:
        found = await store.report(cluster.name, since)
        if found is None:
            raise UsageError(
                f"{cluster.name} has no run {since}",
                "an age is 30m, 24h, 7d or 2w; `readiness history` lists runs",
            )
        return found
    if span is None:
        found = await store.before(cluster.name, after.taken_at - timedelta(microseconds=1))
    else:
        found = await store.before(cluster.name, datetime.now(UTC) - span) or await store.oldest(cluster.name)
    if found is None or found.run_id == after.run_id:
        raise UsageError(
            f"there is only one run of {cluster.name} to look at", "run `readiness check` again to have two"
        )
    return found


async def _history(name: str | None, where: Where, limit: int) -> list[Summary]:
    settings = setting.settings(where)
    cluster = resolve(name, settings, where.kubeconfig, where.context)
    async with _store(settings) as store:
        summaries = await store.history(cluster.name, limit=limit)
    if not summaries:
        raise _nothing(cluster)
    return summaries


async def _compare(one: str, other: str, where: Where, seconds: float) -> tuple[Report, Report]:
    settings = setting.settings(where)
    clusters = [resolve(name, settings, where.kubeconfig, None) for name in (one, other)]
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        left, right = [await _last(cluster, settings, store, seconds) for cluster in clusters]
    return left, right


async def _last(cluster: Cluster, settings: Settings, store: Store | None, seconds: float) -> Report:
    """Return the last report of a cluster, from a run where there is none."""
    found = await store.latest(cluster.name) if store else None
    if found:
        return found
    with showing_progress(cluster.name) as tell:
        return await service.run(
            cluster, CATALOGUE, settings, partial=False, store=store, seconds=seconds, tell=tell
        )


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    async with setting.store_or_none(settings) as (store, notes):
        if store is None:
            raise UsageError("; ".join(notes))
        yield store


def _nothing(cluster: Cluster) -> UsageError:
    return UsageError(
        f"nothing is remembered of {cluster.name}", f"run `readiness check {cluster.name}` first"
    )
