"""When something is due, as people say it: `weekdays 08:30 Europe/Berlin`, `every 4h`, a crontab."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from checks.errors import UsageError
from handlers.schedules import zones
from handlers.schedules.crontab import FIELDS, MINUTE, SHORTEST, crontab, fits
from handlers.schedules.model import Timing
from handlers.schedules.spoken import (
    ALIASES,
    ALONE,
    JOINING,
    MEANT,
    WAYS,
    Token,
    days_at,
    meant,
    no_day,
    text_at,
    time_at,
    tokenize,
)

SPOKEN = {"*": "daily", "mon-fri": "weekdays", "sat,sun": "weekends"}
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
SHOWN_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
LONGEST = 366 * 86400

EVERY = re.compile(r"(?P<number>\d{1,9})(?P<unit>[a-z]*)", re.ASCII)


class _Found(NamedTuple):
    """What a timing says but for its zone, and the tokens from `start` until `end` that say it."""

    cron: str
    every: int
    start: int
    end: int


def read(words: str, zone: str = "") -> Timing:
    """Understand a timing; `zone` is one that is said apart, UTC where none is said at all.

    Raises `UsageError` with what is wrong.
    """
    timing, rest = split(words.split(), zone=zone)
    if timing is None or rest:
        raise _unknown(timing, rest, words)
    return timing


def split(
    words: Sequence[str], names: Collection[str] = (), zone: str = ""
) -> tuple[Timing | None, list[str]]:
    """Find the timing among words; return it, null where there is none, and the words that are none of it.

    One of `names`, of clusters say, is not taken for a day or a zone. Raises `UsageError` for a timing that
    is wrong, or not whole.
    """
    tokens = tokenize(words)
    apart = zones.zone(zone) if zone else ""
    found = next((it for at in range(len(tokens)) if (it := _timing(tokens, at, names))), None)
    if not found:
        return None, list(words)
    _alone(tokens, found, names)
    said, said_at = _zone(tokens, found, names)
    if apart and said and apart != said:
        raise UsageError(f"two time zones are said, {said} and {apart}", "leave one of them out")
    taken = {tokens[at].word for at in (*range(found.start, found.end), *said_at)}
    rest = [word for number, word in enumerate(words) if number not in taken]
    return Timing(cron=found.cron, every=found.every, zone=said or apart or "UTC"), rest


def told(timing: Timing) -> str:
    """Say a timing in the words that `read` understands."""
    if timing.every:
        seconds, unit = next((it for it in SHOWN_UNITS if timing.every % it[0] == 0), SHOWN_UNITS[-1])
        zone = "" if timing.zone == "UTC" else f" {timing.zone}"
        return f"every {timing.every // seconds} {unit}{zone}"
    minute, hour, day, month, weekday = timing.cron.split()
    if timing.cron == ALIASES["hourly"]:
        return f"hourly {timing.zone}"
    if not (minute.isdecimal() and hour.isdecimal() and day == month == "*"):
        return f"cron {timing.cron} {timing.zone}"
    days = SPOKEN.get(weekday) or weekday.replace(",", ", ")
    return f"{days} {int(hour):02}:{int(minute):02} {timing.zone}"


def _timing(tokens: Sequence[Token], at: int, names: Collection[str]) -> _Found | None:
    """Read a timing that begins here."""
    text = text_at(tokens, at)
    if tokens[at].said in names:
        return None
    if text in ("cron", "crontab"):
        fields = _fields(tokens, at + 1)
        return _Found(crontab([it.text for it in tokens[at + 1 : fields]]), 0, at, fields)
    if text in ALIASES:
        return _Found(ALIASES[text], 0, at, at + 1)
    if text == "@reboot":
        raise UsageError("@reboot is no time of day", WAYS)
    fields = _fields(tokens, at)
    stars = any("*" in it.text for it in tokens[at:fields])
    if fields - at >= len(FIELDS) or (fields - at > 2 and stars):
        return _Found(crontab([it.text for it in tokens[at:fields]]), 0, at, fields)
    if text in ("every", "each") and (interval := _interval(tokens, at)):
        return interval
    return _times(tokens, at, names)


def _fields(tokens: Sequence[Token], at: int) -> int:
    """Return where the fields of a crontab end that begin here, or one too many; `at` if there are none.

    Those after the first may be months and weekdays, but for the words that other timings begin with.
    """
    end = at
    while end < min(len(tokens), at + len(FIELDS) + 1):
        text = tokens[end].text
        place = FIELDS[min(end - at, len(FIELDS) - 1)]
        names = end - at >= 3 and (fits(place, text) or (end - at < 5 and meant(text, place.names)))
        if not fits(MINUTE, text) and not names:
            break
        end += 1
    return end


def _interval(tokens: Sequence[Token], at: int) -> _Found | None:
    """Read `every 4h`, `every 2 hours` or `every hour`."""
    text, end = text_at(tokens, at + 1), at + 2
    match = EVERY.fullmatch(text)
    if not match and (text not in UNITS or UNITS[text] == UNITS["day"]):
        if text[:1].isdecimal():
            raise UsageError(
                f"`{text[:40]}` is no interval", "for example `every 30m`, `every 4h` or `every 2d`"
            )
        return None
    number, unit = (int(match["number"]), match["unit"]) if match else (1, text)
    if not unit:
        unit, end = text_at(tokens, end), end + 1
    if unit not in UNITS:
        raise UsageError(f"every {number} of what?", "for example `every 30m`, `every 4h` or `every 2d`")
    every = number * UNITS[unit]
    if every < SHORTEST:
        raise UsageError(f"every {number} {unit} is too often", f"the shortest is `every {SHORTEST // 60}m`")
    if every > LONGEST:
        raise UsageError(f"every {number} {unit} is too seldom", "the longest is `every 366d`")
    return _Found("", every, at, end)


def _times(tokens: Sequence[Token], at: int, names: Collection[str]) -> _Found | None:
    """Read days and a time, in either order; a time without days is daily."""
    weekly = text_at(tokens, at) == "weekly"
    days, end = days_at(tokens, at + weekly, names)
    if weekly and not days:
        raise UsageError("weekly on which day?", "for example `weekly monday 09:00`")
    if days:
        time, end = time_at(tokens, end, bare=True)
        if not time:
            raise _without_time(tokens, at, end)
        return _Found(_cron(time, days), 0, at, end)
    time, end = time_at(tokens, at, bare=False)
    if not time:
        if text_at(tokens, at) == "monthly":
            raise UsageError("monthly on which day?", "for example `cron 0 9 1 * *`: on the first, at 09:00")
        return None
    days, after = days_at(tokens, end, names)
    return _Found(_cron(time, days or "*"), 0, at, after if days else end)


def _cron(time: tuple[int, int], days: str) -> str:
    return f"{time[1]} {time[0]} * * {days}"


def _zone(tokens: Sequence[Token], found: _Found, names: Collection[str]) -> tuple[str, Sequence[int]]:
    """Return the zone that is said, empty for none, and the tokens that say it.

    Right after the timing it may be any; elsewhere one that can be nothing else.
    """
    after = found.end + (text_at(tokens, found.end) in ("in", "zone", "tz"))
    if after < len(tokens) and tokens[after].said not in names:
        if zone := zones.known(text_at(tokens, after)):
            return zone, range(found.end, after + 1)
        _not_a_city(tokens, after)
    for at in (*range(found.start), *range(found.end, len(tokens))):
        text = text_at(tokens, at)
        if tokens[at].said not in names and ("/" in text or text in ("utc", "gmt")):
            if zone := zones.known(text):
                return zone, [at]
            if zones.looks_like_one(text):
                raise zones.unknown(tokens[at].said)
    return "", ()


def _not_a_city(tokens: Sequence[Token], at: int) -> None:
    """Raise `UsageError` for a city that stands where a zone does."""
    pair = [it.said.strip(",;()") for it in tokens[at : at + 2]]
    for words in (" ".join(pair), pair[0]):
        if zones.of_city(words):
            raise zones.unknown(words)


def _alone(tokens: Sequence[Token], found: _Found, names: Collection[str]) -> None:
    """Raise `UsageError` where a misspelt day stands before the time, or a second time after it."""
    before = tokens[found.start - 1] if found.start else None
    every_day = found.cron.endswith(" *") and before and before.text.isalpha() and before.said not in names
    if before and every_day and before.text in ALONE:
        raise UsageError(
            f"`{before.said}` alone is no day", "say `daily 09:00`, or `every 2d` for every other day"
        )
    if before and every_day and meant(before.text, MEANT):
        raise no_day(before.said)
    second = found.end + (text_at(tokens, found.end) in JOINING)
    if time_at(tokens, second, bare=False)[0]:
        if found.every:
            raise UsageError("an interval has no time of day", "leave the time out, or say `daily 09:00`")
        several = "for several a day write a crontab: `cron 0 9,17 * * *`"
        raise UsageError("more than one time is said", several)


def _without_time(tokens: Sequence[Token], at: int, end: int) -> UsageError:
    said = " ".join(it.said for it in tokens[at:end])
    close = meant(text_at(tokens, end), MEANT)
    hint = f"did you mean {close}, where {tokens[end].said[:40]} stands?" if close else ""
    return UsageError(f"{said[:60]} at what time?", hint or f"for example `{said[:60]} 09:00 Europe/Berlin`")


def _unknown(timing: Timing | None, rest: Sequence[str], words: str) -> UsageError:
    """Say what is wrong with words that are no timing, or more than one."""
    if not words.strip():
        return UsageError("when?", WAYS)
    if timing and rest[0] == words.rsplit(maxsplit=1)[-1]:
        return zones.unknown(rest[0])
    folded = [word.casefold() for word in rest]
    close = next((it for word in folded if (it := meant(word, MEANT)) and it != word), "")
    hint = f"did you mean {close}?" if close else WAYS
    return UsageError(f"`{' '.join(rest)[:60]}` says no time", hint)
