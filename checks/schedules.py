"""How often a schedule fires, closely enough to tell whether its last success is overdue."""

import re
from datetime import timedelta

UNTOLD = timedelta(hours=48)
"""How old a last success may be where the schedule does not say how often it comes."""

LEAST = timedelta(hours=1)
"""Even a schedule that fires every minute is given this long: backups take time themselves."""

WORDS = {
    "@hourly": timedelta(hours=1),
    "@daily": timedelta(days=1),
    "@midnight": timedelta(days=1),
    "@weekly": timedelta(days=7),
    "@monthly": timedelta(days=31),
    "@yearly": timedelta(days=366),
    "@annually": timedelta(days=366),
}
EVERY = re.compile(r"@every (?:(\d+)h)?(?:(\d+)m)?(?:\d+s)?")
NAMES = ("sun mon tue wed thu fri sat", "jan feb mar apr may jun jul aug sep oct nov dec")
PART = re.compile(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?")

# A field's place in a cron expression, its first value, how many values it has, and what one of them lasts;
# the coarsest first.
FIELDS = (
    (3, 1, 12, timedelta(days=31)),
    (2, 1, 31, timedelta(days=1)),
    (4, 0, 7, timedelta(days=1)),
    (1, 0, 24, timedelta(hours=1)),
    (0, 0, 60, timedelta(minutes=1)),
)


def overdue_after(schedule: str) -> timedelta:
    """How old the last success of a schedule may be: two of its intervals."""
    interval = longest_gap(schedule)
    return max(2 * interval, LEAST) if interval else UNTOLD


def longest_gap(schedule: str) -> timedelta | None:
    """Estimate the longest time between two firings of a cron expression; null where it is not understood.

    The coarsest field that is not `*` decides, so `0 8-18 * * 1-5` gives the three days of a weekend.
    """
    text = re.sub(r"^(CRON_)?TZ=\S+\s+", "", schedule.strip()).lower()
    if text in WORDS:
        return WORDS[text]
    if match := EVERY.fullmatch(text):
        return timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)) or None
    fields = text.split()
    if len(fields) != 5:
        return None
    for place, first, size, unit in FIELDS:
        values = _values(fields[place], first, size)
        if not values:
            return None
        if len(values) < size:
            return _gap(sorted(values), size) * unit
    return timedelta(minutes=1)


def _values(field: str, first: int, size: int) -> set[int]:
    """Return the values that a cron field names, counted from 0; none where it is not understood."""
    text = field.replace("?", "*")
    for names, offset in zip(NAMES, (0, 1), strict=True):
        for number, name in enumerate(names.split()):
            text = text.replace(name, str(number + offset))
    values: set[int] = set()
    for part in text.split(","):
        match = PART.fullmatch(part)
        if match is None:
            return set()
        start, end, step = match[1], match[2], int(match[3] or 1)
        low = first if start == "*" else int(start)
        open_ended = start == "*" or (match[3] and not end)
        high = first + size - 1 if open_ended else int(end or start)
        if not first <= low <= high <= first + size:
            return set()
        values.update((value - first) % size for value in range(low, high + 1, step or 1))
    return values


def _gap(values: list[int], size: int) -> int:
    """Return the longest way from one value to the next, around the clock."""
    following = [*values[1:], values[0] + size]
    return max(after - before for before, after in zip(values, following, strict=True))
