"""From what somebody said, as Slack delivers it, to words with their spelling put right."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import msgspec
from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from handlers.language.words import ENTITIES, ENTITY, LINK, SMART_QUOTES

LONGEST = 2_000
"""Characters that are read of what somebody said."""
CORRECTED = 24
"""Words, unknown ones, for which the nearest is looked up."""
SHORT, SHORTEST = 5, 4
"""Letters of a word that can be misspelt; shorter ones are near to too many."""

ELSEWHERE = re.compile(r"<[@#!][^<>]*>")
SHORTCODE = re.compile(r"(?<!\w):[a-z0-9_+-]+:(?!\w)", re.IGNORECASE)
ZONE = re.compile(r"(?<![\w.-])(?:[a-z]{2}-(?:[a-z]+-)+\d-?[a-f]|[a-z]+-[a-z]+\d-[a-f])(?![\w.-])")
WORD = re.compile(r"[a-z0-9&%]+(?:['.][a-z0-9]+)*")
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u00b4\u02bc", "'"))
HEADER = re.compile(
    r"^[A-Z][A-Z()/-]*(?: [A-Z]+)*(?:[ \t]{2,}[A-Z][A-Z()/-]*(?: [A-Z]+)*){2,}[ \t]*$", re.MULTILINE
)
"""The line above a table: NAME   READY   STATUS."""
WITHOUT = re.compile(r"\bw/o\b", re.IGNORECASE)
BREAK = re.compile(r"[.?!;\n](?=\s|$)|[?!]+|\n|(?<=\w);(?=\s)")
PAUSE = re.compile(r"[,:](?=\s)|\s[-\u2013\u2014]+\s|[()]|->|<-")


SHORTHAND: Mapping[str, str] = {
    r"\by/n\b": "yes or no",
    r"\bhow 2\b": "how to",
    r"\bw/o\b": "without",
    r"\bw/(?=\s|\w)": "with ",
    r"(?<=\w) \+ (?=\w)": " and ",
}
"""What people write for words, where its letters alone mean something else."""


class Token(NamedTuple):
    """A word: as it was typed, in lower case, and as it is meant; where it stands, and what precedes it.

    `before` is `.` after the end of a sentence, `,` after a pause, and empty elsewhere.
    """

    typed: str
    word: str
    start: int
    end: int
    before: str = ""


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/words.yaml`."""

    spellings: dict[str, str]
    small: str
    quiet: str
    ordinary: str


@cache
def table() -> Words:
    """Return the words that are known beside those of the field."""
    return msgspec.yaml.decode(data("words.yaml"), type=Words)


def data(name: str) -> bytes:
    """Read a table that lies beside this module."""
    return resources.files("handlers.conversation.data").joinpath(name).read_bytes()


@cache
def small() -> frozenset[str]:
    """Return the words that say nothing of their own."""
    return frozenset(table().small.split())


@cache
def quiet() -> frozenset[str]:
    """Return the words that a question about a report can hold without being about something else."""
    return frozenset(table().quiet.split())


@cache
def ordinary() -> frozenset[str]:
    """Return words that are near to one of the field, and are none."""
    return frozenset(table().ordinary.split())


def cleaned(said: str) -> str:
    """Undo what Slack makes of text, and leave out what nobody says aloud: mentions, emoji, code fences."""
    linked = LINK.sub(lambda match: match["label"] or match["url"] or "", ELSEWHERE.sub(" ", said[:LONGEST]))
    plain = ENTITY.sub(lambda match: ENTITIES[match[1]], linked)
    plain = WITHOUT.sub("without", plain)
    plain = HEADER.sub("", plain)
    plain = ZONE.sub(lambda match: "zone".ljust(len(match[0])), plain)
    for short, meant in SHORTHAND.items():
        plain = re.sub(short, meant, plain, flags=re.IGNORECASE)
    plain = SHORTCODE.sub(" ", plain.translate(SMART_QUOTES).translate(APOSTROPHES)).replace("`", " ")
    return plain if len(plain) == len(plain.lower()) else plain.encode("ascii", "replace").decode()


def tokens(text: str, names: Collection[str]) -> list[Token]:
    """Split a cleaned text; what is neither a known word nor one of `names` is taken for the nearest word."""
    lowered = text.lower()
    found: list[Token] = []
    end, tries = 0, CORRECTED
    for match in WORD.finditer(lowered):
        between = lowered[max(end - 1, 0) : match.start() + 1] if found else ""
        before = "." if BREAK.search(between) else "," if PAUSE.search(between) else ""
        end = match.end()
        typed = match[0]
        meant = table().spellings.get(typed)
        if meant is None and typed.endswith("'s"):
            meant = typed[:-2]
        if meant is None and typed not in names and stem(typed) not in stems() and tries:
            tries -= 1
            meant = corrected(typed)
        for word in (meant or typed).split():
            found.append(Token(typed, word, match.start(), end, before))
            before = ""
    return found


@cache
def known() -> frozenset[str]:
    """Return the words that are spelt right."""
    from handlers.conversation import cues, vocabulary  # noqa: PLC0415 - they are made of words themselves

    return cues.words() | vocabulary.words() | quiet() | small()


@cache
def stems() -> frozenset[str]:
    """Return those without their endings."""
    return frozenset(map(stem, known()))


@cache
def spelt() -> Sequence[str]:
    """Return the words that a misspelt one can stand for, in a fixed order."""
    return sorted(word for word in known() if len(word) >= SHORTEST and word.isalpha())


@lru_cache(maxsize=4096)
def corrected(word: str) -> str | None:
    """Return the known word that somebody meant; null where none is near enough."""
    if len(word) < SHORTEST or not word.isalpha() or word in ordinary():
        return None
    if word.endswith("z") and f"{word[:-1]}s" in known():
        return f"{word[:-1]}s"
    allowed = 1 if len(word) < 8 else 2
    near = process.extract(word, spelt(), scorer=OSA.distance, score_cutoff=allowed, limit=8)
    if any(meant == f"{word}e" for meant, _, _ in near):
        return f"{word}e"
    if any(stem(meant) == stem(word) for meant, _, _ in near):
        return None
    likely = [
        (distance, -Prefix.similarity(word, meant), meant)
        for meant, distance, _ in near
        if (meant[0] == word[0] or meant[:2] == word[1::-1]) and _slip(word, meant)
    ]
    return str(min(likely)[2]) if likely else None


def _slip(word: str, meant: str) -> bool:
    """Whether a short word differs by letters left out or swapped: with another letter it is another word."""
    return len(word) > SHORT or len(word) < len(meant) or sorted(word) == sorted(meant)


ENDINGS: Mapping[str, str] = {"ied": "y", "ies": "y", "sses": "ss", "xes": "x", "ches": "ch", "shes": "sh"}


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a word without its ending: `crashes`, `crashing` and `crashed` are one."""
    if len(word) < 4 or not word.isalpha() or word == "ones":
        return word
    for ending, instead in ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            word = word.removesuffix(ending) + instead
            break
    else:
        if word[-1] == "s" and word[-2] not in "sui":
            word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            word = word.removesuffix(ending)
            if word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    return word.removesuffix("e") if len(word) > 4 else word
