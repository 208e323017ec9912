"""Processes that are killed, or stand still, all the time: every digest is posted once all the same."""

import asyncio
import random
import signal
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bot.scheduling.schedules import Schedules
from deploy.sandbox.bench.fleet_planning import EVERY, at_minute, keys, planned, plans
from deploy.sandbox.bench.fleet_stage import Fleet, fleet
from handlers.schedules.model import Schedule, Timing

KILLS: Final = 50
STOPS: Final = 6
REPLICAS: Final = 3
WORKERS: Final = 2
EACH_MINUTE: Final = 20
"""Schedules that are due at each minute; as many have intervals, and are due at any second."""
CLUSTERS: Final = 10
CHANNELS: Final = 60
PAUSE: Final = 4.2
"""Seconds between two kills, on average."""
STANDSTILL: Final = (12.0, 20.0)
"""Seconds for which a process stands still: longer than it keeps a claim."""
SETTLING: Final = 120.0
"""Seconds after the last kill for what is not posted yet."""


class Kills(NamedTuple):
    """What became of `due` digests: lost ones, ones that stand there twice, and second ones taken back."""

    seed: int
    kills: Counter[str]
    stops: int
    due: int
    lost: list[str]
    twice: list[str]
    taken_back: int
    latest: float
    """Seconds from a time to its message, at the most."""

    @property
    def holds(self) -> bool:
        """Whether none was lost and none came twice."""
        return not self.lost and not self.twice


async def kill(seed: int, kills: int = KILLS, each: int = EACH_MINUTE) -> Kills:
    """Kill processes at random moments, each of which is started again at once."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    async with fleet(CLUSTERS, CHANNELS) as made, plans(made.redis) as schedules:
        await made.up(REPLICAS, WORKERS)
        begin = datetime.now(UTC) + timedelta(seconds=3)
        minutes = max(1, round(kills * PAUSE / 60))
        saved = await _planned(made, schedules, begin, minutes, each)
        killed, stopped = await _killed(made, chance, kills)
        due = keys(saved, begin, datetime.now(UTC))
        await made.until(lambda: made.posted().keys() >= due.keys(), "the rest", SETTLING, patient=True)
        await asyncio.sleep(max(STANDSTILL) / 4)
        posted = made.posted()
        late = [float(it.ts) - due[key].timestamp() for key, it in made.roots() if key in due]
        return Kills(
            seed,
            killed,
            stopped,
            len(due),
            sorted(due.keys() - posted.keys()),
            sorted(key for key, number in posted.items() if number > 1),
            sum(message.deleted for _, message in made.roots()),
            max(late, default=0.0),
        )


async def _planned(
    made: Fleet, schedules: Schedules, begin: datetime, minutes: int, each: int
) -> list[Schedule]:
    """Add schedules that are due at the minutes to come, and as many that are due at any second of them."""
    saved = []
    for number in range(minutes * each):
        minute, place = begin + timedelta(minutes=1 + number // each), made.places[number % CHANNELS]
        cluster = [made.clusters[number % CLUSTERS]]
        saved.append(await schedules.save(planned(at_minute(minute), cluster, place, number)))
        due = begin + timedelta(seconds=5 + number * 60 / each)
        timing, first = Timing(every=EVERY), due - timedelta(seconds=EVERY)
        saved.append(await schedules.save(planned(timing, cluster, place, number, first)))
    return saved


async def _killed(made: Fleet, chance: random.Random, kills: int) -> tuple[Counter[str], int]:
    """Kill, and let stand still; return how often which, and how many stood still."""
    names, still = sorted(made.processes), set[str]()
    killed, stops = Counter[str](), set[asyncio.Task[None]]()
    for number in range(kills):
        await asyncio.sleep(chance.uniform(0.2, 2 * PAUSE - 0.2))
        if number % (kills // min(STOPS, kills)) == 0 and len(stops) < STOPS:
            name = chance.choice([it for it in names if it not in still])
            stops.add(asyncio.create_task(_stood_still(made, name, chance.uniform(*STANDSTILL), still)))
        name = chance.choice([it for it in names if it not in still])
        process = made.processes[name]
        process.process.send_signal(signal.SIGKILL)
        await process.process.wait()
        killed[name] += 1
        await made.start(name, process.words)
    await asyncio.gather(*stops)
    return killed, len(stops)


async def _stood_still(made: Fleet, name: str, seconds: float, still: set[str]) -> None:
    still.add(name)
    process = made.processes[name].process
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGCONT)
    still.discard(name)
