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
from handlers.render.message import Message
from tests.bot.output.build import result
from tests.bot.output.sample import LAPTOP, NOW, SAMPLE, TAKEN
from tests.bot.output.strategies import moments, percents
from tests.handlers.render.judged import anything, assert_safe, names, reports, texts
from tests.handlers.render.shown import assert_message, buttons, commands, shown

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
    assert_message("comparison", tables.comparison(SAMPLE, BETTER, 1, NOW))


def test_two_clusters_that_say_the_same() -> None:
    message = tables.comparison(SAMPLE, structs.replace(SAMPLE, cluster="twin"), 1, NOW)
    assert "13 checks of 13 say the same on both." in shown(message)
    assert "comes first" not in shown(message)


def test_a_cluster_beside_itself_has_one_button() -> None:
    assert commands(tables.comparison(SAMPLE, SAMPLE, 1, NOW)) == {"Show prod-eu": "show prod-eu run:r-1"}


def test_each_check_that_differs_is_on_some_page() -> None:
    many = tuple(
        result(f"check-{number}", "x" * 90, list(Family)[number % 6], check.severity, Status.PASS)
        for number, check in enumerate(BY_ID.values())
    )
    left = structs.replace(SAMPLE, results=many)
    pages = [tables.comparison(left, LAPTOP, page, NOW) for page in (1, 2, 3)]
    told = "".join(map(shown, pages))
    assert all(told.count(f"`{item.id}`:") == 1 for item in (*many, *LAPTOP.results))
    assert "21 to 40 of 45 checks" in shown(pages[1])
    turns = {"Previous": "compare prod-eu kind-dev", "Next": "compare prod-eu kind-dev page:3"}
    assert turns.items() <= commands(pages[1]).items()


@given(reports, reports, st.integers(1, 3))
@anything
def test_any_two_clusters(left: Report, right: Report, page: int) -> None:
    assert_safe(tables.comparison(left, right, page, NOW), left.cluster, right.cluster)


def test_history() -> None:
    assert_message("history", tables.history("prod-eu", RUNS, 1, NOW))


def test_the_first_run_of_a_history_has_nothing_to_be_compared_with() -> None:
    message = tables.history("prod-eu", RUNS[-1:], 1, NOW)
    assert "`·`  no score\n1 run, last run" in shown(message)
    assert [*commands(message)] == ["Show the last report"]


def test_earlier_runs_are_a_click_away() -> None:
    runs = [run(number, Verdict.NOT_READY, number, 1_000 + number) for number in range(50)]
    pages = [tables.history("prod-eu", runs, page, NOW) for page in (1, 2, 3)]
    assert [shown(page).count("NOT READY, score ") for page in pages] == [20, 20, 10]
    assert "21 to 40 of 50 runs" in shown(pages[1])
    assert shown(pages[1]).count("[What changed: ") >= 15
    turns = {"Previous": "history prod-eu", "Next": "history prod-eu page:3"}
    assert turns.items() <= commands(pages[1]).items()
    over_all = f"diff prod-eu since {runs[39].run_id} run:{runs[20].run_id}"
    assert commands(pages[1])["What changed over all of these"] == over_all
    assert "score 19 (-1), 1,019 open findings (-1)" in shown(pages[0])


@pytest.mark.parametrize(("score", "step"), [(0, "▁"), (49, "▄"), (50, "▅"), (99, "█"), (100, "█")])
def test_scores_are_drawn(score: int, step: str) -> None:
    assert f"`{step}`" in shown(tables.history("a", [run(0, Verdict.READY, score, 0)], 1, NOW))


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


@given(names, st.lists(summaries, min_size=1, max_size=40, unique_by=lambda it: it.run_id), st.integers(1, 3))
@anything
def test_any_history(cluster: str, runs: list[Summary], page: int) -> None:
    assert_safe(tables.history(cluster, runs, page, NOW), cluster)


def test_clusters_the_worst_first() -> None:
    rows = [
        (Cluster("staging", environment="stage"), Summary.of(BETTER)),
        (Cluster("prod-us"), Summary.of(structs.replace(SAMPLE, score=12))),
        (Cluster("new", environment="production"), None),
        (Cluster("kind-dev"), Summary.of(LAPTOP)),
        (Cluster("prod-eu", ("eu",), "production"), Summary.of(SAMPLE)),
        (Cluster("test"), Summary.of(structs.replace(BETTER, score=95))),
    ]
    assert_message("clusters", tables.clusters(rows, 1, NOW))


def test_no_clusters() -> None:
    assert "No cluster is visible to you here." in shown(tables.clusters([], 1, NOW))


def test_each_of_hundreds_of_clusters_is_on_some_page() -> None:
    rows = [(Cluster(f"cluster-{number}"), None) for number in range(300)]
    pages = [tables.clusters(rows, page, NOW) for page in range(1, 31)]
    offered = {said for page in pages for label, said in _said(page) if label == "Check now"}
    assert offered == {f"check {cluster.name}" for cluster, _ in rows}
    assert "300 never checked\n11 to 20 of 300 clusters" in shown(pages[1])
    assert {"Previous": "list", "Next": "list page:3"}.items() <= commands(pages[1]).items()


def _said(message: Message) -> list[tuple[str, str]]:
    return [(button["text"]["text"], button["value"]) for button in buttons(message)]


@given(
    st.lists(names, min_size=1, max_size=40, unique=True),
    texts,
    st.lists(st.none() | summaries, min_size=1),
    st.integers(1, 5),
)
@anything
def test_any_clusters(called: list[str], environment: str, found: list[Summary | None], page: int) -> None:
    rows = [(Cluster(name, (), environment), found[at % len(found)]) for at, name in enumerate(called)]
    assert_safe(tables.clusters(rows, page, NOW), *called)
