"""Crontabs of five fields, as people write them, and one way to write each.

A field is a list of numbers, ranges and steps; months and weekdays go by name too. Weekdays come out as
names, since programs disagree about their numbers: here 0 and 7 are Sunday, as crontab has it. What is
restricted by day of the month and by weekday is due on either, unless one of the two begins with `*`.
Source: crontab(5) of Vixie's cron.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from checks.errors import UsageError
from checks.nearest import nearest

SHORTEST = 300
"""Seconds between two fire times, at least."""
EXAMPLE = "a crontab is written as `cron 0 9 * * mon-fri`: minute, hour, day of the month, month, weekday"

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "sun sunday sundays",
            "mon monday mondays",
            "tue tues tuesday tuesdays",
            "wed weds wednesday wednesdays",
            "thu thur thurs thursday thursdays",
            "fri friday fridays",
            "sat saturday saturdays",
        )
    )
    for name in names.split()
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
"""Days of the months that have fewer than 31."""


class Field(NamedTuple):
    """What may stand in a place of a crontab."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = {}


MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY = Field("day of the month", 1, 31)
MONTH = Field("month", 1, 12, MONTHS)
WEEKDAY = Field("weekday", 0, 7, WEEKDAYS)
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)

ITEM = re.compile(r"(?P<first>\*|[a-z0-9]+)(?:-(?P<last>[a-z0-9]+))?(?:/(?P<step>\d{1,4}))?")


def crontab(texts: Sequence[str]) -> str:
    """Return the one way to write a crontab of five fields.

    Raises `UsageError` for what is none, what is due more often than every 5 minutes, and what never is.
    """
    if len(texts) != len(FIELDS):
        many = len(texts) if len(texts) < len(FIELDS) else "more"
        raise UsageError(f"a crontab has five fields, not {many}", EXAMPLE)
    minutes, hours, days, months, weekdays = (
        _values(field, text) for field, text in zip(FIELDS, texts, strict=True)
    )
    _not_too_often(minutes, hours)
    day, weekday = _day(days, texts[2]), _weekday(weekdays, texts[4])
    starred = [text.startswith("*") for text in (texts[2], texts[4])]
    if weekday != "*" and day != "*" and starred != [day.startswith("*"), False]:
        what = f"{texts[2]} for the days and {texts[4]} for the weekdays"
        raise UsageError(
            f"crontabs disagree about {what} together", "name the days or the weekdays one by one"
        )
    if day == "1-31" and weekday == "*":
        day = "*"
    if weekday == "mon-sun" and day.startswith("*"):
        weekday = "*"
    if weekday == "*" and all(min(days) > LONGEST.get(month, 31) for month in months):
        raise UsageError(f"no month of these has a day {min(days)}: it would never be due", EXAMPLE)
    minute, hour, month = _plain(MINUTE, minutes), _plain(HOUR, hours), _plain(MONTH, months)
    return f"{minute} {hour} {day} {month} {weekday}"


def weekdays(text: str) -> str:
    """Return the one way to write the weekdays of a crontab; `*` for all. Raises `UsageError`."""
    found = _weekday(_values(WEEKDAY, text), text)
    return "*" if found == "mon-sun" else found


def fits(field: Field, text: str) -> bool:
    """Whether a word could stand in a place of a crontab."""
    return all(_fits(field, item) for item in text.casefold().split(","))


def _fits(field: Field, item: str) -> bool:
    match = ITEM.fullmatch(item)
    ends = (match["first"], match["last"]) if match else ("",)
    return all(end is None or end == "*" or end.isdecimal() or end in field.names for end in ends)


def _values(field: Field, text: str) -> list[int]:
    """Return what a field means, sorted; Sunday is 7."""
    found: set[int] = set()
    for item in text.casefold().split(","):
        match = ITEM.fullmatch(item)
        if not match:
            raise UsageError(f"`{text[:40]}` is no {field.name}", EXAMPLE)
        found.update(_item(field, item, match))
    if field is WEEKDAY:
        found = {value or 7 for value in found}
    return sorted(found)


def _item(field: Field, item: str, match: re.Match[str]) -> Iterable[int]:
    step = int(match["step"] or 1)
    if not 0 < step <= field.high - field.low:
        raise UsageError(f"`{item}` has a step of {step}, which no {field.name} has", EXAMPLE)
    if match["first"] == "*":
        if match["last"]:
            raise UsageError(f"`{item}` is no {field.name}: a range goes from one to another", EXAMPLE)
        return range(field.low, field.high + (field is not WEEKDAY), step)
    first = _value(field, match["first"])
    if match["last"] is None:
        return range(first, field.high + 1, step) if match["step"] else (first,)
    last = _value(field, match["last"])
    if last >= first:
        return range(first, last + 1, step)
    if not field.names:
        message = f"`{item}` runs backwards"
        raise UsageError(message, f"write {first}-{field.high},{field.low}-{last}")
    round_ = 7 if field is WEEKDAY else 12
    return [(value - field.low) % round_ + field.low for value in range(first, last + round_ + 1, step)]


def _value(field: Field, text: str) -> int:
    if text in field.names:
        return field.names[text]
    if not text.isdecimal():
        close = nearest(text, field.names)
        raise UsageError(
            f"`{text[:40]}` is no {field.name}", f"did you mean {' or '.join(close)}?" if close else EXAMPLE
        )
    if len(text) > 4 or not field.low <= int(text) <= field.high:
        raise UsageError(f"{text[:40]} is no {field.name}: they go from {field.low} to {field.high}", EXAMPLE)
    return int(text)


def _not_too_often(minutes: Sequence[int], hours: Sequence[int]) -> None:
    gaps = [after - before for before, after in pairwise(minutes)]
    if any((hour + 1) % 24 in hours for hour in hours):
        gaps.append(minutes[0] + 60 - minutes[-1])
    if gaps and min(gaps) * 60 < SHORTEST:
        raise UsageError(
            f"it would be due {min(gaps)} min after the time before: the shortest is {SHORTEST // 60} min",
            "for example `every 5m`, or `cron */5 * * * *`",
        )


def _day(days: Sequence[int], text: str) -> str:
    """Write days of the month; a `*` in front means more than the days that it stands for, and stays."""
    if text.startswith("*") and "," not in text:
        return text.removesuffix("/1")
    return _runs(list(map(str, days)), days)


def _weekday(days: Sequence[int], text: str) -> str:
    if text in ("*", "*/1"):
        return "*"
    return _runs([WEEK[day - 1] for day in days], days)


def _plain(field: Field, values: Sequence[int]) -> str:
    """Write minutes, hours or months."""
    if len(values) == field.high - field.low + 1:
        return "*"
    step = values[1] - values[0] if len(values) > 2 else 0
    if step > 1 and list(values) == list(range(field.low, field.high + 1, step)):
        return f"*/{step}"
    return _runs(list(map(str, values)), values)


def _runs(names: Sequence[str], values: Sequence[int]) -> str:
    """Write a list in which three or more in a row are a range."""
    parts: list[str] = []
    start = 0
    for end in range(1, len(values) + 1):
        if end < len(values) and values[end] == values[end - 1] + 1:
            continue
        whole = names[start:end]
        parts += [f"{whole[0]}-{whole[-1]}"] if len(whole) > 2 else whole
        start = end
    return ",".join(parts)
