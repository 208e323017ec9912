"""Ages and moments as people write them."""

import re
from datetime import UTC, datetime, timedelta

AGE = re.compile(r"(\d+)([mhdw])")
WHEN = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?", re.IGNORECASE)
LONGEST = timedelta(days=36_500)
"""A longer age reaches back before any run, and soon before any calendar."""
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age(text: str) -> timedelta | None:
    """Read `30m`, `24h`, `7d` or `2w`; null where it is none of these."""
    match = AGE.fullmatch(text)
    if not match:
        return None
    try:
        return min(timedelta(**{UNITS[match[2]]: int(match[1])}), LONGEST)
    except OverflowError:
        return LONGEST


def moment(text: str, now: datetime) -> datetime | None:
    """Read an age before `now`, a day (its beginning, UTC) or `2026-11-16T09:00`; null for anything else."""
    span = age(text)
    if span is not None:
        return now - span
    if not WHEN.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).replace(tzinfo=UTC)
    except ValueError:
        return None
