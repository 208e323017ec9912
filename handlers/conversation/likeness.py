"""Linear models, learnt from labelled phrasings (`deploy/phrasings`): what a message is like."""

import math
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from checks.shapes import decoder
from handlers.conversation.wording import data

UNIT = 100
"""Weights are stored as whole hundredths."""
ALWAYS = ""
"""The feature that everything has."""


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """Of each feature its weights: the place of a class, the weight for it, and so on."""

    classes: tuple[str, ...]
    features: dict[str, tuple[int, ...]]

    def margins(self, evidence: Mapping[str, float]) -> dict[str, float]:
        """Return for each class how far evidence is on its side: about 1 where it is, and -1 where not."""
        sums = [0.0] * len(self.classes)
        for feature, value in (*evidence.items(), (ALWAYS, 1.0)):
            row = self.features.get(feature, ())
            for at, weight in zip(row[::2], row[1::2], strict=True):
                sums[at] += value * weight
        return {name: each / UNIT for name, each in zip(self.classes, sums, strict=True)}


class Likeness(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/likeness.json`: the kind of question, the check, and which of the checks that are near."""

    learnt_from: str
    kinds: Model
    checks: Model
    choice: dict[str, int]


def normal(sums: list[float]) -> list[float]:
    """Make logarithms of shares of a whole."""
    most = max(sums)
    total = most + math.log(sum(math.exp(each - most) for each in sums))
    return [each - total for each in sums]


@cache
def learnt() -> Likeness:
    """Return what was learnt; read once."""
    return decoder(Likeness).decode(data("likeness.json"))
