"""Score, coverage, verdict and grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.model import Result, Severity, Status, Unread, Verdict
from checks.scorecard import JUDGED, UNJUDGED, coverage, grade, score, scorecard, verdict
from tests.checks.build import a_result

PASS, FAIL, NA, UNKNOWN, ERROR = (
    Status.PASS,
    Status.FAIL,
    Status.NOT_APPLICABLE,
    Status.UNKNOWN,
    Status.ERROR,
)
CRITICAL, HIGH, MEDIUM, LOW, INFO = Severity


FORBIDDEN = (Unread("list", "pods", "", "forbidden"),)
WAIVED_AND_HALF_READ = structs.replace(
    a_result(status=FAIL, counted=0, incomplete=True, unread=FORBIDDEN), waived=True
)


@st.composite
def results(draw: st.DrawFn) -> Result:
    status = draw(st.sampled_from(Status))
    counted = draw(st.integers(0, 30)) if status in JUDGED else 0
    failing = draw(st.integers(1, counted)) if status is FAIL and counted else 0
    severity = draw(st.sampled_from(Severity))
    return a_result(status=status, severity=severity, counted=counted, failing=failing)


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([], None),
        ([a_result(status=NA)], None),
        ([a_result(status=UNKNOWN), a_result(status=ERROR)], None),
        ([a_result(severity=INFO)], None),
        ([a_result(status=FAIL, counted=0)], None),  # all waived
        ([a_result()], 100),
        ([a_result(), a_result(status=NA), a_result(status=UNKNOWN)], 100),
        ([a_result(status=FAIL, failing=1)], 0),
        ([a_result(status=FAIL, counted=4, failing=1)], 75),
        ([a_result(status=FAIL, counted=3, failing=1)], 66),
        ([a_result(status=FAIL, counted=20_000, failing=1)], 99),
        ([a_result(severity=CRITICAL), a_result(status=FAIL, severity=HIGH, failing=1)], 66),
        ([a_result(severity=LOW), a_result(status=FAIL, severity=MEDIUM, failing=1)], 33),
        ([a_result(severity=LOW), a_result(status=FAIL, severity=INFO, failing=1)], 100),
        ([a_result(status=FAIL, counted=10, failing=3)], 70),  # as floats 69.99…
    ],
)
def test_score(some: list[Result], expected: int | None) -> None:
    assert score(some) == expected


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([], None),
        ([a_result(status=NA)], None),
        ([a_result(status=UNKNOWN, severity=INFO)], None),
        ([a_result(status=UNKNOWN)], 0),
        ([a_result(status=ERROR), a_result()], 50),
        ([a_result(), a_result(status=FAIL, failing=1), a_result(status=UNKNOWN)], 66),
        ([a_result(), a_result(status=NA), a_result(status=UNKNOWN, severity=INFO)], 100),
        ([a_result(status=FAIL, counted=0)], 100),  # all waived, and judged
    ],
)
def test_coverage(some: list[Result], expected: int | None) -> None:
    assert coverage(some) == expected


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        ([], Verdict.UNDETERMINED),
        ([a_result(status=NA)], Verdict.UNDETERMINED),
        ([a_result()], Verdict.READY),
        ([a_result(status=FAIL, severity=CRITICAL, failing=1)], Verdict.NOT_READY),
        ([a_result(status=FAIL, severity=HIGH, failing=1)], Verdict.NOT_READY),
        ([a_result(status=FAIL, severity=MEDIUM, failing=1)], Verdict.READY),
        ([a_result(status=FAIL, severity=HIGH, counted=0)], Verdict.READY),
        ([a_result(status=UNKNOWN, severity=CRITICAL), *[a_result()] * 99], Verdict.UNDETERMINED),
        ([a_result(status=ERROR, severity=CRITICAL), *[a_result()] * 99], Verdict.UNDETERMINED),
        ([a_result(status=UNKNOWN), *[a_result()] * 9], Verdict.READY),
        ([a_result(status=UNKNOWN, unread=FORBIDDEN), *[a_result()] * 9], Verdict.UNDETERMINED),
        ([a_result(status=UNKNOWN, severity=MEDIUM, unread=FORBIDDEN), *[a_result()] * 9], Verdict.READY),
        ([a_result(status=ERROR), *[a_result()] * 9], Verdict.UNDETERMINED),
        ([a_result(status=FAIL, counted=0), *[a_result()] * 9], Verdict.READY),  # all waived
        ([WAIVED_AND_HALF_READ, *[a_result()] * 9], Verdict.UNDETERMINED),
        ([a_result(status=UNKNOWN), *[a_result()] * 8], Verdict.UNDETERMINED),
        (
            [a_result(status=UNKNOWN, severity=CRITICAL), a_result(status=FAIL, failing=1)],
            Verdict.NOT_READY,
        ),
        ([a_result(status=FAIL, failing=1, incomplete=True), a_result()], Verdict.NOT_READY),
    ],
)
def test_verdict(some: list[Result], expected: Verdict) -> None:
    assert verdict(some, coverage(some)) is expected


@pytest.mark.parametrize(
    ("points", "answer", "expected"),
    [
        (None, Verdict.READY, "-"),
        (None, Verdict.NOT_READY, "-"),
        (100, Verdict.READY, "A"),
        (90, Verdict.READY, "A"),
        (89, Verdict.READY, "B"),
        (70, Verdict.READY, "C"),
        (60, Verdict.READY, "D"),
        (59, Verdict.READY, "F"),
        (0, Verdict.READY, "F"),
        (100, Verdict.UNDETERMINED, "B"),
        (75, Verdict.UNDETERMINED, "C"),
        (100, Verdict.NOT_READY, "C"),
        (65, Verdict.NOT_READY, "D"),
    ],
)
def test_grade(points: int | None, answer: Verdict, expected: str) -> None:
    assert grade(points, answer) == expected


@pytest.mark.parametrize("severity", [CRITICAL, HIGH])
def test_one_grave_failure_of_many_is_no_a(severity: Severity) -> None:
    card = scorecard([a_result(status=FAIL, severity=severity, counted=20_000, failing=1)])
    assert (card.score, card.grade, card.verdict) == (99, "C", Verdict.NOT_READY)


@given(st.lists(results(), max_size=8))
def test_a_score_is_a_percentage_or_there_is_none(some: list[Result]) -> None:
    card = scorecard(some)
    weighed = any(r.status in JUDGED and r.counted and r.severity is not INFO for r in some)
    assert (card.score is not None) == weighed
    assert card.score is None or 0 <= card.score <= 100
    assert (card.grade == "-") == (card.score is None)
    assert card.coverage is None or 0 <= card.coverage <= 100
    assert card.score != 100 or not any(r.failing and r.severity is not INFO for r in some)


@given(st.lists(results(), max_size=8), st.sampled_from(Severity))
def test_what_does_not_apply_changes_nothing(some: list[Result], severity: Severity) -> None:
    assert scorecard([*some, a_result(status=NA, severity=severity)]) == scorecard(some)


@given(st.lists(results(), max_size=8), st.sampled_from([UNKNOWN, ERROR]), st.sampled_from(Severity))
def test_what_was_not_judged_never_improves(some: list[Result], status: Status, severity: Severity) -> None:
    before, after = scorecard(some), scorecard([*some, a_result(status=status, severity=severity)])
    assert after.score == before.score
    assert severity is INFO or (after.coverage or 0) <= (before.coverage or 0)
    assert before.verdict is Verdict.READY or after.verdict is not Verdict.READY


@given(st.lists(results(), max_size=8), st.integers(1, 30), st.data(), st.sampled_from(Severity))
def test_mending_a_subject_never_lowers_the_score(
    some: list[Result], counted: int, data: st.DataObject, severity: Severity
) -> None:
    failing = data.draw(st.integers(1, counted))
    broken = a_result(status=FAIL, severity=severity, counted=counted, failing=failing)
    status = PASS if failing == 1 else FAIL
    mended = a_result(status=status, severity=severity, counted=counted, failing=failing - 1)
    before, after = score([*some, broken]), score([*some, mended])
    assert before is None or (after is not None and after >= before)


@given(st.lists(results(), max_size=8))
def test_ready_means_that_nothing_grave_is_open_or_in_doubt(some: list[Result]) -> None:
    if scorecard(some).verdict is Verdict.READY:
        assert not any(r.severity in {CRITICAL, HIGH} and r.open_findings for r in some)
        assert not any(r.severity is CRITICAL and r.status in UNJUDGED for r in some)
        assert (coverage(some) or 0) >= 90
