"""What a sentence of words asks for."""

import re
from collections.abc import Sequence

from handlers.commands import BY_WORD, Command
from handlers.intents import Help, Intent, Verb
from handlers.language import confusion, scheduling
from handlers.language.asking import of_words
from handlers.language.confusion import Sentence, replaced, without
from handlers.language.forms import FORMS, Given
from handlers.language.names import FIELDS, Visible, check_id
from handlers.language.words import FILLER, Word

SHOWING = ("show", "list")
"""Commands that say nothing beside another that only shows something: `show history cluster-a`."""
NAMED = ("cluster", "check")
"""Keys whose values are known by name, not by their form."""
PLANNED = re.compile("s-[0-9a-f]{4,64}", re.IGNORECASE)
OF_SCHEDULES = ("trigger", "edit", "pause", "resume", "remove")
"""What may be meant where a schedule stands in the place of something else."""
LONGEST = 3
"""Words of the longest name of a check."""


def read(sentence: Sentence, clusters: Visible) -> Intent:
    """Return what a sentence asks for. Raises `Confused`."""
    if not sentence:
        return Help()
    command, words = _command(sentence, clusters)
    if command.name == "ask":
        return of_words(words, clusters)
    if command.name == "schedule":
        return scheduling.read(words, clusters)
    if FORMS[command.name].needs in (("schedule",), ("id",)):
        words = _named(words)
    if command.name != "help" and any(_is_command("help", word, clusters) for word in words):
        return Help(command.name)
    return _Reader((Word(command.name), *words), clusters).read()


def _named(words: Sentence) -> Sentence:
    """Leave out what only says what an ID is of: `pause the schedule s-0c41d2`."""
    said = [word for word in words if word.key or not (FILLER.fullmatch(word.text) or _is_kind(word.text))]
    return tuple(said) if any(not word.key for word in said) else words


def _is_kind(text: str) -> bool:
    return text.casefold() in ("schedule", "digest", "waiver", "attestation")


def _command(sentence: Sentence, clusters: Visible) -> tuple[Command, Sentence]:
    """Tell the command from its words; a cluster alone, or filters alone, ask for a check."""
    at = _bare(sentence)
    if at is None:
        return BY_WORD["check"], sentence
    first, rest = sentence[at], without(sentence, at)
    then = _bare(rest)
    second = rest[then].text.casefold() if then is not None else ""
    if then is not None and f"{first.text.casefold()}-{second}" in BY_WORD:
        return BY_WORD[f"{first.text.casefold()}-{second}"], without(rest, then)
    if first.text.casefold() in BY_WORD:
        return _last(BY_WORD[first.text.casefold()], rest, clusters)
    if not clusters.named(first.text):
        raise confusion.without_command((first, *rest), clusters)
    if then is not None and second in BY_WORD:
        return _last(BY_WORD[second], (first, *without(rest, then)), clusters)
    return BY_WORD["check"], (first, *rest)


def _last(command: Command, words: Sentence, clusters: Visible) -> tuple[Command, Sentence]:
    """Skip a command that is repeated, or that says nothing beside the next: `show waivers`."""
    at = _bare(words)
    while at is not None:
        following = BY_WORD.get(words[at].text.casefold())
        if not following or not _says_nothing(command, following) or clusters.named(words[at].text):
            break
        command, words = following, without(words, at)
        at = _bare(words)
    return command, words


def _says_nothing(command: Command, following: Command) -> bool:
    if command.name in SHOWING:
        return following.verb in (Verb.VIEW, Verb.ADMIN)
    return following is command and command.name != "help"


def _bare(sentence: Sentence) -> int | None:
    return next((at for at, word in enumerate(sentence) if not word.key), None)


def _is_command(name: str, word: Word, clusters: Visible) -> bool:
    command = None if word.key else BY_WORD.get(word.text.casefold())
    return command is not None and command.name == name and not clusters.named(word.text)


class _Reader:
    """Gives the words of one sentence, whose first is the command, to what its form takes."""

    def __init__(self, sentence: Sentence, clusters: Visible) -> None:
        self.sentence = sentence
        self.clusters = clusters
        self.form = FORMS[sentence[0].text]
        self.given = Given()

    def read(self) -> Intent:
        at = 1
        while at < len(self.sentence):
            at += self._option(at) if self.sentence[at].key else self._word(at)
        self._complete()
        return self.form.make(self.given)

    def _option(self, at: int) -> int:
        key = self.sentence[at].key
        if key not in self.form.takes:
            raise confusion.refused(self.sentence, at)
        values, used = self._values(key, at)
        if not values and key == "cluster":
            raise self._unknown(at)
        if not values:
            raise confusion.misread(self.sentence, at)
        self._give(key, values, at)
        return used

    def _word(self, at: int) -> int:
        """Give a word to the first key that it is a value of; return how many words that took."""
        text = self.sentence[at].text
        repeated = 0
        for key in self.form.takes:
            if key not in NAMED and not FIELDS[key].bare.fullmatch(text):
                continue
            values, used = self._values(key, at)
            if values and values[0] in self.given.values[key]:
                repeated = repeated or used
                continue
            if values and self._open(key):
                self._give(key, values, at)
                return used
            if key not in NAMED and self._open(key):
                raise confusion.misread(replaced(self.sentence, at, Word(text, key)), at)
        if repeated or FILLER.fullmatch(text):
            return repeated or 1
        raise self._unknown(at)

    def _values(self, key: str, at: int) -> tuple[Sequence[str], int]:
        """Return what a word is as a value, several of an environment, and how many words that takes."""
        text = self.sentence[at].text
        if key == "cluster":
            return self.clusters.named(text), 1
        if key != "check":
            return list(filter(None, [FIELDS[key].read(text)])), 1
        for used in range(1, LONGEST + 1):
            words = self.sentence[at : at + used]
            known = check_id(*(word.text for word in words))
            if known and len(words) == used and not any(word.key for word in words[1:]):
                return [known], used
        return [], 1

    def _give(self, key: str, values: Sequence[str], at: int) -> None:
        if len(values) > 1:
            raise confusion.several(self.sentence, at, values)
        if values[0] in self.given.values[key]:
            return
        if not self._open(key):
            raise confusion.refused(self.sentence, at)
        self.given.values[key].append(values[0])

    def _open(self, key: str) -> bool:
        return len(self.given.values[key]) < self.form.takes[key]

    def _missing(self, key: str) -> bool:
        return len(self.given.values[key]) < self.form.needs.count(key)

    def _unknown(self, at: int) -> confusion.Confused:
        word = self.sentence[at]
        if not word.key and PLANNED.fullmatch(word.text):
            why = f"{confusion.quoted(word.text)} is a schedule, no cluster"
            return confusion.Confused(why, [(Word(it), Word(word.text.casefold())) for it in OF_SCHEDULES])
        open_keys = [key for key in self.form.takes if self._open(key)]
        return confusion.unknown(
            self.sentence, at, open_keys, self.clusters, check_missing=self._missing("check")
        )

    def _complete(self) -> None:
        """Fill in the only cluster there is. Raises `Confused` where something needed is left out."""
        if self._missing("cluster") and len(self.clusters.names) == 1 and self.form.takes["cluster"] == 1:
            self.given.values["cluster"].append(self.clusters.names[0])
        for key in self.form.needs:
            if self._missing(key):
                raise confusion.left_out(key, self.sentence, self.given.values["cluster"], self.clusters)
