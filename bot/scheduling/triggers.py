"""When a schedule is due: APScheduler's triggers, and what they do not say.

A crontab is worked out on the wall clock, without a zone, and each of its wall times is then found in the
zone, so that the changes of summer time are ours to decide. Where the hours are named (`30 2 * * *`), a wall
time is due once: in autumn at the first of the two, in spring, where it is left out, as soon as the clock has
gone forward. Where they begin with `*` (`*/30 * * * *`), it is due whenever the clock shows it, twice in
autumn and not at all in spring. Intervals count from when the schedule was made; those of readiness.yaml from
1970, so that every replica has the same.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from heapq import merge
from itertools import takewhile
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.scheduling.walls import as_shown, first_moment, offsets, wall
from handlers.schedules.model import Schedule, Timing

LATEST = timedelta(hours=6)
"""How late something is still done."""
SPREAD = 60
"""Seconds over which what is due at the same time is spread."""
SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOOKED_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=366 * 8 + 1))
"""How far back the last fire time is looked for: an hour first, at last to the last 29th of February."""


@dataclass(frozen=True)
class Due:
    """A fire time that has come, by its key, and by how many seconds it is late.

    `skipped` fire times came before it, and are passed over.
    """

    nominal: datetime
    key: str
    late: float
    skipped: int


def due(schedule: Schedule, last: datetime | None, since: datetime, now: datetime) -> Due | None:
    """Return the latest fire time that has come, later than the last on record; null for none.

    It is later than `since`, when the schedule was made, changed or first seen, and at most 6 h old.
    """
    now = now.astimezone(UTC)
    begin = max(_known(last, since), now - LATEST - timedelta.resolution)
    come = list(takewhile(lambda it: it <= now, _moments(schedule, begin)))
    if not come:
        return None
    nominal = come[-1]
    late = (now - nominal).total_seconds()
    return Due(nominal, key(schedule, nominal), late, len(come) - 1)


def missed(schedule: Schedule, last: datetime | None, since: datetime, now: datetime) -> datetime | None:
    """Return the latest fire time that is too old to be done, and is not on record; null for none."""
    end = now.astimezone(UTC) - LATEST
    known = _known(last, since)
    for back in LOOKED_BACK:
        begin = max(known, end - back)
        found = deque(takewhile(lambda it: it < end, _moments(schedule, begin)), maxlen=1)
        if found or begin == known:
            return found[0] if found else None
    return None


def next_time(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the next fire time after a moment, with the offset of its zone; null where it is paused."""
    if schedule.paused:
        return None
    found = next(_moments(schedule, now.astimezone(UTC)), None)
    return as_shown(found, ZoneInfo(schedule.timing.zone)) if found else None


def key(schedule: Schedule, nominal: datetime) -> str:
    """Return what tells a fire time apart: what the clock shows where it is daily, otherwise the moment."""
    if _has_one_time(schedule.timing):
        zone = schedule.timing.zone
        return f"{wall(nominal, ZoneInfo(zone)):%Y-%m-%dT%H:%M}[{zone}]"
    return f"{nominal.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def jitter(schedule_id: str) -> timedelta:
    """Return by how much a schedule is put off, the same in every replica: 0 to 59 s."""
    return timedelta(seconds=int.from_bytes(sha256(schedule_id.encode()).digest()[:8]) % SPREAD)


def trigger(schedule: Schedule) -> BaseTrigger:
    """Return what wakes a scheduler at each fire time."""
    return _interval(schedule) if schedule.timing.every else _Waking(schedule)


class _Waking(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Wakes at the fire times of a crontab; those that went by while nobody looked are not counted."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Return the next fire time, later than both."""
        after = max(now.astimezone(UTC), (previous or now).astimezone(UTC))
        return next(_moments(self._schedule, after), None)


def _known(last: datetime | None, since: datetime) -> datetime:
    return max((last or since).astimezone(UTC), since.astimezone(UTC))


def _has_one_time(timing: Timing) -> bool:
    """Whether it is due at one time of its days."""
    return bool(timing.cron) and all(field.isdecimal() for field in timing.cron.split()[:2])


def _moments(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield the fire times after a moment, in UTC, strictly rising."""
    timing = schedule.timing
    if timing.every:
        return _counted(_interval(schedule), after)
    zone = ZoneInfo(timing.zone)
    starred = timing.cron.split()[1].startswith("*")
    return _elapsed(timing.cron, zone, after) if starred else _once(timing.cron, zone, after)


def _interval(schedule: Schedule) -> IntervalTrigger:
    every = timedelta(seconds=schedule.timing.every)
    anchor = (schedule.made or EPOCH).astimezone(UTC).replace(microsecond=0)
    return IntervalTrigger(seconds=schedule.timing.every, start_date=anchor + every, timezone=UTC)


def _counted(interval: IntervalTrigger, after: datetime) -> Iterator[datetime]:
    while True:
        after = interval.get_next_fire_time(None, _later(after))
        yield after


def _once(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the moments of wall times, one for each."""
    for shown in _shown(cron, wall(after, zone)):
        moment = first_moment(shown, zone)
        if moment > after:
            yield moment
            after = moment


def _elapsed(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield every moment at which the clock shows one of the wall times.

    It is walked once with each offset that the zone has, and what the clock then does not show is left out.
    """

    def walked(offset: timedelta) -> Iterator[tuple[datetime, timedelta]]:
        return (
            (shown.replace(tzinfo=UTC) - offset, offset)
            for shown in _shown(cron, (after + offset).replace(tzinfo=None))
        )

    for moment, offset in merge(*map(walked, offsets(zone, after))):
        if moment.astimezone(zone).utcoffset() == offset:
            yield moment


def _shown(cron: str, after: datetime) -> Iterator[datetime]:
    """Yield the wall times of a crontab, without a zone, strictly after one."""
    moment = after.replace(tzinfo=UTC)
    while True:
        found = [trigger.get_next_fire_time(None, _later(moment)) for trigger in _crons(cron)]
        moment = min(it for it in found if it)
        yield moment.replace(tzinfo=None)


def _later(moment: datetime) -> datetime:
    """Return the next whole second: a trigger asked for a fire time gives the moment itself too."""
    return moment.replace(microsecond=0) + SECOND


@lru_cache(maxsize=4096)
def _crons(cron: str) -> tuple[CronTrigger, ...]:
    """Return the triggers of a crontab: two where it names both kinds of days, since either will do."""
    minute, hour, day, month, weekday = cron.split()
    either = not day.startswith("*") and not weekday.startswith("*")
    days = ((day, "*"), ("*", weekday)) if either else ((day, weekday),)
    return tuple(
        CronTrigger(minute=minute, hour=hour, day=of_month, month=month, day_of_week=of_week, timezone=UTC)
        for of_month, of_week in days
    )
