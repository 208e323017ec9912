"""What the clock on the wall of a time zone shows, and when.

Moments are told in UTC here: Python compares two of one zone by what their clocks show, and so takes the two
02:30 of an autumn night for one.
"""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
YEAR_IN_FORTNIGHTS = 27
"""Samples of a year, closer than any two changes of a clock that is set forward and back."""


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock shows at a moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def first_moment(shown: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock shows a time, or has been set past it."""
    found = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall(found, zone) == shown:
        return found
    # Left out in spring: with the offset before the change it is too late, with the one after too early.
    early, late = shown.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while late - early > SECOND:
        between = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (between, late) if wall(between, zone) < shown else (early, between)
    return late


def moment_after(shown: datetime, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the moment, in UTC, at which the clock shows a time, the second one where the first is over."""
    first = first_moment(shown, zone)
    return first if first > moment else shown.replace(tzinfo=zone, fold=1).astimezone(UTC)


def offsets(zone: ZoneInfo, moment: datetime) -> set[timedelta]:
    """Return how far a clock is from UTC in the year after a moment, now and after each change."""
    samples = (moment + number * timedelta(days=14) for number in range(YEAR_IN_FORTNIGHTS))
    return {sample.astimezone(zone).utcoffset() or timedelta() for sample in samples}


def as_shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment as the clock shows it, with its offset only, so that it still compares well."""
    local = moment.astimezone(zone)
    return local.replace(
        tzinfo=timezone(local.utcoffset() or timedelta(), local.tzname() or zone.key), fold=0
    )
