"""How well strangers are understood: see the head of unseen.yaml. `make bench` prints the same figures."""

from collections import Counter
from pathlib import Path
from typing import Final

from deploy.sandbox.bench.understanding import Outcome, judge, phrasings

TABLE: Final = phrasings(Path(__file__).with_name("unseen.yaml"))


def test_strangers_are_understood_and_hardly_ever_misunderstood() -> None:
    outcomes = Counter(item.outcome for item in judge(TABLE))
    assert outcomes[Outcome.RIGHT] >= 0.86 * len(TABLE)
    assert outcomes[Outcome.WRONG] <= 0.05 * len(TABLE)


def test_there_are_enough_of_them() -> None:
    assert len(TABLE) >= 300
