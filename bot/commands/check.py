"""`readiness check` and `readiness snapshot`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot import service, snapshotfile
from bot.clusters import resolve
from bot.commands import setting
from bot.commands.options import Choice, Show, Where
from bot.commands.progress import showing_progress
from bot.documents import recent
from bot.output.formats import render
from bot.output.view import Options
from bot.version import VERSION
from checks.catalogue import BY_ID
from checks.errors import UsageError
from checks.model import Report, Severity
from checks.presentation.grouping import Outcome, outcome
from checks.summary import Summary


def run(
    name: str | None,
    where: Where,
    choice: Choice,
    show: Show,
    *,
    fail_on: Severity | None,
    snapshot: Path | None,
    remember: bool,
    seconds: float,
) -> int:
    """Check a cluster or a snapshot, print the report, and return the exit code."""
    if snapshot and (name or where.context):
        raise UsageError("name a cluster or give --snapshot, not both")
    if snapshot:
        judged = _Judged(asyncio.run(_judge_file(snapshot, where, choice)))
    else:
        judged = asyncio.run(
            _check(name, where, choice, remember=remember, drawn=show.output == "html", seconds=seconds)
        )
    report = judged.report
    options = Options(
        now=setting.now(),
        checks=BY_ID,
        verbose=show.verbose,
        severity=show.severity,
        namespace=show.namespace,
        owner=show.owner,
        console=setting.console(),
        version=VERSION,
        compared=judged.compared,
        history=judged.history,
    )
    # Files that say which encoding they are in say UTF-8, whatever the locale.
    encoding = None if show.output == "text" else "utf-8"
    setting.write(render(show.output, report, options), encoding=encoding)
    return exit_code(report, fail_on)


def snapshot(name: str | None, where: Where, choice: Choice, output: Path, *, seconds: float) -> None:
    """Read a cluster and write what was read."""
    cluster = resolve(name, setting.settings(where), where.kubeconfig, where.context)
    with showing_progress(cluster.name) as tell:
        taken = asyncio.run(service.read(cluster, setting.chosen(choice), seconds=seconds, tell=tell))
    snapshotfile.write(taken, output)


def exit_code(report: Report, fail_on: Severity | None) -> int:
    """Return 1 where a check at least that severe fails unwaived, or could not be judged."""
    if fail_on is None:
        return 0
    bad = (Outcome.FAIL, Outcome.UNKNOWN)
    return int(any(result.severity.at_least(fail_on) and outcome(result) in bad for result in report.results))


class _Judged(NamedTuple):
    """A report; whether it was compared with what is remembered, and what is remembered of 30 days."""

    report: Report
    compared: bool = False
    history: Sequence[Summary] = ()


async def _check(
    name: str | None, where: Where, choice: Choice, *, remember: bool, drawn: bool, seconds: float
) -> _Judged:
    """Judge a cluster; its history is looked up where it is to be drawn."""
    settings = setting.settings(where)
    checks = setting.chosen(choice)
    cluster = resolve(name, settings, where.kubeconfig, where.context)
    with showing_progress(cluster.name) as tell:
        # The cluster first: a store is started only for something worth remembering.
        taken = await service.read(cluster, checks, seconds=seconds, tell=tell)
    if not remember:
        return _Judged(await service.judge(taken, checks, settings, partial=choice.partial, store=None))
    async with setting.store_or_none(settings) as (store, notes):
        report = await service.judge(
            taken, checks, settings, partial=choice.partial, store=store, notes=notes
        )
        history = await recent(store, report) if store and drawn else ()
    return _Judged(report, store is not None, history)


async def _judge_file(path: Path, where: Where, choice: Choice) -> Report:
    settings = setting.settings(where)
    taken = snapshotfile.read(path)
    note = f"judged from a snapshot of {taken.taken_at:%Y-%m-%d %H:%M} UTC; not remembered"
    return await service.judge(
        taken, setting.chosen(choice), settings, partial=choice.partial, store=None, notes=(note,)
    )
