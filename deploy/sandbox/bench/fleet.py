"""What a fleet asks of several processes and of Redis, and whether its bounds hold.

python -m deploy.sandbox.bench.fleet [history | run | minute | kills]...
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from deploy.sandbox.bench import fleet_history, fleet_kills, fleet_minute, fleet_run

MEGA: Final = 1e6
MIB: Final = 2**20
SEED: Final = 20261121
RUNS_A_DAY: Final = (1, 6)
"""A digest a day; one every four hours, as many as the default retention keeps whole for 90 days."""


class Row(NamedTuple):
    """What was measured, in words, and whether its bound holds."""

    what: str
    measured: str
    bound: str
    holds: bool


async def history() -> list[Row]:
    """Weigh 90 days of history."""
    rows = []
    for runs in RUNS_A_DAY:
        weight = await fleet_history.weigh(runs)
        total, factor = weight.of(fleet_history.CLUSTERS), fleet_history.CLUSTERS // weight.clusters
        rows.append(
            Row(
                f"{fleet_history.DAYS} days of {fleet_history.CLUSTERS} clusters in Redis, {runs} runs a day",
                f"{total / MEGA:.0f} MB ({weight.clusters} measured, times {factor}):"
                f" {weight.each:.0f} bytes a report of {weight.findings:.0f} findings",
                f"{fleet_history.BOUND / MEGA:.0f} MB",
                total < fleet_history.BOUND,
            )
        )
    return rows


async def run() -> list[Row]:
    """Check many clusters in one window, several times."""
    checked = await fleet_run.check()
    memory = ", ".join(
        " → ".join(f"{size / MIB:.0f}" for size in (before, *(it.memory[name][-1] for it in checked.rounds)))
        + f" (most {max(max(it.memory[name]) for it in checked.rounds) / MIB:.0f})"
        for name, before in checked.before.items()
    )
    seconds = ", ".join(f"{it.seconds:.0f} s" for it in checked.rounds)
    whole = all(it.runs == fleet_run.CLUSTERS for it in checked.rounds)
    return [
        Row(
            f"{fleet_run.CLUSTERS} clusters, {fleet_run.WORKERS} workers, {fleet_run.ROUNDS} digests",
            f"{seconds}; {min(it.rate for it in checked.rounds):.1f} runs/s",
            "all in one window",
            whole,
        ),
        Row(
            "  memory of each worker before and after each, MiB",
            f"{memory}: times {checked.growth:.2f}",
            f"times {fleet_run.FLAT}",
            checked.growth < fleet_run.FLAT,
        ),
    ]


async def minute() -> list[Row]:
    """Let very many schedules be due at once."""
    found = await fleet_minute.at_once()
    return [
        Row(
            f"{found.due:,} schedules at one minute, {fleet_minute.REPLICAS} replicas",
            f"{found.posted:,} posted, {found.twice} twice, in {found.seconds:.0f} s;"
            f" {found.refused.total()} calls above Slack's rates ({_counted(found.refused)})",
            "all, once",
            found.holds,
        )
    ]


async def kills() -> list[Row]:
    """Kill processes at random moments."""
    found = await fleet_kills.kill(SEED)
    for key in found.lost:
        print(f"lost: {key}")
    for key in found.twice:
        print(f"twice: {key}")
    return [
        Row(
            f"{found.kills.total()} kills ({_counted(found.kills)}; seed {found.seed}),"
            f" {found.stops} standstills",
            f"{found.due} digests: {len(found.lost)} lost, {len(found.twice)} twice,"
            f" {found.taken_back} taken back, the latest after {found.latest:.0f} s",
            "none lost, none twice",
            found.holds,
        )
    ]


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


PARTS: Final[Mapping[str, Callable[[], Awaitable[list[Row]]]]] = {
    "history": history,
    "run": run,
    "minute": minute,
    "kills": kills,
}


def measured(names: Sequence[str] = ()) -> Table:
    """Measure some parts, all without names."""
    table = Table("what", "measured", "bound", box=None)
    for name in names or PARTS:
        for row in asyncio.run(_whole(PARTS[name])):
            held = "holds" if row.holds else "DOES NOT HOLD"
            table.add_row(row.what, row.measured, f"{row.bound}: {held}")
    return table


async def _whole(part: Callable[[], Awaitable[list[Row]]]) -> list[Row]:
    return await part()


if __name__ == "__main__":
    Console().print(measured(sys.argv[1:]))
