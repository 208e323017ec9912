"""What a message is like: how much its words are those in which people ask one thing or another.

A linear model over words and pairs of words, learnt from labelled phrasings (`deploy/phrasings`): a second
opinion beside the grammar's. Where the two differ much, nothing is answered but offered.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
from msgspec import Struct

from handlers.conversation.clauses import Clause
from handlers.conversation.topic import Topic
from handlers.conversation.wording import data

PART = 0.5
"""Weight of what a word begins with, and of the words as they were before names were replaced by marks."""
STEM = 4
MOST = 3
"""Strange words beyond which more of them say no more."""
UNIT = 100
"""Weights are stored as whole hundredths."""


class Weights(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/likeness.json`: for each feature its weight for every intent, in their order."""

    intents: tuple[str, ...]
    features: dict[str, tuple[int, ...]]


def features(parts: Sequence[Clause], topic: Topic) -> dict[str, float]:
    """Return what the model goes by: words as they are, and with names replaced by marks (`CHECK`)."""
    found: dict[str, float] = {}
    words = " . ".join(part.marked for part in parts).split()
    for word in words:
        found[word] = 1.0
        if word.islower() and len(word) > STEM:
            found[f"{word[:STEM]}-"] = PART
    for before, word in zip(["^", *words], [*words, "$"], strict=True):
        found[f"{before} {word}"] = 1.0
    for part in parts:
        found |= dict.fromkeys((f"'{word}" for word in part.plain.split()), PART)
    found[f"#{_length(len(words))}"] = 1.0
    found[f"#strange{min(sum(part.strange for part in parts), MOST)}"] = 1.0
    told = {
        "#asked": any(part.asked for part in parts),
        "#named": any(part.mentions for part in parts),
        "#later": bool(topic.check),
    }
    return found | {feature: 1.0 for feature, is_so in told.items() if is_so}


def _length(words: int) -> str:
    bounds = (4, 8, 16)
    return next((f"<{bound}" for bound in bounds if words < bound), "long")


def likeness(found: Mapping[str, float]) -> dict[str, float]:
    """Return the logarithm of how likely each intent is."""
    weights = _weights()
    sums = [0.0] * len(weights.intents)
    for feature, value in found.items():
        for at, weight in enumerate(weights.features.get(feature, ())):
            sums[at] += value * weight / UNIT
    most = max(sums)
    total = most + math.log(sum(math.exp(each - most) for each in sums))
    return {intent: each - total for intent, each in zip(weights.intents, sums, strict=True)}


@cache
def _weights() -> Weights:
    return msgspec.json.decode(data("likeness.json"), type=Weights)
