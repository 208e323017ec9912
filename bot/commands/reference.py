"""What there is: `checks`, `explain`, `clusters` and `config validate`."""

import asyncio
from pathlib import Path

from msgspec import Struct, structs

from bot import service
from bot import settings as configuration
from bot.clusters import Cluster, everyone, resolve
from bot.commands import setting
from bot.commands.options import Choice, Where
from bot.commands.progress import showing_progress
from bot.output import as_json
from bot.output.text.explanation import render_explanation
from bot.output.text.page import printed
from bot.output.text.tables import ClusterRow, render_checks, render_clusters
from bot.settings import ConfigError, Settings
from checks.model import Family, Layer, Report, Result, Severity


class CheckRow(Struct):
    """A check, as `checks --output json` gives it."""

    id: str
    title: str
    family: Family
    severity: Severity
    layer: Layer
    why: str
    reads: list[str]
    docs: str


def checks(choice: Choice, output: str) -> None:
    """Print the catalogue."""
    selected = setting.chosen(choice)
    if output == "json":
        rows = [
            CheckRow(
                id=check.id,
                title=check.title,
                family=check.family,
                severity=check.severity,
                layer=check.layer,
                why=check.why,
                reads=[read.key for read in check.reads],
                docs=check.docs,
            )
            for check in selected
        ]
        setting.write(as_json.dumps(rows))
    else:
        setting.write(printed(render_checks(selected), setting.console()))


def explain(check_id: str, name: str | None, where: Where) -> None:
    """Print what a check is about and, with a cluster, what its last report says of it."""
    check = setting.known(check_id)
    if name is None and where.context is None:
        setting.write(printed(render_explanation(check), setting.console()))
        return
    cluster, result = asyncio.run(_last_result(check_id, name, where))
    setting.write(printed(render_explanation(check, result, cluster.name), setting.console()))


def clusters(where: Where, output: str) -> None:
    """Print every cluster that can be named."""
    rows = asyncio.run(_cluster_rows(where))
    if output == "json":
        setting.write(as_json.dumps(rows))
    else:
        setting.write(printed(render_clusters(rows, setting.now()), setting.console()))


def validate(config: Path | None) -> int:
    """Print every problem of the configuration and return the exit code."""
    path = configuration.find_file(str(config) if config else None)
    if path is None:
        setting.write("there is no readiness.yaml: the defaults hold\n")
        return 0
    try:
        settings = configuration.load(path)
    except ConfigError as error:
        setting.write("".join(f"{problem}\n" for problem in error.problems))
        return ConfigError.exit_code
    setting.write(f"{path}: {_contents(settings)}\n")
    return 0


def _contents(settings: Settings) -> str:
    counts = {
        "cluster": len(settings.clusters),
        "waiver": len(settings.waivers),
        "attestation": len(settings.attestations),
        "schedule": len(settings.schedules),
    }
    return ", ".join(f"{number} {noun}" + ("" if number == 1 else "s") for noun, number in counts.items())


async def _last_result(check_id: str, name: str | None, where: Where) -> tuple[Cluster, Result]:
    """Return what the last report says of a check; where there is none, run that check."""
    settings = setting.settings(where)
    cluster = resolve(name, settings, where.kubeconfig, where.context)
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        report = await store.latest(cluster.name) if store else None
        known = next((result for result in report.results if result.id == check_id), None) if report else None
        if known is None:
            check = setting.known(check_id)
            with showing_progress(cluster.name) as tell:
                report = await service.run(
                    cluster, [check], settings, partial=True, store=None, seconds=60, tell=tell
                )
            known = report.results[0]
    return cluster, known


async def _cluster_rows(where: Where) -> list[ClusterRow]:
    settings = setting.settings(where)
    found = everyone(settings, where.kubeconfig)
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        reports = [await store.latest(cluster.name) if store else None for cluster in found]
    return [_cluster_row(cluster, report) for cluster, report in zip(found, reports, strict=True)]


def _cluster_row(cluster: Cluster, report: Report | None) -> ClusterRow:
    row = ClusterRow(cluster.name, cluster.aliases, cluster.environment, cluster.context)
    if report is None:
        return row
    return structs.replace(row, verdict=report.verdict, score=report.score, taken_at=report.taken_at)
