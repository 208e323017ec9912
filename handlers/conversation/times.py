"""When: `since Monday`, `in the last 3 days`, `until the end of March`, `for two weeks`."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

NUMBERS: Mapping[str, float] = {
    "half a": 0.5,
    "a couple of": 2,
    "couple of": 2,
    "a few": 3,
    "few": 3,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fourteen": 14,
    "thirty": 30,
    "ninety": 90,
}
HOUR, DAY = 60, 1440
MINUTES: Mapping[str, int] = {
    "m": 1,
    "min": 1,
    "minute": 1,
    "h": HOUR,
    "hr": HOUR,
    "hour": HOUR,
    "d": DAY,
    "day": DAY,
    "w": 7 * DAY,
    "week": 7 * DAY,
    "weekend": 7 * DAY,
    "fortnight": 14 * DAY,
    "sprint": 14 * DAY,
    "month": 30 * DAY,
    "quarter": 91 * DAY,
    "year": 365 * DAY,
}
"""Minutes of a unit; of those whose length differs, about as many."""
QUARTERS = {"q1": 3, "q2": 6, "q3": 9, "q4": 12}
FARTHEST = timedelta(days=3650)

UNIT = r"(?:minute|min|hour|hr|day|week|month|year|sprint|fortnight|quarter)s?"
PERIOD = r"(?:week(?:end)?|month|year|sprint|quarter)"
SPAN = rf"(?P<number>\d{{1,4}}|{'|'.join(NUMBERS)})\s*(?P<unit>{UNIT}|(?<=\d)[mhdw])\b"
WEEKDAY = "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thurs?|thu|fri|sat|sun)"
MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
CLOCK = r"(?:\s+(?:at\s+)?\d{1,2}(?::\d{2})?\s*(?:am|pm|h|o'clock)?(?!\w))"
ISO = r"\d{4}-\d{2}-\d{2}(?:t\d{2}:\d{2})?"
LAST_DAY = (
    r"(?:the\s+)?end\s+of\s+(?:the\s+|this\s+|next\s+)?"
    rf"(?:year|month|week|quarter|q[1-4]|{MONTH})(?:\s+\d{{4}})?"
    r"|eo[mywq]\b|q[1-4]\b(?:\s+\d{4})?"
)
WHEN = "|".join(
    (
        LAST_DAY,
        rf"(?:the\s+)?(?:last|past|previous|next)?\s*(?:{SPAN})(?:\s+ago)?",
        r"yesterday(?:\s+(?:morning|evening|night|noon))?|today|tomorrow|tonight|last\s+night|this\s+morning",
        rf"(?:this|last|next|previous|past)\s+{PERIOD}",
        rf"(?:(?:last|this|next|coming|past|previous|on)\s+)?{WEEKDAY}\b(?:\s+(?:morning|evening|night))?{CLOCK}?",
        rf"{ISO}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}",
        rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\b(?:,?\s+\d{{4}})?",
        rf"{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?",
        rf"{MONTH}\b(?:\s+\d{{4}})?",
    )
)
SINCE = re.compile(
    r"\b(?:since|after|from|over|in|during|within|for|compared\s+(?:to|with)|than|to|with|vs|about|as\s+of|on)?\s*"
    rf"(?P<when>{WHEN})(?!\w)"
)
UNTIL = re.compile(
    r"\b(?:until|till|til|through|thru|by|before|up\s+to|for|to|another|next|ends?|expires?|expiring|ending)\s+"
    rf"(?:the\s+|another\s+|at\s+least\s+|about\s+|the\s+next\s+)?(?P<when>{WHEN})(?!\w)"
)
LAST_RUN = re.compile(
    r"\b(?:(?:the|our|your|my|a)\s+)?(?:last|previous|prior|earlier|former|latest)\s+"
    r"(?:run|report|check|scan|time|one|results?)\b"
)


class When(NamedTuple):
    """A time in a text: its place, and what it is.

    That is a day, a moment or an age in the words of `Question.since`, empty for the run before.
    """

    start: int
    end: int
    said: str


def since(text: str, now: datetime) -> When | None:
    """Find how far back somebody asks, in a text in lower case."""
    run = LAST_RUN.search(text)
    if run:
        return When(run.start(), run.end(), "")
    found = (When(match.start(), match.end(), _back(match, now)) for match in SINCE.finditer(text))
    return next((when for when in found if when.said), None)


def until(text: str, now: datetime) -> When | None:
    """Find the last day of something, as in `2026-12-05`, in a text in lower case."""
    for match in UNTIL.finditer(text):
        day = _ahead(match, now)
        if day and day >= now.date():
            return When(match.start(), match.end(), day.isoformat())
    return None


def _span(match: re.Match[str]) -> timedelta | None:
    """Read `two weeks`, `3d` or `last month`; null for anything else."""
    period = re.fullmatch(rf"\w+\s+({PERIOD})", match["when"])
    if period:
        return timedelta(minutes=MINUTES[period[1]])
    if not match["number"]:
        return None
    number = NUMBERS.get(re.sub(r"\s+", " ", match["number"]), 0) or int(match["number"])
    unit = match["unit"] if match["unit"] in MINUTES else match["unit"].removesuffix("s")
    return min(timedelta(minutes=number * MINUTES[unit]), FARTHEST)


def _back(match: re.Match[str], now: datetime) -> str:
    said, span = match["when"], _span(match)
    if said.startswith(("tomorrow", "next")) or re.match(LAST_DAY, said):
        return ""
    if span:
        return f"{span.days}d" if span == timedelta(days=span.days) else f"{int(span.total_seconds() // 60)}m"
    if re.match(r"this\s+morning|today|tonight", said):
        return now.date().isoformat()
    if re.match(r"last\s+night|yesterday", said):
        return (now.date() - timedelta(days=1)).isoformat()
    found = _read(said, now, "past")
    exact = found and re.search(rf"{CLOCK}$|t\d", said)
    return f"{found:%Y-%m-%dT%H:%M}" if found and exact else f"{found:%Y-%m-%d}" if found else ""


def _ahead(match: re.Match[str], now: datetime) -> date | None:
    said, span = match["when"], _span(match)
    if span:
        return (now + span).date()
    if re.match(LAST_DAY, said) or re.fullmatch(rf"{MONTH}(?:\s+\d{{4}})?", said):
        return _last_day(said, now.date())
    found = _read(said, now, "future")
    return found.date() if found else None


def _last_day(said: str, today: date) -> date:
    """Return the last day of a week, a month, a quarter or a year."""
    if said == "eow" or said.endswith("week"):
        return today + timedelta(days=(4 - today.weekday()) % 7)
    year = re.search(r"\d{4}", said)
    named = re.search(MONTH, said.rpartition("of ")[2])
    month = list(calendar.month_abbr).index(named[0][:3].capitalize()) if named else 0
    month = month or next((last for quarter, last in QUARTERS.items() if quarter in said), 0)
    if not month:
        month = -(-today.month // 3) * 3 if "quarter" in said or said == "eoq" else today.month
        month = 12 if "year" in said or said == "eoy" else month % 12 + 1 if "next" in said else month
    in_year = max(int(year[0]) if year else today.year + (month < today.month), today.year)
    return date(in_year, month, calendar.monthrange(in_year, month)[1])


def _read(said: str, now: datetime, prefer: str) -> datetime | None:
    """Read a day in any other words."""
    if re.fullmatch(ISO, said):
        try:
            return datetime.fromisoformat(said.upper())
        except ValueError:
            return None
    from dateparser import parse  # noqa: PLC0415 - half a second, for the few that name a day

    named = re.sub(r"^(?:last|past|previous|this|next|coming|on)\s+", "", said)
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": prefer}
    try:
        return parse(named, languages=["en"], settings=settings)
    except (ValueError, OverflowError):
        return None
