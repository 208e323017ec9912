"""Whether the grammar's reading of a message is sure enough to be answered, given what its words are like."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from handlers.conversation.naming import SEVERAL, UNKNOWN

TRUST = 2.0
"""What the grammar's word adds to the logarithm of how likely a kind of question is."""
LESS = {UNKNOWN: 1.0, SEVERAL: 1.5}
"""The same where the grammar finds no question, or several: there it errs more often."""
ALIKE = ("explain", "summary")
"""Kinds that differ by what they are about, one check or the whole: that the grammar knows."""
AHEAD = 2.0
"""How far ahead of the next one the likeliest must be to be answered."""


class Weighed(NamedTuple):
    """The likeliest kinds of question, best first, and whether the first is sure."""

    kinds: tuple[str, ...]
    sure: bool


def weighed(grammars: str, likely: Mapping[str, float], *, several: bool) -> Weighed:
    """Weigh the kind that the grammar found, perhaps `several` times, against what the words are like."""
    same = {grammars, *(ALIKE if grammars in ALIKE else ()), *((SEVERAL,) if several else ())}
    known = {kind: value for kind, value in likely.items() if kind not in same}
    known[grammars] = math.log(sum(math.exp(likely[kind]) for kind in same)) + LESS.get(grammars, TRUST)
    best = sorted(known, key=lambda kind: -known[kind])
    return Weighed(tuple(best), known[best[0]] - known[best[1]] >= AHEAD)
