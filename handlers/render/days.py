"""The end of what is accepted, as the day it last holds: in UTC, like the days of readiness.yaml."""

from datetime import UTC, date, datetime, time, timedelta

from checks.presentation.prose import counted
from checks.words import last_day

NO_DAY = datetime.min.replace(tzinfo=UTC)
"""Where no day was chosen."""


def today(now: datetime) -> date:
    """Return the day in UTC."""
    return now.astimezone(UTC).date()


def end_of(day: str) -> datetime:
    """Return the end of a day as Slack writes it; NO_DAY for anything else."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
    except ValueError:
        return NO_DAY
    except OverflowError:  # the last day there is
        return datetime.max.replace(tzinfo=UTC)


def left(until: datetime, now: datetime) -> str:
    """Return `12 days left`, `ends today` or `has ended`."""
    if until <= now:
        return "has ended"
    days = (last_day(until) - today(now)).days
    return f"{counted(days, 'day')} left" if days else "ends today"
