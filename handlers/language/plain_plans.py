"""From plain words to those of the command: `post a digest of prod every day at 9`.

Only what asks for one is taken for that, and nothing is understood here that the command would not.
"""

import re
from collections.abc import Iterator, Sequence

from handlers.language.confusion import Sentence
from handlers.language.names import Visible
from handlers.language.words import CLOSING, OPENING, Word
from handlers.schedules import zones
from handlers.schedules.crontab import WEEKDAYS
from handlers.schedules.spoken import ALIASES, GROUPS, JOINING, NAMED_TIMES, RANGING
from handlers.schedules.timing import UNITS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POLITE = _words(
    "please pls hi hey hello readiness /readiness @readiness can could would will you we i i'd we'd want like"
    " need to let's lets let also"
)
SCHEDULING = _words("schedule plan")
SENDING = _words("post send")
"""With these a digest is meant even where it is not said when: the form asks for that."""
VERBS = SCHEDULING | SENDING | _words("give get deliver share publish make create add set start")
ONCE = _words("check run report remind subscribe notify")
"""What is done once, unless somebody says that it recurs."""
DIGEST = _words("digest digests")
NOUNS = DIGEST | _words("report reports summary readiness state status overview update updates")
ARTICLES = _words("a an the me us up")
ASKING = _words("which why what how who when where is are was does did don't not no than as if cron crontab")
"""Words of questions, of what somebody does not want, and of what has words of its own."""
NOISE = NOUNS | ARTICLES | _words("environment environments env time o'clock oclock to into")
RECURRING = frozenset((*GROUPS, *ALIASES, "weekly", "monthly")) - {"day", "days"}
PARTS = {
    **dict.fromkeys(("morning", "mornings"), 0),
    **dict.fromkeys(("afternoon", "afternoons", "evening", "evenings"), 12),
}
"""Parts of the day, and the hours that they add to what a clock with twelve of them shows."""
CLOCK = re.compile(r"\d{1,2}(:\d{2})?(am|pm)?", re.ASCII)
AMOUNT = re.compile(r"\d+[a-z]*", re.ASCII)
HALVES = ("am", "pm")


def asks(said: str) -> bool:
    """Whether words ask for a digest that comes again and again, in other words than those of the command."""
    words = _asked(said)
    if not words:
        return False
    about = _after_articles(words if words[0] not in VERBS else words[1:])
    recurs = any(_recurs(words, at) for at in range(len(words)))
    named = bool(about) and about[0] in DIGEST
    begins = bool(about) and _recurs(about, 0) and not DIGEST.isdisjoint(about)
    if words[0] in SCHEDULING:
        return named or begins
    if words[0] not in VERBS:
        return begins or (named and recurs)
    return (recurs and not NOUNS.isdisjoint(words)) or (named and words[0] in SENDING)


def may_ask(said: str) -> bool:
    """Whether words say of something else that it is to be done again and again."""
    words = _asked(said)
    return bool(words) and words[0] in ONCE and any(_recurs(words, at) for at in range(len(words)))


def _asked(said: str) -> list[str]:
    """Return the words from the first one on that is more than polite; none of a question."""
    words = [word for text in said.split() if (word := _folded(text))]
    start = next((at for at, word in enumerate(words) if word not in POLITE), len(words))
    return [] if ASKING.intersection(words) else words[start:]


def _after_articles(words: Sequence[str]) -> Sequence[str]:
    start = next((at for at, word in enumerate(words) if word not in ARTICLES), len(words))
    return words[start:]


def worded(words: Sentence, clusters: Visible) -> Sentence:
    """Return the words that the command takes: what it is about first, then when."""
    folded = ["" if word.key else _folded(word.text) for word in words]
    start = next((at for at, word in enumerate(folded) if word not in POLITE), len(folded))
    start += start < len(folded) and folded[start] in VERBS | ONCE
    about: list[Word] = []
    times: list[str] = []
    for at in range(start, len(words)):
        if _is_article(folded, at) or not (folded[at] or words[at].key):
            continue
        if words[at].key or clusters.named(words[at].text.strip(OPENING + CLOSING)):
            about.append(words[at])
        elif _is_time(folded, at):
            times.append(folded[at])
        elif folded[at] not in NOISE and folded[at] not in ("every", "each"):
            about.append(words[at])
    return (*about, *map(Word, _timed(times)))


def _folded(word: str) -> str:
    return word.casefold().strip("\"'`\u2018\u2019~,;.!?()")


def _recurs(words: Sequence[str], at: int) -> bool:
    if words[at] in ("every", "each"):
        after = words[at + 1] if at + 1 < len(words) else ""
        amount = after == "other" or AMOUNT.fullmatch(after)
        return bool(amount) or after in UNITS or after in WEEKDAYS or after in GROUPS or after in PARTS
    return words[at] in RECURRING or (words[at] in WEEKDAYS and words[at].endswith("days"))


def _is_article(words: Sequence[str], at: int) -> bool:
    """Whether a word belongs to the digest, also where a cluster is called so: `a daily digest`."""
    goes_on = (word for word in words[at + 1 :] if word not in RECURRING | ARTICLES)
    return words[at] in ARTICLES and next(goes_on, "") in NOUNS


def _is_time(words: Sequence[str], at: int) -> bool:
    """Whether a word is part of when something is due."""
    word = words[at]
    before, after = (words[it] if 0 <= it < len(words) else "" for it in (at - 1, at + 1))
    if word in ("every", "each"):
        return _recurs(words, at)
    if word in ("at", "@"):
        return bool(CLOCK.fullmatch(after)) or after in NAMED_TIMES
    if word in JOINING or word in RANGING:
        return _is_day(before) and _is_day(after)
    if word in UNITS or word in HALVES:
        return bool(AMOUNT.fullmatch(before)) or before in ("every", "each", "other", "second")
    if zones.of_city(word) and (after == "time" or CLOCK.fullmatch(before) or before in HALVES):
        return True
    known = word in RECURRING or word in NAMED_TIMES or word in PARTS or _is_day(word)
    return known or bool(CLOCK.fullmatch(word) or AMOUNT.fullmatch(word) or zones.known(word))


def _is_day(word: str) -> bool:
    parts = re.split("[,-]", word)
    return word in GROUPS or all(part in WEEKDAYS for part in parts)


def _timed(times: Sequence[str]) -> Iterator[str]:
    """Yield when something is due as `timing` takes it: a part of the day is a day, and tells which nine."""
    later = max((PARTS[word] for word in times if word in PARTS), default=0)
    days = any(_is_day(word) and word not in GROUPS for word in times)
    for at, word in enumerate(times):
        before, after = (times[it] if 0 <= it < len(times) else "" for it in (at - 1, at + 1))
        if word in PARTS:
            if before in ("every", "each"):
                yield "day"
        elif (word in ("weekly", "daily") and days) or zones.known(word):
            continue
        elif word == "second" and after in UNITS:
            yield "other"
        elif later and CLOCK.fullmatch(word) and after not in HALVES and not word.endswith(HALVES):
            yield _half(word)
        else:
            yield word
    yield from filter(None, map(zones.known, times))


def _half(clock: str) -> str:
    """Return a time of the afternoon, as a clock with twelve hours shows it, with `pm`."""
    hour = int(clock.partition(":")[0])
    return f"{clock}pm" if 1 <= hour < 12 else clock
