"""`schedule CLUSTER… WHEN …`: which clusters, when, where and what, in any order.

It is split into words in a way of its own: stars, commas and dashes mean something in crontabs.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from glob import escape

from checks.errors import UsageError
from checks.presentation.prose import plain as printable
from handlers.commands import BY_WORD
from handlers.intents import Help, Intent
from handlers.language import confusion
from handlers.language.confusion import MOST, Confused, Sentence, near, quoted, replaced, without
from handlers.language.names import MADE, Visible
from handlers.language.plans import ALL, CHANNEL, EVERY, FLAGS, WORDS
from handlers.language.slips import GLOB, HELP, Slips
from handlers.language.words import CLOSING, FILLER, OPENING, Word
from handlers.schedules.intents import Plan
from handlers.schedules.model import Mode, Selection, Timing
from handlers.schedules.timing import read as timed
from handlers.schedules.timing import split

OPTION = re.compile(r"-{0,2}(?P<key>[A-Za-z]+)[:=](?P<value>.*)", re.DOTALL)
KEYS = {
    **dict.fromkeys(("cluster", "clusters"), "cluster"),
    **dict.fromkeys(("environment", "env"), "environment"),
    **dict.fromkeys(("label", "labels"), "label"),
    **dict.fromkeys(("zone", "tz", "timezone"), "zone"),
    **dict.fromkeys(("at", "when"), "at"),
    **dict.fromkeys(("in", "channel"), "channel"),
    "id": "id",
    "schedule": "id",
}
ONCE = {"environment": "environment", "zone": "time zone", "at": "time", "channel": "channel", "id": "ID"}
LABEL = re.compile(r"\s*(?P<key>[^\s=]+)\s*=(?P<value>.*)", re.DOTALL)
MOST_WORDS = 80


def read(words: Sentence, clusters: Visible) -> Intent:
    """Return the schedule that words ask for. Raises `Confused`."""
    if any(_asks_for_help(word, clusters) for word in words):
        return Help("schedule")
    if len(words) > MOST_WORDS:
        raise Confused(f"{len(words)} words are more than a schedule has", [HELP])
    return _Reader(words, clusters).read()


def _asks_for_help(word: Word, clusters: Visible) -> bool:
    command = None if word.key else BY_WORD.get(word.text.casefold())
    return command is not None and command.name == "help" and not clusters.named(word.text)


class _Reader:
    """Gives each word of one sentence to what it is about."""

    def __init__(self, words: Sentence, clusters: Visible) -> None:
        self.words, self.clusters = words, clusters
        self.sentence = (Word("schedule"), *words)
        self.patterns: dict[str, None] = {}
        self.labels: dict[str, str] = {}
        self.once: dict[str, str] = {}
        self.flags: set[str] = set()
        self.bare: list[int] = []
        self.slips = Slips(words, (), clusters)

    def read(self) -> Plan:
        if not self.clusters.names:
            raise confusion.nothing_visible()
        at = 0
        while at < len(self.words):
            at += self._take(at)
        self.slips = Slips(self.words, tuple(self.bare), self.clusters)
        timing = self._timing()
        for left in self.bare:
            self._name(left)
        return self._plan(timing)

    def _take(self, at: int) -> int:
        """Take a word that cannot be part of a time; return how many words that took."""
        word = self.words[at]
        option = None if word.key else OPTION.fullmatch(word.text)
        key = word.key or (KEYS.get(option["key"].casefold(), "") if option else "")
        if key:
            value = word.text if word.key else str(option and option["value"])
            follows = self.words[at + 1 : at + 2]
            if not value and follows and not follows[0].key:
                self._option(key, follows[0].text, at)
                return 2
            self._option(key, value, at)
            return 1
        first, second = (_bare(self._said(place)) for place in (at, at + 1))
        if first in FLAGS.values():
            self.flags.add(first)
            return 1
        if (flag := FLAGS.get((first, second))) and not self.clusters.named(word.text):
            self.flags.add(flag)
            return 2
        if first == "in" and CHANNEL.fullmatch(self._said(at + 1)):
            self._option("channel", self._said(at + 1), at)
            return 2
        if self._is_channel(word.text):
            self._option("channel", word.text.rstrip(CLOSING), at)
        else:
            self.bare.append(at)
        return 1

    def _said(self, at: int) -> str:
        """Return a word without a key as it was said, without what follows it; empty where there is none."""
        words = [word.text for word in self.words[at : at + 1] if not word.key]
        return words[0].rstrip(CLOSING) if words else ""

    def _is_channel(self, text: str) -> bool:
        return bool(CHANNEL.fullmatch(text.rstrip(CLOSING))) and not self.clusters.named(text)

    def _option(self, key: str, value: str, at: int) -> None:
        if key == "cluster":
            self._cluster(value, at)
        elif key == "label":
            match = LABEL.fullmatch(value)
            if not match:
                raise self._wrong("label takes a key and a value: `label:tier=gold`", at)
            self.labels[match["key"]] = match["value"].strip()
        elif key not in ONCE:
            raise self._wrong(f"`schedule` takes no `{key}:`", at)
        else:
            value = self._value(key, value, at)
            if self.once.setdefault(key, value) != value:
                raise self._wrong(f"`schedule` takes one {ONCE[key]} only", at)

    def _value(self, key: str, value: str, at: int) -> str:
        """Return the value of what is said once, as it is kept."""
        if key == "environment":
            return self._environment(value, at)
        if key == "id" and not MADE.fullmatch(value):
            raise self._wrong("id takes the ID of a schedule", at)
        if key == "channel":
            match = CHANNEL.fullmatch(value) or CHANNEL.fullmatch(f"#{value}")
            if not match:
                raise self._wrong("channel takes a channel: `in #ops`", at)
            return match["id"] or match["name"]
        if not value.strip():
            raise self._wrong(f"which {ONCE[key]}?", at)
        return value.casefold() if key == "id" else value

    def _environment(self, said: str, at: int) -> str:
        known = {
            cluster.environment.casefold(): cluster.environment for cluster in self.clusters.clusters[::-1]
        }
        known.pop("", None)
        if said.casefold() in known:
            return known[said.casefold()]
        close = near(said, known.values()) or [*known.values()][:MOST]
        others = [replaced(self.sentence, at + 1, Word(name, "environment")) for name in close]
        raise Confused(f"there is no environment {quoted(said)}", [*others, without(self.sentence, at + 1)])

    def _timing(self) -> Timing | None:
        """Find the time among the words that are left, and leave the others."""
        apart = self.once.get("zone", "")
        try:
            if "at" in self.once:
                return timed(self.once["at"], apart)
            texts = [self.words[at].text for at in self.bare]
            timing, rest = split(texts, self.clusters.called, apart)
        except UsageError as error:
            told = f"{error}: {error.hint}" if error.hint else str(error)
            raise Confused(printable(told), self.slips.timed()) from None
        waiting = iter(self.bare)
        self.bare = [next(at for at in waiting if self.words[at].text == text) for text in rest]
        return timing

    def _name(self, at: int) -> None:
        """Take a word that is left as one or more clusters, or as nothing."""
        text = self.words[at].text
        if text.casefold() in ALL:
            if not self._is_of_all(at + 1):
                self.patterns[EVERY] = None
            return
        if self.clusters.named(text):
            self._cluster(text, at)
            return
        for part in text.split(","):
            word = _bare(part, fold=False)
            says = self.clusters.named(word) or word.casefold() in ALL
            if word and (says or not _says_nothing(word)):
                self._cluster(word, at)

    def _is_of_all(self, at: int) -> bool:
        """Whether `all` goes on with which ones: `all production clusters`, `all the gold ones`."""
        while at in self.bare and FILLER.fullmatch(self._said(at)):
            at += 1
        word = _bare(self._said(at), fold=False) if at in self.bare else ""
        named = bool(self.clusters.named(word)) and not self.clusters.is_called(word)
        return named or self.clusters.label(word) is not None

    def _cluster(self, word: str, at: int) -> None:
        names = self.clusters.named(word)
        if word == EVERY:
            self.patterns[EVERY] = None
        elif names and not self.clusters.is_called(word):
            self._option("environment", word, at)
        elif len(names) > 1:
            raise confusion.several(self.sentence, at + 1, names)
        elif names:
            self.patterns[escape(names[0])] = None
        elif word.casefold() in ALL:
            self.patterns[EVERY] = None
        elif GLOB.search(word) and any(fnmatchcase(name, word) for name in self._all_names()):
            self.patterns[word] = None
        elif label := self.clusters.label(word):
            self.labels |= [label]
        else:
            raise self.slips.unknown(word, at)

    def _all_names(self) -> Iterator[str]:
        for cluster in self.clusters.clusters:
            yield from (cluster.name, *cluster.aliases)

    def _wrong(self, why: str, at: int) -> Confused:
        return Confused(why, [without(self.sentence, at + 1)])

    def _plan(self, timing: Timing | None) -> Plan:
        if {"only-alerts", "no-alerts"} <= self.flags:
            raise Confused("only-alerts and no-alerts together leave nothing to post", [HELP])
        if {"only-alerts", "only-changes"} <= self.flags:
            raise Confused("only-alerts posts no digest, with changes or without", [HELP])
        selection = Selection(tuple(self.patterns), self.once.get("environment", ""), self.labels)
        if selection == Selection() and timing and len(self.clusters.names) == 1:
            selection = Selection((escape(self.clusters.names[0]),))
        modes = (mode for mode in Mode if mode.value in self.flags)
        return Plan(
            selection,
            timing,
            self.once.get("channel", ""),
            next(modes, Mode.DIGEST),
            alerts="no-alerts" not in self.flags,
            id=self.once.get("id", ""),
        )


def _bare(text: str, *, fold: bool = True) -> str:
    """Return a word without what surrounds it, dashes in front of it too; stars and brackets stay."""
    visible = "".join(char for char in text if char.isprintable())
    stripped = re.sub("^[-\u2013\u2014]+", "", visible.strip("\"'`\u00b4\u2018\u2019~,;.!?(){}"))
    kept = stripped if GLOB.search(stripped) else stripped.strip(OPENING + CLOSING)
    return kept.casefold() if fold else kept


def _says_nothing(word: str) -> bool:
    return bool(FILLER.fullmatch(word)) or word.casefold() in WORDS
