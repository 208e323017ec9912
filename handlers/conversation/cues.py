"""Which question words ask: cues, the heaviest of which decides."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec import Struct

from handlers.conversation.wording import data

READ = 400
"""Characters of a clause in which cues are looked for."""
WEAK = 5.0
"""Weight of the cues that only tell that something is asked or told."""
GROUP = re.compile(r"\{([a-z]+)\}")
ESCAPES = re.compile(r"\\[a-z]")
WITHOUT_MARK = re.compile(r"\(\?![^)]*[A-Z]{4}")
LETTERS = re.compile(r"[a-z]{2,}")


class Cue(NamedTuple):
    """A pattern that tells a kind of question; `none` for what nobody asks of a report."""

    kind: str
    weight: float
    pattern: re.Pattern[str]

    def fits(self, plain: str, marked: str) -> bool:
        """Whether it is found in what was said; one that rules out marks only where they stand."""
        found = self.pattern.search(marked[:READ])
        return bool(
            found or (not WITHOUT_MARK.search(self.pattern.pattern) and self.pattern.search(plain[:READ]))
        )


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/cues.yaml`: patterns by kind and weight, and the groups that they share."""

    groups: dict[str, str]
    cues: dict[str, dict[float, tuple[str, ...]]]


@cache
def _table() -> Table:
    return msgspec.yaml.decode(data("cues.yaml"), type=Table)


@cache
def cues() -> tuple[Cue, ...]:
    """Return all of them, the heaviest first."""
    found = (
        Cue(kind, weight, re.compile(_expanded(pattern)))
        for kind, weighed in _table().cues.items()
        for weight, patterns in weighed.items()
        for pattern in patterns
    )
    return tuple(sorted(found, key=lambda cue: -cue.weight))


def _expanded(pattern: str) -> str:
    return GROUP.sub(lambda match: _table().groups[match[1]], pattern)


def fitting(plain: str, marked: str) -> Iterator[Cue]:
    """Yield the heaviest cue of each kind that fits, the heaviest first.

    `marked` has what was recognised replaced by what it is: `CHECK`, `NAMESPACE`.
    """
    seen: set[str] = set()
    for cue in cues():
        if cue.kind not in seen and cue.fits(plain, marked):
            seen.add(cue.kind)
            yield cue


@cache
def words() -> frozenset[str]:
    """Return the words of all cues but those of what is none of our business."""
    return frozenset(
        word
        for kind, weighed in _table().cues.items()
        if kind != "none"
        for patterns in weighed.values()
        for pattern in patterns
        for word in LETTERS.findall(ESCAPES.sub(" ", _expanded(pattern)))
    )
