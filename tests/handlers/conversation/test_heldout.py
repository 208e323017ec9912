"""No change makes it worse on the questions that nothing was learnt from."""

from collections import Counter
from pathlib import Path
from typing import Final

from msgspec import structs

from checks.catalogue import CATALOGUE
from deploy.sandbox.bench.understanding import Context, Outcome, judge, phrasings

TABLE: Final = phrasings(Path(__file__).with_name("heldout.yaml"))


def test_no_more_is_misunderstood_than_before() -> None:
    outcomes = Counter(item.outcome for item in judge(TABLE))
    assert outcomes[Outcome.RIGHT] + outcomes[Outcome.GUESSED] >= 0.90 * len(TABLE)
    assert outcomes[Outcome.MISGUESSED] <= 0.05 * len(TABLE)
    assert outcomes[Outcome.WRONG] <= 0.01 * len(TABLE)


def test_what_was_spoken_of_before_does_not_take_over() -> None:
    asked = [item for item in TABLE if item.check not in ("", ()) and not item.context and not item.more]
    checks = [CATALOGUE[7 * number % len(CATALOGUE)].id for number in range(len(asked))]
    later = [
        structs.replace(item, context=Context(check))
        for item, check in zip(asked, checks, strict=True)
        if check not in (item.check if isinstance(item.check, tuple) else (item.check,))
    ]
    outcomes = Counter(item.outcome for item in judge(later))
    assert outcomes[Outcome.RIGHT] + outcomes[Outcome.GUESSED] >= 0.86 * len(later)
    assert outcomes[Outcome.WRONG] <= 0.02 * len(later)


def test_there_are_enough_of_them() -> None:
    assert len(TABLE) >= 600
