"""Tables and pieces of other commands."""

from datetime import timedelta

from msgspec import structs

from bot.output.text.changes import render_delta
from bot.output.text.explanation import render_explanation
from bot.output.text.page import printed
from bot.output.text.tables import render_checks, render_comparison, render_history
from checks.catalogue import CATALOGUE
from checks.model import Delta, Verdict
from checks.summary import Summary
from tests.bot.output.build import HOSTILE
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import CHECKS, DELTA, LAPTOP, NOW, RESULTS, SAMPLE, TAKEN


def run(
    run_id: str,
    ago: timedelta,
    verdict: Verdict,
    score: int | None,
    grade: str,
    coverage: int | None,
    failing: int,
) -> Summary:
    """Return a stored run, in short."""
    return Summary(
        run_id=run_id,
        taken_at=TAKEN - ago,
        verdict=verdict,
        score=score,
        grade=grade,
        coverage=coverage,
        failing=failing,
        counts={},
    )


RUNS = [
    run("r-2", timedelta(days=1), Verdict.UNDETERMINED, None, "-", None, 0),
    run("r-1", timedelta(days=9), Verdict.NOT_READY, 12, "F", 88, 31),
    run(f"r-{HOSTILE}", timedelta(), Verdict.READY, 100, "A", 100, 0),
    run("r-3", timedelta(hours=3), Verdict.NOT_READY, 87, "C", 97, 1_204),
]


def test_history_is_told_from_the_latest_with_its_trend() -> None:
    assert_golden("history.txt", printed(render_history(RUNS, NOW)))


def test_an_empty_history_is_said() -> None:
    assert printed(render_history([], NOW)) == "No run of this cluster is stored.\n"


def test_a_delta_alone() -> None:
    assert_golden("delta.txt", printed(render_delta(DELTA, NOW)))


def test_a_delta_is_capped_unless_verbose() -> None:
    long = Delta(TAKEN, "r-0", new=DELTA.new * 9)
    assert "and 13 more new findings: -v" in printed(render_delta(long, NOW, verbose=False))
    assert "more" not in printed(render_delta(long, NOW))


def test_two_clusters_side_by_side() -> None:
    fewer = structs.replace(
        SAMPLE,
        cluster="staging",
        results=(*LAPTOP.results, structs.replace(RESULTS[9], findings=RESULTS[9].findings[:1])),
    )
    assert_golden("comparison.txt", printed(render_comparison(SAMPLE, fewer)))


def test_two_equal_clusters_need_no_table() -> None:
    text = printed(render_comparison(SAMPLE, SAMPLE))
    assert "13 checks of 13 the same on both." in text
    assert "sample-nodes" not in text
    assert "sample-nodes" in printed(render_comparison(SAMPLE, SAMPLE, verbose=True))


def test_the_catalogue() -> None:
    assert_golden("checks.txt", printed(render_checks(list(CHECKS.values()))))


def test_every_check_of_the_catalogue_is_listed_and_explained() -> None:
    listed = printed(render_checks(CATALOGUE))
    for check in CATALOGUE:
        assert check.id in listed
        assert check.docs in "".join(printed(render_explanation(check)).split())


def test_a_check_explained_alone_and_on_a_cluster() -> None:
    probes = RESULTS[9]
    assert_golden("explanation.txt", printed(render_explanation(CHECKS[probes.id])))
    assert_golden(
        "explained-on-a-cluster.txt", printed(render_explanation(CHECKS[probes.id], probes, "prod-eu"))
    )


def test_a_doubt_a_pass_and_a_waiver_are_explained() -> None:
    told = [printed(render_explanation(CHECKS["sample-nodes"], item, "prod-eu")) for item in RESULTS]
    assert "? unknown on prod-eu\n    list alertmanagers.monitoring.coreos.com: forbidden" in told[5]
    assert "? error on prod-eu" in told[6]
    assert "✓ pass on prod-eu\n    12 nodes in 3 zones" in told[1]
    assert "by alice until 2026-11-30" in told[10]
