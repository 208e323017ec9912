"""How long a check has been as it is, and the trend of a score."""

import re
from datetime import timedelta

import pytest
from msgspec import structs

from checks.model import Verdict
from checks.summary import Summary
from handlers.conversation.answers.history import history
from handlers.conversation.reply import Reply
from handlers.intents import Filters, Kind, Question
from tests.bot.output.sample import NOW, SAMPLE, TAKEN

CHECK = "sample-probes"


def runs(states: str) -> list[Summary]:
    """Return a run a day, newest first: `F` fails, `.` does not, `?` was not judged, `-` cannot tell."""
    told = {"F": ({CHECK: 4}, ()), ".": ({}, ()), "?": ({}, (CHECK,)), "-": (None, None)}
    return [
        structs.replace(
            Summary.of(SAMPLE),
            run_id=f"r{day}",
            taken_at=TAKEN - timedelta(days=day),
            failed=told[state][0],
            unjudged=told[state][1],
        )
        for day, state in enumerate(states)
    ]


def of_check(states: str) -> Reply:
    return history(Question(Kind.HISTORY, "prod-eu", CHECK), SAMPLE, runs(states), NOW)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (
            "FFF.",
            "has been failing since … (2 days ago); the last run without open findings was … (3 days ago)",
        ),
        (
            "FF?F.",
            "has been failing since … (3 days ago); the last run without open findings was … (4 days ago)",
        ),
        (
            "F.FFF",
            "has been failing since … (14 min ago); the last run without open findings was … (1 day ago)",
        ),
        ("FFF", "has been failing since at least … (2 days ago); no earlier run is kept."),
        ("FF--", "has been failing since at least … (1 day ago); earlier runs cannot tell."),
        ("..F", "has had no open finding since … (1 day ago); the last run with some was … (2 days ago)."),
        ("..", "has had no open finding since at least … (1 day ago); no earlier run is kept."),
        (
            "?FF",
            "could not be judged by the last run; until then it had been failing since at least …",
        ),
        ("?-", "was judged in none of the 2 runs that are kept."),
    ],
)
def test_how_long_a_check_has_been_failing(states: str, told: str) -> None:
    assert (
        re.sub(r"\d{4}-\d\d-\d\d [\d:+]+", "…", of_check(states).told)
        .partition(f"`{SAMPLE.cluster}` ")[2]
        .startswith(told)
    )


def test_the_findings_of_a_check_are_drawn() -> None:
    drawn = of_check("FFF.").chart
    assert drawn is not None
    assert [*drawn.series[0].values] == [0, 4, 4, 4]
    assert of_check("F").chart is None


def score_of(*scores: int | None, verdicts: str = "") -> Reply:
    summaries = [
        structs.replace(
            run, score=score, verdict=Verdict.READY if verdicts[day : day + 1] == "r" else run.verdict
        )
        for day, (run, score) in enumerate(zip(runs("F" * len(scores)), scores, strict=True))
    ]
    return history(Question(Kind.HISTORY, "prod-eu"), SAMPLE, summaries, NOW)


def test_the_trend_of_the_score_is_told_with_its_ends_and_turns() -> None:
    reply = score_of(64, 70, 41, 50, verdicts=" rr ")
    moved = "the score went from 50 to 64, the lowest was 41 and the highest was 70."
    assert f"Over the last 30 days (4 runs) {moved}" in reply.told
    assert reply.told.endswith("The verdict changed twice.")
    assert reply.points[0].endswith("(14 min ago)")
    assert reply.points[1].endswith("(2 days ago)")
    assert reply.chart is not None


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((64,), "There is only one run in 30 days: no trend yet."),
        ((64, 64), "the score stayed at 64. The verdict never changed."),
        ((None, None), "there was no score."),
    ],
)
def test_a_trend_that_is_none_is_not_told_as_one(scores: tuple[int | None, ...], told: str) -> None:
    assert told in score_of(*scores).told


def test_runs_that_are_older_do_not_count_for_the_trend() -> None:
    assert "(31 runs)" not in score_of(*range(60)).told
    assert "(30 runs)" in score_of(*range(60)).told


def test_a_part_has_no_history_of_its_own() -> None:
    asked = Question(Kind.HISTORY, "prod-eu", filters=Filters(namespace="shop"))
    assert "Only the whole cluster is kept over time" in history(asked, SAMPLE, runs("FF"), NOW).note
