"""What is drawn of a history: which readings, under which labels, with which values."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest

from checks.model import Verdict
from checks.summary import Summary
from handlers.charts import LABELS, Chart, figures, fleet, thinned, trend

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def run(
    hours: float,
    score: int | None = 64,
    failing: int = 9,
    failed: Mapping[str, int] | None = None,
    unjudged: tuple[str, ...] = (),
) -> Summary:
    """Make a run of so many hours ago; without `failed` it is from before findings were kept by check."""
    return Summary(
        run_id=f"r-{hours}",
        taken_at=NOW - timedelta(hours=hours),
        verdict=Verdict.NOT_READY,
        score=score,
        grade="C",
        coverage=84,
        failing=failing,
        counts={},
        failed=None if failed is None else {**failed},
        unjudged=None if failed is None else unjudged,
    )


def drawn(*runs: Summary, check: str = "", now: datetime = NOW, days: int = 30) -> Chart:
    chart = trend("prod", runs, now, days, check)
    assert chart
    return chart


def values(chart: Chart) -> dict[str, tuple[float, ...]]:
    return {series.name: series.values for series in chart.series}


def test_from_oldest_to_newest_whatever_order_they_come_in() -> None:
    chart = drawn(run(24, 70, 5), run(0, 64, 9), run(48, 91, 2))
    assert chart.labels == ("Nov 19", "Nov 20", "Nov 21")
    assert values(chart) == {"score": (91, 70, 64), "open findings": (2, 5, 9)}
    assert [series.top for series in chart.series] == [100, None]
    assert chart.title == "prod, last 30 days"


@pytest.mark.parametrize("runs", [(), (run(1),), (run(1), run(24 * 31)), (run(1, None, 3),)])
def test_fewer_than_two_readings_are_no_trend(runs: tuple[Summary, ...]) -> None:
    assert trend("prod", runs, NOW) is None


def test_only_the_days_that_are_asked_for() -> None:
    chart = drawn(run(0), run(24), run(24 * 6), run(24 * 8), days=7)
    assert chart.labels == ("Nov 15", "Nov 20", "Nov 21")
    assert chart.title == "prod, last 7 days"


def test_hours_are_told_where_days_have_several_runs() -> None:
    assert drawn(run(0), run(6), run(24)).labels == ("Nov 20 13:00", "Nov 21 07:00", "Nov 21 13:00")


def test_days_are_those_of_the_reader() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert drawn(run(0), run(24), now=tokyo).labels == ("Nov 20", "Nov 21")
    assert drawn(run(1), run(24), now=tokyo + timedelta(hours=3)).labels == ("Nov 20", "Nov 21")
    assert drawn(run(-3), run(24), now=tokyo).labels == ("Nov 20", "Nov 22")


def test_seconds_are_told_where_runs_follow_one_another() -> None:
    assert drawn(run(0), run(-0.005)).labels == ("Nov 21 13:00:00", "Nov 21 13:00:18")


def test_of_runs_in_one_second_the_last_counts() -> None:
    chart = drawn(run(24), run(0, 10), run(-0.0001, 20))
    assert values(chart)["score"] == (64, 20)


def test_a_year_apart_the_year_is_told() -> None:
    chart = drawn(run(0), run(24 * 365), days=400)
    assert chart.labels == ("2025-11-21 13:00:00", "2026-11-21 13:00:00")


def test_many_readings_are_chosen_evenly_and_the_last_of_each_part() -> None:
    chart = drawn(*(run(hours, hours % 100, hours) for hours in range(600)))
    found = values(chart)["open findings"]
    assert len(chart.labels) == len(set(chart.labels)) == LABELS
    assert (found[0], found[-1]) == (570, 0)
    assert {found[at] - found[at + 1] for at in range(LABELS - 1)} == {30}


def test_a_burst_of_runs_does_not_hide_the_days_before() -> None:
    chart = drawn(*(run(minute / 60, 50) for minute in range(300)), run(24 * 20, 90), run(24 * 29, 80))
    assert values(chart)["score"] == (80, 90, 50)


def test_a_run_without_a_score_keeps_the_one_before() -> None:
    chart = drawn(run(0, None, 4), run(24, 70, 3), run(48, 60, 2), run(72, None, 1))
    assert values(chart) == {"score": (60, 70, 70), "open findings": (2, 3, 4)}


def test_a_cluster_that_never_had_a_score_has_its_findings() -> None:
    assert values(drawn(run(0, None, 4), run(24, None, 3))) == {"open findings": (3, 4)}


def test_one_check() -> None:
    runs = [
        run(96, failed=None),
        run(72, failed={}, unjudged=("replicas",)),
        run(48, failed={"other": 8}),
        run(24, failed={"replicas": 3}),
        run(12, failed={}, unjudged=("replicas",)),
        run(0, failed={"replicas": 5}),
    ]
    chart = drawn(*runs, check="replicas")
    assert values(chart) == {"open findings": (0, 3, 3, 5)}
    assert chart.title == "replicas on prod, last 30 days"


def test_a_check_that_never_found_anything_is_not_drawn() -> None:
    assert (
        trend("prod", (run(48, failed={}), run(24, failed={}), run(0, failed={})), NOW, check="dns") is None
    )


def test_a_check_from_before_findings_were_kept_by_check() -> None:
    assert trend("prod", [run(0), run(24)], NOW, check="replicas") is None


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((91, 64), "score from 91 to 64"),
        ((60, 91, 64), "score from 60 to 64 (highest 91)"),
        ((60, 12, 91, 64), "score from 60 to 64 (lowest 12, highest 91)"),
        ((50, 50), "score from 50 to 50"),
    ],
)
def test_figures(scores: tuple[int, ...], told: str) -> None:
    runs = [run(24 * age, score, 1_014) for age, score in enumerate(reversed(scores))]
    since = NOW - timedelta(days=len(scores) - 1)
    expected = f"{told}, open findings from 1,014 to 1,014 since {since:%b %d}"
    assert figures(drawn(*runs)) == expected


def summed(*clusters: tuple[Summary, ...], now: datetime = NOW) -> dict[str, tuple[float, ...]]:
    chart = fleet(clusters, now)
    assert chart
    assert len(chart.labels) == len(set(chart.labels)) <= LABELS
    return values(chart)


def test_a_fleet_has_the_mean_of_its_scores_and_all_of_its_findings() -> None:
    found = summed((run(24 * 29, 90, 2), run(0, 60, 10)), (run(24 * 29, 70, 1), run(0, 80, 4)))
    assert (found["mean score"][0], found["mean score"][-1]) == (80, 70)
    assert (found["open findings"][0], found["open findings"][-1]) == (3, 14)


def test_a_cluster_counts_from_its_first_reading_on_and_until_the_next() -> None:
    found = summed((run(24 * 20, 90, 2),), (run(24 * 10, 70, 1),))
    assert set(zip(found["mean score"], found["open findings"], strict=True)) == {(90, 2), (80, 3)}
    assert found["mean score"][-1] == 80


def test_one_without_a_score_has_findings_all_the_same() -> None:
    found = summed((run(24 * 9, 90, 2),), (run(24 * 9, None, 7),))
    assert found == {"mean score": (90,) * 7, "open findings": (9,) * 7}


@pytest.mark.parametrize("clusters", [(), ((),), ((run(1),), ()), ((run(1, None),),)])
def test_a_fleet_that_was_hardly_read_is_not_drawn(clusters: tuple[tuple[Summary, ...], ...]) -> None:
    assert fleet(clusters, NOW) is None


def test_a_fleet_in_words() -> None:
    chart = fleet([(run(24 * 29, 90, 2), run(0, 60, 10))], NOW)
    assert chart
    assert chart.title == "1 cluster, last 30 days"
    assert [series.top for series in chart.series] == [100, None]
    assert figures(chart) == "mean score from 90 to 60, open findings from 2 to 10 since Oct 24"


def test_of_many_runs_the_last_of_each_part_is_kept() -> None:
    runs = [run(hours, failing=hours) for hours in range(24 * 40)]
    assert [it.failing for it in thinned(runs, NOW)] == [*range(685, 1, -36), 0]
    assert thinned([], NOW) == []
