"""`make bench`: what the program costs, as ratios within one run, and whether its bounds in Slack hold.

Absolute figures are this machine's; delays mean something only where it does nothing else. The ratios travel.
A whole process's figures are the median of five; its server runs in a process of its own and has rendered its
pages before anything is measured.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.table import Table

from deploy.sandbox.bench.answering import RATE, Delay, asked
from deploy.sandbox.bench.cluster import serving
from deploy.sandbox.bench.costs import Cost, measure
from deploy.sandbox.bench.fleet import measured
from deploy.sandbox.bench.messages import FINDINGS, largest
from deploy.sandbox.bench.understanding import figures, judge, phrasings
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import fresh, well_run
from deploy.sandbox.slack.rates import Rates
from handlers.render.budget import BYTES

MANY_PODS: Final = 12_000
SECONDS: Final = 20
ACKNOWLEDGED: Final = 0.1
"""Seconds in which 99 of 100 commands are acknowledged."""
ROOT: Final = 0.3
"""Seconds in which there is a root message, where a report is there already."""
PROGRAM: Final = (sys.executable, "-m", "bot.cli")
TABLES: Final = Path(__file__).parents[3] / "tests" / "handlers" / "conversation"
"""Where the tables of phrasings are."""
READING: Final = (sys.executable, "-m", "deploy.sandbox.bench.reading")


def main() -> None:
    """Measure and print."""
    console = Console()
    console.print(f"on {os.cpu_count()} processors, load before: {os.getloadavg()[0]:.1f}\n")
    with TemporaryDirectory() as folder:
        console.print(costs(Path(folder)))
        if hasattr(os, "sched_setaffinity"):
            with serving(Path(folder, "fresh.json"), fresh.fresh(datetime.now(UTC))) as path:
                console.print("", asyncio.run(delays(path)), sep="\n")
    console.print("", questions(), sep="\n")
    found = asyncio.run(largest())
    bound = f"bound {BYTES:,}: {_holds(found.size <= BYTES)}"
    console.print(
        f"\nlargest of {found.messages} messages on a report of {FINDINGS:,} findings:"
        f" {found.size:,} bytes, {bound}"
    )
    if Path("/proc/self/statm").exists():
        console.print("", measured(), sep="\n")


def questions() -> str:
    """Return how well questions are understood, and how fast."""
    known, tuned, held = (
        judge(phrasings(TABLES / f"{name}.yaml")) for name in ("phrasings", "tuning", "heldout")
    )
    seconds = sorted(item.seconds for item in held)
    return (
        f"questions of the grammar's own table, {figures(known)}; models were chosen by, {figures(tuned)};"
        f" held out, {figures(held)}; p95 {1000 * seconds[len(seconds) * 95 // 100]:.1f} ms"
    )


def costs(folder: Path) -> Table:
    """Measure whole processes."""
    table = Table("what", "cpu s", "wall s", "MiB", "cpu ratio", "memory ratio", box=None)
    bare = measure(sys.executable, "-c", "pass")
    add(table, "python, nothing else", bare, bare)
    add(table, "readiness --help", measure(*PROGRAM, "--help"), bare)
    objects = well_run.well_run(datetime.now(UTC))
    with serving(folder / "small.json", objects) as small:
        add(table, "readiness check, sample of 9 nodes", checked(small), bare)
    copies, pods = copies_for(objects)
    with serving(folder / "large.json", objects, "--multiply", str(copies)) as large:
        raw = measure(*READING, "raw", str(large))
        add(table, f"raw read of its lists, {pods:,} pods", raw, raw)
        add(table, "  read, decoded and folded", measure(*READING, "read", str(large)), raw)
        add(table, "  readiness check", checked(large), raw)
    return table


def checked(kubeconfig: Path) -> Cost:
    """Measure a whole check."""
    return measure(*PROGRAM, "check", "--no-store", "--output", "json", "--kubeconfig", str(kubeconfig))


def add(table: Table, what: str, cost: Cost, base: Cost) -> None:
    """Add a row, with its ratios to another."""
    table.add_row(
        what,
        f"{cost.cpu:.2f}",
        f"{cost.wall:.2f}",
        f"{cost.memory:.0f}",
        f"{cost.cpu / base.cpu:.1f}",
        f"{cost.memory / base.memory:.1f}",
    )


def copies_for(objects: list[Manifest]) -> tuple[int, int]:
    """Return how often the sample must stand to have enough pods, and how many those are."""
    system = sum(item["kind"] == "Pod" and item["metadata"]["namespace"] == "kube-system" for item in objects)
    copied = sum(item["kind"] == "Pod" for item in objects) - system
    copies = -(-(MANY_PODS - system) // copied)
    return copies, copies * copied + system


async def delays(kubeconfig: Path) -> Table:
    """Measure what people wait for in Slack, on one core."""
    names = ("p50 ms", "p99 ms", "max ms", "cpu ms", "p99 ratio", "cpu ratio", "p99 bound")
    table = Table("what", *names, box=None)
    async with asked(kubeconfig, "deploy.sandbox.bench.echo") as echo:
        await echo.acknowledgements(2)
        bare = await echo.acknowledgements(SECONDS // 2)
    add_delay(table, f"{RATE} commands/s, bare Bolt", bare, bare)
    async with asked(kubeconfig) as bot:
        await bot.run()
        await bot.acknowledgements(2)
        add_delay(
            table,
            "  readiness serve",
            await bot.acknowledgements(SECONDS),
            bare,
            ACKNOWLEDGED,
        )
    async with asked(kubeconfig, rates=Rates(enforce=False)) as bot:
        add_delay(table, "  root message of a run", await bot.roots(), bare, ROOT)
    return table


def add_delay(table: Table, what: str, delay: Delay, base: Delay, bound: float | None = None) -> None:
    """Add a row, with its ratios to another, and whether a bound of its p99 holds."""
    *waits, cpu = (f"{1000 * seconds:.1f}" for seconds in delay)
    ratios = (f"{delay.p99 / base.p99:.1f}", f"{delay.cpu / base.cpu:.1f}")
    held = f"{1000 * bound:.0f}: {_holds(delay.p99 < bound)}" if bound else ""
    table.add_row(what, *waits, cpu, *ratios, held)


def _holds(holds: bool) -> str:  # noqa: FBT001 - a word for it
    return "holds" if holds else "DOES NOT HOLD"


if __name__ == "__main__":
    main()
