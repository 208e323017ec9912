"""Words of which people make a timing: days, times of day, and what is nearly one of them."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from checks.errors import UsageError
from checks.nearest import nearest
from handlers.schedules.crontab import WEEKDAYS, weekdays

WAYS = "say for example `daily 09:00 Europe/Berlin`, `weekdays 08:30`, `mon,thu 9am`, `every 4h` or a crontab"

GROUPS = {
    **dict.fromkeys(("daily", "everyday", "day", "days", "nightly"), "*"),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "workday"), "mon-fri"),
    **dict.fromkeys(("weekends", "weekend"), "sat,sun"),
}
ALIASES = {
    **dict.fromkeys(("hourly", "@hourly"), "0 * * * *"),
    **dict.fromkeys(("@daily", "@midnight"), "0 0 * * *"),
    "@weekly": "0 0 * * sun",
    "@monthly": "0 0 1 * *",
    **dict.fromkeys(("@yearly", "@annually"), "0 0 1 1 *"),
}
MEANT = (*GROUPS, *WEEKDAYS, *ALIASES, "every", "cron", "weekly", "monthly")
ALONE = {"day", "days"}
"""Words that mean days only after `every`: `schedule the day after` is about nothing here."""
CLOCK = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?P<half>am|pm)?", re.ASCII)
CLOCK_LIKE = re.compile(r"\d+(:\d+)+\w*|\d+(am|pm)", re.ASCII)
NAMED_TIMES = {"noon": (12, 0), "midday": (12, 0), "midnight": (0, 0)}
LIST = re.compile(r",+")
JOINING = {"and", "&", "+", "on", "every", "each"}
RANGING = {"-", "to", "till", "until", "through"}
TYPED = str.maketrans(
    dict.fromkeys("\"'`\u2018\u2019\u201c\u201d\u201e\u201f\u00ab\u00bb", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-")
)
"""Quotes are nothing, and every dash is the one of the keyboard."""


class Token(NamedTuple):
    """A piece of a word: in lower case, as it was, and which word it is of."""

    text: str
    said: str
    word: int


def tokenize(words: Sequence[str]) -> list[Token]:
    """Split words where quotes hold several together."""
    return [
        Token(piece.casefold(), piece, number)
        for number, word in enumerate(words)
        for piece in word.translate(TYPED).split()
    ]


def text_at(tokens: Sequence[Token], at: int) -> str:
    """Return what stands in a place, without what surrounds it; empty behind the end."""
    return tokens[at].text.strip(",;()") if at < len(tokens) else ""


def meant(word: str, choices: Iterable[str]) -> str:
    """Return what a word nearly is; empty where nothing is so close that it must be meant."""
    close = nearest(word, choices, 1) if word else []
    return close[0] if close and DamerauLevenshtein.distance(word, close[0]) <= len(word) // 3 else ""


def days_at(tokens: Sequence[Token], at: int, names: Collection[str]) -> tuple[str, int]:
    """Read days; return the weekdays of a crontab, empty for none, and where they end."""
    said: list[str] = []
    end = at
    joined = ""
    while end < len(tokens) and tokens[end].said not in names:
        text = text_at(tokens, end)
        if text in RANGING and said and text_at(tokens, end + 1) in WEEKDAYS:
            said[-1] += f"-{text_at(tokens, end + 1)}"
            end += 2
            continue
        parts = [part for part in LIST.split(text) if part]
        if text in JOINING and (said or end - at < 2):
            joined = text
        elif parts and all(_is_day(part, joined) for part in parts):
            said += [GROUPS.get(part, part) for part in parts]
            joined = ""
        elif len(parts) > 1 and any(_is_day(part, joined) for part in parts):
            raise no_day(next(part for part in parts if not _is_day(part, joined)))
        elif text:
            break
        end += 1
    while end > at and text_at(tokens, end - 1) in JOINING:
        end -= 1
    if not said:
        return "", at
    return "*" if "*" in said else weekdays(",".join(said)), end


def _is_day(text: str, joined: str) -> bool:
    if text in ALONE:
        return joined in ("every", "each")
    first, _, last = text.partition("-")
    return text in GROUPS or (first in WEEKDAYS and (not last or last in WEEKDAYS))


def time_at(tokens: Sequence[Token], at: int, *, bare: bool) -> tuple[tuple[int, int] | None, int]:
    """Read a time of day, and where it ends; a number alone is one after days, or after `at`."""
    said_at = text_at(tokens, at) in ("at", "@")
    text, end = text_at(tokens, at + said_at), at + said_at + 1
    if text in NAMED_TIMES:
        return NAMED_TIMES[text], end
    if CLOCK.fullmatch(text) and text_at(tokens, end) in ("am", "pm"):
        text, end = text + text_at(tokens, end), end + 1
    if not CLOCK_LIKE.fullmatch(text) and not ((bare or said_at) and text.isdecimal()):
        return None, at
    match = CLOCK.fullmatch(text)
    hour, minute, half = (
        (int(match["hour"]), int(match["minute"] or 0), match["half"]) if match else (99, 0, "")
    )
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise UsageError(f"`{text[:40]}` is no time of day", "write it as 09:00, 17:30 or 9am")
    return ((hour % 12 + 12 * (half == "pm")) if half else hour, minute), end


def no_day(said: str) -> UsageError:
    """Return the error that says of a word that it is no day, with the nearest."""
    close = meant(said.casefold(), MEANT)
    return UsageError(f"`{said[:40]}` is no day", f"did you mean {close}?" if close else WAYS)
