"""Learn `handlers/conversation/data/likeness.json` from the examples: multinomial logistic regression.

Plain stochastic gradient descent in a fixed order, so that the same examples make the same file everywhere.
`make docs` writes it, after a change of the examples, the vocabulary or the cues.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from deploy.sandbox.bench.understanding import CLUSTERS, NOW, OWN, sample
from handlers.conversation.likeness import UNIT, features
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import read

EXAMPLES: Final = Path(__file__).parent / "examples.yaml"
ROUNDS: Final = 10
RATE: Final = 0.35
SLOWER: Final = 0.85
"""What the rate of learning is multiplied with after each round."""
SHRINK: Final = 1e-3
TIMES: Final = 2
"""How often a feature must be seen to be learnt from."""
LEAST: Final = 12
"""Hundredths below which no weight of a feature is worth keeping it."""

Example = tuple[Mapping[str, float], str]
"""What somebody said, as features, and what they meant."""


class Examples(Struct, frozen=True, forbid_unknown_fields=True):
    """`examples.yaml`: phrasings by intent, those that need no context and those that follow on something."""

    first: dict[str, tuple[str, ...]]
    later: dict[str, tuple[str, ...]]


def written() -> str:
    """Return the file."""
    intents, weights = learn(list(_examples()))
    rows = [f"{json.dumps(feature)}:{json.dumps(row, separators=(',', ':'))}" for feature, row in weights]
    return f'{{"intents":{json.dumps(intents)},\n"features":{{\n' + ",\n".join(rows) + "\n}}\n"


def _examples() -> Iterator[Example]:
    known = msgspec.yaml.decode(EXAMPLES.read_bytes(), type=Examples)
    for topic, said in (
        (Topic(OWN), known.first),
        (Topic(OWN, check="replicas"), known.later),
    ):
        for intent, phrasings in said.items():
            for phrasing in phrasings:
                yield features(read(phrasing, topic, CLUSTERS, sample(), NOW).parts, topic), intent


def learn(examples: Sequence[Example]) -> tuple[tuple[str, ...], list[tuple[str, tuple[int, ...]]]]:
    """Return the intents, and each feature with its weights for them."""
    intents = tuple(sorted({intent for _, intent in examples}))
    seen = Counter(feature for found, _ in examples for feature in found)
    weights = {feature: [0.0] * len(intents) for feature, times in seen.items() if times >= TIMES}
    known = [
        ([(weights[feature], value) for feature, value in found.items() if feature in weights], intent)
        for found, intent in examples
    ]
    order, rate = list(range(len(known))), RATE
    shuffled = random.Random(1)  # noqa: S311 - the same each time
    for _ in range(ROUNDS):
        shuffled.shuffle(order)
        for at in order:
            rows, intent = known[at]
            _step(rows, intents.index(intent), len(intents), rate)
        rate *= SLOWER
    kept = ((feature, tuple(round(UNIT * each) for each in row)) for feature, row in sorted(weights.items()))
    return intents, [(feature, row) for feature, row in kept if max(map(abs, row)) >= LEAST]


def _step(rows: Sequence[tuple[list[float], float]], meant: int, intents: int, rate: float) -> None:
    sums = [sum(row[at] * value for row, value in rows) for at in range(intents)]
    most = max(sums)
    powers = [math.exp(each - most) for each in sums]
    total = sum(powers)
    errors = [power / total - (at == meant) for at, power in enumerate(powers)]
    for row, value in rows:
        for at, error in enumerate(errors):
            row[at] -= rate * (error * value + SHRINK * row[at])
