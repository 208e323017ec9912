"""What may have been meant by words that say no time, or a wrong one: nothing is guessed and done with it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from checks.errors import UsageError
from handlers.schedules import zones
from handlers.schedules.crontab import SHORTEST, WEEKDAYS
from handlers.schedules.spoken import GROUPS, MEANT, meant
from handlers.schedules.timing import UNITS, split

MOST_WORDS = 24
"""Words among which a time is looked for: with more of them that takes long, and nobody says so many."""
MOST = 5
"""Ways to mend a sentence that are offered."""
USUAL = "09:00"
"""The time of day that is offered where none is said."""
DAILY = ("daily", USUAL)
SPOKEN: Mapping[tuple[str, ...], Sequence[tuple[str, ...]]] = {
    **dict.fromkeys((("tomorrow",), ("today",), ("morning",), ("mornings",)), (DAILY[:1], DAILY)),
    **dict.fromkeys((("tonight",), ("evening",), ("evenings",)), (DAILY[:1], ("daily", "18:00"))),
    ("once", "a", "day"): (DAILY[:1], DAILY),
    ("twice", "a", "day"): (("cron", "0", "9,17", "*", "*", "*"),),
    **dict.fromkeys((("biweekly",), ("fortnightly",), ("every", "other", "week")), (("every", "2w"),)),
    ("weekly",): (("weekly", "monday"), ("weekly", "monday", USUAL)),
    ("monthly",): (("cron", "0", "9", "1", "*", "*"),),
}
"""What people call a time that says too little, or in other words; the shorter one where a time follows."""
BEFORE = {"every", "each", "in", "the", "this"}
"""What may stand before a time of the day, and says nothing then."""
ABBREVIATED = {
    **dict.fromkeys(("cest", "mez", "mesz"), "Europe/Berlin"),
    "bst": "Europe/London",
    **dict.fromkeys(("edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt"), "America/Chicago"),
    "mdt": "America/Denver",
    **dict.fromkeys(("pst", "pdt", "pt"), "America/Los_Angeles"),
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "sgt": "Asia/Singapore",
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
}
"""Where people mostly mean when they abbreviate a zone in a way that IANA does not know."""
SHIFTED = re.compile(r"(utc|gmt)[+-]\d.*")
CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[.h](?P<minute>\d{2})?h?|(?P<rest>\d{2}))", re.ASCII)
AMOUNT = re.compile(r"(?P<number>\d{1,9})(?P<unit>[a-z]*)", re.ASCII)
FIELD = re.compile(r"[\d*/,-]+", re.ASCII)
OFTEN = re.compile(r"\*(/[1-4])?")
HOURS = 24
LONGEST = 6
"""Words of a time: `cron` and five fields."""


class Mend(NamedTuple):
    """The words from `at` until `end`, and what they would be; `zone` tells that it is a time zone."""

    at: int
    end: int
    words: tuple[str, ...]
    zone: bool = False

    def applied(self, words: Sequence[str]) -> list[str]:
        """Return all words with these in place."""
        return [*words[: self.at], *self.words, *words[self.end :]]


def mends(words: Sequence[str], names: Collection[str], *, of: int | None = None) -> list[Mend]:
    """Return how words could be made to say a time, best first; only those `of` one word where that is given.

    One of `names`, of clusters say, is left alone. What says a time at once comes before what is only nearer
    to one.
    """
    if len(words) > MOST_WORDS:
        return []
    wrong = _wrong(words, names)
    sound: list[Mend] = []
    nearer: list[Mend] = []
    for mend in islice(_candidates(words, names), 4 * MOST):
        if of is None or (mend.at <= of < mend.end and not (mend.zone and _wrong(words[: mend.at], names))):
            still = _wrong(mend.applied(words), names)
            if not still:
                sound.append(mend)
            elif still != wrong and (of is None or _begins(mend, words, names)):
                nearer.append(mend)
    return (sound or nearer)[:MOST]


def is_shifted(word: str) -> bool:
    """Whether a word gives a zone by its distance from UTC, which says nothing of summer."""
    return bool(SHIFTED.fullmatch(word.casefold()))


def _begins(mend: Mend, words: Sequence[str], names: Collection[str]) -> bool:
    """Whether a time that is whole begins with what is mended, whatever is wrong with words behind it."""
    rest = mend.applied(words)[mend.at :]
    return any(not _wrong(rest[:end], names) for end in range(1, min(len(rest), LONGEST) + 1))


def _wrong(words: Sequence[str], names: Collection[str]) -> str:
    """Return what is wrong with a time; empty for nothing."""
    try:
        return "" if split(words, names)[0] else "no time is said"
    except UsageError as error:
        return str(error)


def _candidates(words: Sequence[str], names: Collection[str]) -> Iterator[Mend]:
    texts = ["" if word in names else word.casefold().strip(",;.()'`") for word in words]
    for way in WAYS:
        for at in range(len(texts)):
            if texts[at]:
                yield from way(texts, at)


def _respelt(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Put a day, or another word that times begin with, as it is spelt."""
    pair = "".join(texts[at : at + 2])
    if pair in GROUPS and texts[at] not in GROUPS:
        yield Mend(at, at + 2, (pair,))
    parts = [] if texts[at] == "the" else texts[at].split(",")
    spelt = [part if not part or part in MEANT else _spelling(part) for part in parts]
    if spelt != parts and "" not in spelt:
        yield Mend(at, at + 1, (",".join(spelt),))


@lru_cache(maxsize=256)
def _spelling(word: str) -> str:
    return meant(word, [it for it in MEANT if it[0] != "@" or word[0] == "@"])


def _interval(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Put the unit of an interval as it is spelt, and make it as long as one must be."""
    match = AMOUNT.fullmatch(texts[at])
    if not match or not _is_amount(texts, at):
        return
    apart = not match["unit"]
    unit, end = ("".join(texts[at + 1 : at + 2]), at + 2) if apart else (match["unit"], at + 1)
    known = unit if unit in UNITS else meant(unit, UNITS)
    if known and int(match["number"]) * UNITS[known] < SHORTEST:
        yield Mend(at, end, (f"{SHORTEST // 60}m",))
    elif known and known != unit:
        yield Mend(at, end, (match["number"], known))
    elif apart and (not unit.isalpha() or unit in BEFORE):
        yield Mend(at, at + 1, (f"{match['number']}h",))


def _is_amount(texts: Sequence[str], at: int) -> bool:
    return at > 0 and texts[at - 1] in ("every", "each")


def _clock(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Put a time of day as it is written: `9.30`, `9h`, `0930`, and a number that stands alone."""
    text = texts[at]
    match = CLOCK.fullmatch(text)
    if match and int(match["hour"]) < HOURS:
        yield Mend(at, at + 1, (f"{int(match['hour']):02}:{match['minute'] or match['rest'] or '00'}",))
    elif text in ("24:00", "24"):
        yield Mend(at, at + 1, ("00:00",))
    elif text.isdecimal() and len(text) < 3 and int(text) < HOURS and not _is_amount(texts, at):
        yield Mend(at, at + 1, ("daily", f"{int(text):02}:00"))


def _spoken(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Say what is missing, or said in other words: the time of a day, the day of a week."""
    for said, meant_ in SPOKEN.items():
        if tuple(texts[at : at + len(said)]) == said:
            begin = at
            while begin and texts[begin - 1] in BEFORE:
                begin -= 1
            yield from (Mend(begin, at + len(said), words) for words in meant_)
    text = texts[at]
    if text in GROUPS or all(day in WEEKDAYS for part in text.split(",") for day in part.split("-")):
        yield Mend(at, at + 1, (text, USUAL))


def _crontab(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Add the field that is missing, and let as much time pass as there must between two."""
    fields = [text for text in texts[at + 1 : at + 7] if FIELD.fullmatch(text)]
    if texts[at] in ("cron", "crontab") and len(fields) == 4:
        yield Mend(at, at + 5, (texts[at], *fields, "*"))
    if OFTEN.fullmatch(texts[at]) and texts[at + 1 : at + 5] == ["*"] * 4:
        yield Mend(at, at + 1, ("*/5",))


def _zone(texts: Sequence[str], at: int) -> Iterator[Mend]:
    """Put a zone as IANA writes it."""
    for end in (at + 2, at + 1):
        words = " ".join(texts[at:end])
        if end > len(texts) or "" in texts[at:end] or zones.known(words):
            continue
        found: Sequence[str] = zones.of_city(words)
        if end == at + 1 and not found:
            found = [ABBREVIATED[words]] if words in ABBREVIATED else zones.nearly(words)
        yield from (Mend(at, end, (name,), zone=True) for name in found)


WAYS: Sequence[Callable[[Sequence[str], int], Iterator[Mend]]] = (
    _respelt,
    _interval,
    _clock,
    _spoken,
    _crontab,
    _zone,
)
