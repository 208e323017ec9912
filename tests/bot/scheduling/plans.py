"""Schedules to try, and the clock on the wall walked minute by minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.scheduling.triggers import next_time
from handlers.schedules.model import Schedule, Selection
from handlers.schedules.timing import read


def at(text: str) -> datetime:
    """Read a moment, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CHANGES = [
    ("Europe/Berlin", at("2026-03-29T01:00")),
    ("Europe/Berlin", at("2026-10-25T01:00")),
    ("America/New_York", at("2026-03-08T07:00")),
    ("America/New_York", at("2026-11-01T06:00")),
    ("Australia/Lord_Howe", at("2026-04-04T15:00")),
    ("Australia/Lord_Howe", at("2026-10-03T15:30")),
    ("Africa/Cairo", at("2026-04-23T22:00")),
    ("America/Santiago", at("2026-04-05T03:00")),
    ("America/Havana", at("2026-11-01T05:00")),
    ("Asia/Kolkata", at("2026-03-29T01:00")),
]
"""The changes of clocks by an hour, by half an hour, over midnight; and a clock that never changes."""


WORDS = st.sampled_from(
    [
        "daily 02:30",
        "daily 00:00",
        "weekdays 01:45",
        "sun 02:00",
        "*/30 * * * *",
        "*/5 * * * *",
        "*/10 1-3 * * *",
        "15 */2 * * *",
        "0 2,3 * * *",
        "0 2 1 * sun",
        "every 5m",
        "every 4h",
        "every 1001s",
    ]
)
SECONDS = st.integers(-3 * 86400, 3 * 86400)
MADE = datetime(2026, 1, 1, 12, 34, 56, 789, tzinfo=UTC)


def schedule(words: str, made: datetime | None = None, *, paused: bool = False) -> Schedule:
    """Plan something; without `made` it is one of readiness.yaml."""
    return Schedule(
        id="morning",
        selection=Selection(("*",)),
        timing=read(words),
        channel="C024BE91L",
        configured=made is None,
        made=made,
        paused=paused,
    )


@lru_cache
def minutes_around(zone: str, moment: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return every minute of two days before a moment and two after, with what the clock shows then."""
    begin = moment - timedelta(days=2)
    every = (begin + number * timedelta(minutes=1) for number in range(4 * 24 * 60 + 1))
    return tuple((it, it.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for it in every)


def daily(
    minutes: Sequence[tuple[datetime, datetime]], begin: datetime, end: datetime, hour: int, minute: int
) -> list[datetime]:
    """Return the first minute of each day at which the clock shows a time or, left out, is past it."""
    found: dict[date, datetime] = {}
    for (_, before), (moment, wall) in pairwise(minutes):
        wanted = wall.replace(hour=hour, minute=minute)
        if wall == wanted or before < wanted < wall:
            found.setdefault(wall.date(), moment)
    return [moment for moment in found.values() if begin < moment <= end]


def moments(plan: Schedule, begin: datetime, end: datetime) -> list[datetime]:
    """Return the fire times after one moment until another, each asked for anew."""
    found: list[datetime] = []
    while (moment := next_time(plan, found[-1] if found else begin)) and moment <= end:
        found.append(moment)
    return found
