"""No change makes it worse on the questions that nothing was learnt from."""

from collections import Counter
from pathlib import Path
from typing import Final

from deploy.sandbox.bench.understanding import Outcome, judge, phrasings

TABLE: Final = phrasings(Path(__file__).with_name("heldout.yaml"))


def test_no_more_is_misunderstood_than_before() -> None:
    outcomes = Counter(item.outcome for item in judge(TABLE))
    assert outcomes[Outcome.RIGHT] + outcomes[Outcome.GUESSED] >= 0.90 * len(TABLE)
    assert outcomes[Outcome.MISGUESSED] <= 0.06 * len(TABLE)
    assert outcomes[Outcome.WRONG] <= 0.02 * len(TABLE)


def test_there_are_enough_of_them() -> None:
    assert len(TABLE) >= 600
