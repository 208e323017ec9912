"""Many clusters for one digest: how long two workers take, and whether their memory stays flat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from statistics import median
from typing import Final, NamedTuple

from bot.connection import connect
from bot.scheduling.schedules import Schedules
from bot.store import Store
from deploy.sandbox.bench.fleet_planning import key, plans, soon
from deploy.sandbox.bench.fleet_stage import LOOK, Fleet, Process, fleet

CLUSTERS: Final = 200
WORKERS: Final = 2
ROUNDS: Final = 3
LONGEST: Final = 15 * 60.0
"""Seconds that a digest waits for its runs."""
FLAT: Final = 1.1
"""Times the memory of the first round that the last may take."""


class Round(NamedTuple):
    """A digest of the fleet: seconds from its time to its message, and those in which the runs ended."""

    runs: int
    seconds: float
    running: float
    memory: dict[str, list[int]]
    """Bytes of each worker, every so often."""

    @property
    def rate(self) -> float:
        """Runs a second."""
        return self.runs / self.running


class Checked(NamedTuple):
    """What the workers took before, and in each round."""

    before: dict[str, int]
    rounds: list[Round]

    @property
    def growth(self) -> float:
        """How many times the memory of the first round the last takes: the worst worker's."""
        first, last = self.rounds[0].memory, self.rounds[-1].memory
        return max(median(last[name]) / median(first[name]) for name in first)


async def check(clusters: int = CLUSTERS, rounds: int = ROUNDS) -> Checked:
    """Let one replica and some workers make digests of all clusters, one after another."""
    async with fleet(clusters, rounds) as made, plans(made.redis) as schedules:
        await made.up(1, WORKERS)
        workers = [it for name, it in made.processes.items() if name.startswith("worker")]
        before = {it.name: it.memory for it in workers}
        return Checked(before, [await _round(made, schedules, workers, it) for it in range(rounds)])


async def _round(made: Fleet, schedules: Schedules, workers: list[Process], number: int) -> Round:
    async with _watched(workers) as memory:
        schedule, due = await soon(schedules, ["*"], made.places[number])
        name = key(schedule, due)
        await made.until(lambda: made.posted()[name], f"digest {number} of the fleet", LONGEST + 60)
    ends = [end for end in await _ends(made) if end >= due]
    [posted] = [float(message.ts) for of, message in made.roots() if of == name]
    running = (max(ends) - min(ends)).total_seconds()
    await schedules.remove(schedule.id, f"over-{number}")
    return Round(len(ends), posted - due.timestamp(), running, memory)


async def _ends(made: Fleet) -> list[datetime]:
    """Return when the last run of each cluster was taken."""
    async with connect(made.redis) as connection:
        store = Store(connection, 1000, 90)
        return [it.taken_at for name in made.clusters for it in await store.history(name, limit=1)]


@asynccontextmanager
async def _watched(workers: list[Process]) -> AsyncIterator[dict[str, list[int]]]:
    """Take note of the memory of processes while entered."""
    memory: dict[str, list[int]] = {it.name: [] for it in workers}

    async def watch() -> None:
        while True:
            for it in workers:
                memory[it.name].append(it.memory)
            await asyncio.sleep(5 * LOOK)

    task = asyncio.create_task(watch())
    try:
        yield memory
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
