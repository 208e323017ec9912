"""`readiness check` and `readiness snapshot`."""

import asyncio
from pathlib import Path

from bot import service, snapshotfile
from bot.clusters import resolve
from bot.commands import setting
from bot.commands.options import Choice, Show, Where
from bot.commands.progress import showing_progress
from bot.output.formats import render
from bot.output.view import Options
from bot.version import VERSION
from checks.catalogue import BY_ID
from checks.errors import UsageError
from checks.model import Report, Severity
from checks.presentation.grouping import Outcome, outcome


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
        report, compared = asyncio.run(_judge_file(snapshot, where, choice)), False
    else:
        report, compared = asyncio.run(_check(name, where, choice, remember=remember, seconds=seconds))
    options = Options(
        now=setting.now(),
        checks=BY_ID,
        verbose=show.verbose,
        severity=show.severity,
        namespace=show.namespace,
        console=setting.console(),
        version=VERSION,
        compared=compared,
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


async def _check(
    name: str | None, where: Where, choice: Choice, *, remember: bool, seconds: float
) -> tuple[Report, bool]:
    """Return the report, and whether it was compared with what is remembered."""
    settings = setting.settings(where)
    checks = setting.chosen(choice)
    cluster = resolve(name, settings, where.kubeconfig, where.context)
    with showing_progress(cluster.name) as tell:
        # The cluster first: a store is started only for something worth remembering.
        taken = await service.read(cluster, checks, seconds=seconds, tell=tell)
    if not remember:
        return await service.judge(taken, checks, settings, partial=choice.partial, store=None), False
    async with setting.store_or_none(settings) as (store, notes):
        report = await service.judge(
            taken, checks, settings, partial=choice.partial, store=store, notes=notes
        )
    return report, store is not None


async def _judge_file(path: Path, where: Where, choice: Choice) -> Report:
    settings = setting.settings(where)
    taken = snapshotfile.read(path)
    note = f"judged from a snapshot of {taken.taken_at:%Y-%m-%d %H:%M} UTC; not remembered"
    return await service.judge(
        taken, setting.chosen(choice), settings, partial=choice.partial, store=None, notes=(note,)
    )
