"""The README's picture: what `readiness check fresh --severity critical` prints on the second day."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msgspec import structs
from rich.console import Console

from bot.output.text.report import render_report
from bot.output.view import Options, view
from checks.catalogue import BY_ID, CATALOGUE
from checks.delta import delta
from checks.engine import assess
from checks.model import Report, Severity
from deploy.sandbox.answers import Options as Serving
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.reading import read
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import fresh
from deploy.sandbox.samples.machines import VERSION

TAKEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WIDTH = 100


async def picture() -> str:
    """Return an SVG of the report. Always the same: the cluster and the clock are."""
    before = await _report(fresh.fresh(TAKEN - timedelta(days=1)), TAKEN - timedelta(days=1))
    after = await _report(fresh.changed(TAKEN), TAKEN)
    report = structs.replace(after, delta=delta(before, after))
    options = Options(now=TAKEN, checks=BY_ID, severity=Severity.CRITICAL)
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        legacy_windows=False,
    )
    console.print(render_report(view(report, options)))
    return console.export_svg(title="readiness check fresh --severity critical", unique_id="readiness")


async def _report(objects: list[Manifest], taken: datetime) -> Report:
    """Read a cluster over HTTP and judge it as if at `taken`."""
    async with SandboxCluster(objects, options=Serving(name=fresh.NAME, git_version=VERSION)) as cluster:
        snapshot = await read(cluster, [item for check in CATALOGUE for item in check.reads])
    snapshot = replace(snapshot, taken_at=taken, today=taken.date())
    return assess(snapshot, CATALOGUE, now=taken, run_id=f"{taken:%Y%m%d-%H%M%S}-0000")
