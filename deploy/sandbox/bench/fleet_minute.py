"""Very many schedules at the same minute: all of them are posted, once, within Slack's limits."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from deploy.sandbox.bench.fleet_planning import at_minute, keys, planned, plans
from deploy.sandbox.bench.fleet_stage import fleet

SCHEDULES: Final = 1_000
CLUSTERS: Final = 20
CHANNELS: Final = 200
REPLICAS: Final = 2
WORKERS: Final = 2
LEAD: Final = timedelta(seconds=20)
"""For the processes to start in."""
LONGEST: Final = 15 * 60.0
SETTLING: Final = 5.0
"""Seconds in which one that comes twice would come."""


class Minute(NamedTuple):
    """What became of `due` digests: `posted` were, `twice` more than once; the last after `seconds`."""

    due: int
    posted: int
    twice: int
    seconds: float
    refused: Counter[str]
    """How often Slack had to say that its rate was spent, by method."""

    @property
    def holds(self) -> bool:
        """Whether all were posted, once."""
        return self.due == self.posted and not self.twice


async def at_once(count: int = SCHEDULES, clusters: int = CLUSTERS, channels: int = CHANNELS) -> Minute:
    """Let so many schedules be due at one minute."""
    async with fleet(clusters, channels) as made, plans(made.redis) as schedules:
        minute = (datetime.now(UTC) + LEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)
        saved = [
            await schedules.save(
                planned(
                    at_minute(minute),
                    [made.clusters[number % clusters]],
                    made.places[number % channels],
                    number,
                )
            )
            for number in range(count)
        ]
        due = keys(saved, minute, minute)
        await made.up(REPLICAS, WORKERS)
        await made.until(
            lambda: made.posted().keys() >= due.keys(), f"{count} digests", LONGEST, patient=True
        )
        await asyncio.sleep(SETTLING)
        posted = {key: number for key, number in made.posted().items() if key in due}
        last = max((float(message.ts) for key, message in made.roots() if key in due), default=0.0)
        return Minute(
            len(due),
            len(posted),
            sum(number > 1 for number in posted.values()),
            last - minute.timestamp(),
            made.refused(),
        )
