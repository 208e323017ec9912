"""Schedules put straight into Redis, and the messages that they have to become."""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bot.connection import connect
from bot.scheduling import triggers
from bot.scheduling.schedules import Schedules
from bot.settings import Settings
from handlers.schedules.model import Schedule, Selection, Timing

EVERY: Final = 300
"""Seconds: the shortest interval."""
AHEAD: Final = 5.0
"""Seconds until `soon` is due: every replica has heard of it by then."""


class Where(NamedTuple):
    """A channel, and who wants something posted in it; both by id."""

    channel: str
    user: str


@asynccontextmanager
async def plans(redis: str) -> AsyncIterator[Schedules]:
    """Open what keeps the schedules."""
    async with connect(redis) as connection:
        yield Schedules(Settings(), connection)


def at_minute(minute: datetime) -> Timing:
    """Return what is due at a minute of every hour."""
    return Timing(cron=f"{minute.minute} * * * *")


async def soon(schedules: Schedules, clusters: Sequence[str], where: Where) -> tuple[Schedule, datetime]:
    """Add a schedule that is due in `AHEAD` seconds; return it and its time. It is one with no jitter."""
    for number in itertools.count():
        now = datetime.now(UTC)
        made = now + timedelta(seconds=AHEAD - EVERY)
        schedule = await schedules.save(planned(Timing(every=EVERY), clusters, where, number, made))
        due = triggers.next_time(schedule, now)
        if due and triggers.jitter(schedule.id) < timedelta(seconds=2):
            return schedule, due
        await schedules.remove(schedule.id, f"not-{number}")
    raise AssertionError


def key(schedule: Schedule, due: datetime) -> str:
    """Return the key of the message that a schedule becomes at one of its times."""
    return f"digest:{schedule.id}:{triggers.key(schedule, due)}"


def keys(schedules: Iterable[Schedule], since: datetime, until: datetime) -> dict[str, datetime]:
    """Return what is due from one moment to another, by the key of its message."""
    found = {}
    for schedule in schedules:
        moment = triggers.next_time(schedule, since - timedelta(seconds=1))
        while moment and moment <= until:
            found[key(schedule, moment)] = moment
            moment = triggers.next_time(schedule, moment)
    return found


def planned(
    timing: Timing, clusters: Sequence[str], where: Where, number: int, made: datetime | None = None
) -> Schedule:
    """Return a schedule that has no id yet; `number` tells it from others."""
    return Schedule(
        id="",
        # No cluster has that label: two that post the same are one.
        selection=Selection(tuple(clusters), labels={"bench": f"{number}"}),
        timing=timing,
        channel=where.channel,
        alerts=False,
        user=where.user,
        by=f"bench-{number}",
        made=made or datetime.now(UTC),
    )
