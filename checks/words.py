"""Small help for the sentences of findings and evidence."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta


def counted(number: int, noun: str) -> str:
    """`1 node`, `3 nodes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some(items: Sequence[str], most: int = 5, between: str = ", ") -> str:
    """Join the first of many: `a, b, c, d, e and 3 more`."""
    rest = len(items) - most
    return between.join(items[:most]) + (f" and {rest} more" if rest > 0 else "")


def last_day(until: datetime) -> date:
    """Return the last day, in UTC, of what ends at a moment: midnight belongs to the day before."""
    return (until.astimezone(UTC) - timedelta(microseconds=1)).date()
