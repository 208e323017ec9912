"""Clusters and runs beside one another."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Family, Report, Status, Verdict
from checks.summary import Summary
from handlers.ports import Cluster
from handlers.render import tables
from tests.bot.output.sample import LAPTOP, NOW, SAMPLE, TAKEN, result
from tests.bot.output.strategies import moments, percents
from tests.handlers.render.judged import anything, assert_safe, names, reports, texts
from tests.handlers.render.shown import assert_message, commands, shown

BETTER = structs.replace(
    SAMPLE,
    run_id="r-9",
    cluster="staging",
    verdict=Verdict.READY,
    grade="A",
    score=91,
    results=tuple(
        structs.replace(item, status=Status.PASS, findings=())
        if item.id == "sample-nodes"
        else structs.replace(item, findings=item.findings[:2])
        for item in SAMPLE.results
        if item.id != "sample-secrets"
    ),
)


def run(number: int, verdict: Verdict, score: int | None, failing: int) -> Summary:
    return Summary(
        run_id=f"20261101-{number:02}4600-ab12",
        taken_at=TAKEN - timedelta(hours=6 * number),
        verdict=verdict,
        score=score,
        grade="C",
        coverage=84,
        failing=failing,
        counts={},
    )


RUNS = [
    run(0, Verdict.NOT_READY, 64, 1_014),
    run(1, Verdict.NOT_READY, 64, 1_014),
    run(2, Verdict.NOT_READY, 70, 9),
    run(3, Verdict.READY, 91, 2),
    run(4, Verdict.UNDETERMINED, None, 3),
]


def test_two_clusters() -> None:
    assert_message("comparison", tables.comparison(SAMPLE, BETTER, NOW))


def test_two_clusters_that_say_the_same() -> None:
    message = tables.comparison(SAMPLE, structs.replace(SAMPLE, cluster="twin"), NOW)
    assert "13 checks of 13 say the same on both." in shown(message)
    assert "comes first" not in shown(message)


def test_a_cluster_beside_itself_has_one_button() -> None:
    assert commands(tables.comparison(SAMPLE, SAMPLE, NOW)) == {"Show prod-eu": "show prod-eu run:r-1"}


def test_what_does_not_fit_is_counted() -> None:
    many = tuple(
        result(f"check-{number}", "长" * 60, list(Family)[number % 6], check.severity, Status.PASS)
        for number, check in enumerate([*BY_ID.values()] * 3)
    )
    message = tables.comparison(structs.replace(SAMPLE, results=many), LAPTOP, NOW)
    told = shown(message)
    left_out = int(told.partition("And ")[2].partition(" more checks that differ")[0])
    assert told.count("`check-") + told.count("`sample-") + left_out == len(many) + len(LAPTOP.results)


@given(reports, reports)
@anything
def test_any_two_clusters(left: Report, right: Report) -> None:
    assert_safe(tables.comparison(left, right, NOW), left.cluster, right.cluster)


def test_history() -> None:
    assert_message("history", tables.history("prod-eu", RUNS, NOW))


def test_the_first_run_of_a_history_has_nothing_to_be_compared_with() -> None:
    message = tables.history("prod-eu", RUNS[-1:], NOW)
    assert "`·`  no score, 1 run, last run" in shown(message)
    assert [*commands(message)] == ["Show the last report"]


@pytest.mark.parametrize(("score", "step"), [(0, "▁"), (49, "▄"), (50, "▅"), (99, "█"), (100, "█")])
def test_scores_are_drawn(score: int, step: str) -> None:
    assert f"`{step}`" in shown(tables.history("a", [run(0, Verdict.READY, score, 0)], NOW))


summaries = st.builds(
    Summary,
    run_id=st.from_regex(r"2026112[01]-1[0-9]{5}-[0-9a-f]{4}", fullmatch=True),
    taken_at=moments,
    verdict=st.sampled_from(Verdict),
    score=percents,
    grade=st.sampled_from("ABCDF-"),
    coverage=percents,
    failing=st.integers(0, 20_000),
    counts=st.just({}),
)


@given(names, st.lists(summaries, min_size=1, max_size=40, unique_by=lambda it: it.run_id))
@anything
def test_any_history(cluster: str, runs: list[Summary]) -> None:
    assert_safe(tables.history(cluster, runs, NOW), cluster)


def test_clusters_the_worst_first() -> None:
    rows = [
        (Cluster("staging", environment="stage"), BETTER),
        (Cluster("prod-us"), structs.replace(SAMPLE, cluster="prod-us", score=12)),
        (Cluster("new", environment="production"), None),
        (Cluster("kind-dev"), LAPTOP),
        (Cluster("prod-eu", ("eu",), "production"), SAMPLE),
        (Cluster("test"), structs.replace(BETTER, cluster="test", score=95)),
    ]
    assert_message("clusters", tables.clusters(rows, NOW))


def test_no_clusters() -> None:
    assert "No cluster is visible to you here." in shown(tables.clusters([], NOW))


def test_hundreds_of_clusters_are_named_or_counted() -> None:
    rows = [(Cluster(f"cluster-{number}"), None) for number in range(300)]
    told = shown(tables.clusters(rows, NOW))
    assert "300 never checked" in told
    shown_whole = told.count("[Check now:")
    assert f"And {300 - shown_whole} more clusters: `" in told
    assert shown_whole >= 15


@given(
    st.lists(names, min_size=1, max_size=40, unique=True), texts, st.lists(st.none() | reports, min_size=1)
)
@anything
def test_any_clusters(called: list[str], environment: str, found: list[Report | None]) -> None:
    rows = [(Cluster(name, (), environment), found[at % len(found)]) for at, name in enumerate(called)]
    assert_safe(tables.clusters(rows, NOW), *called)
