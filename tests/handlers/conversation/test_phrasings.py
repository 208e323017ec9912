"""The table of phrasings: what is right of it, and how it is kept."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from deploy.sandbox.bench.understanding import Judged, Outcome, Phrasing, judge, phrasings
from handlers.conversation.naming import name
from handlers.intents import Attest, Export, Guess, Intent, Question, Waive

TABLE: Final = phrasings(Path(__file__).with_name("phrasings.yaml"))


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(TABLE)


@pytest.mark.parametrize("phrasing", TABLE, ids=lambda phrasing: phrasing.said[:60])
def test_understood(phrasing: Phrasing) -> None:
    (item,) = judge([phrasing])
    understood = [(name(intent), intent) for intent in item.understood]
    assert item.outcome in (Outcome.RIGHT, Outcome.GUESSED), understood
    meant = [meaning.filters for meaning in phrasing.meanings]
    assert [filters(intent) for intent in item.understood] == meant


def test_nine_in_ten_are_right_and_one_in_fifty_wrong_at_most(judged: list[Judged]) -> None:
    outcomes = Counter(item.outcome for item in judged)
    assert outcomes[Outcome.RIGHT] >= 0.9 * len(judged)
    assert outcomes[Outcome.WRONG] + outcomes[Outcome.MISGUESSED] <= 0.02 * len(judged)


def test_the_table_is_as_broad_as_it_should_be() -> None:
    assert len(TABLE) >= 300
    assert sum(phrasing.awkward for phrasing in TABLE) >= len(TABLE) / 3
    assert len({(phrasing.said, phrasing.context) for phrasing in TABLE}) == len(TABLE)


def filters(intent: Intent) -> dict[str, str]:
    """Return what an intent holds beside its kind, its check and its cluster."""
    said: dict[str, str] = {}
    match intent.intent if isinstance(intent, Guess) else intent:
        case Question(filters=shown) as question:
            said = {
                "family": ",".join(shown.families),
                "severity": shown.severity or "",
                "namespace": shown.namespace,
                "owner": shown.owner,
                "about": question.about,
                "since": question.since,
                "other": question.other,
            }
        case Waive() | Attest() as accepted:
            said = {"until": accepted.until, "reason": accepted.reason}
        case Export() as export:
            said = {"format": export.format}
    return {key: str(value) for key, value in said.items() if value}
