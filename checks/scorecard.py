"""Score, coverage, verdict and grade of a list of results.

Excluded things never count: what does not apply, what could not be judged and what was waived leave both
sides of the score.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from msgspec import Struct

from checks.model import Result, Severity, Status, Verdict

ENOUGH_COVERAGE = 90
"""Percent of the checks that must have been judged before a cluster may be called ready."""

GRADES = ((90, "A"), (80, "B"), (70, "C"), (60, "D"), (0, "F"))
JUDGED = (Status.PASS, Status.FAIL)
UNJUDGED = (Status.UNKNOWN, Status.ERROR)


class Scorecard(Struct, frozen=True):
    """`score` and `coverage` are whole percents, rounded down; null where nothing applies."""

    score: int | None
    coverage: int | None
    verdict: Verdict
    grade: str


def scorecard(results: Sequence[Result]) -> Scorecard:
    """Sum up the results of one run."""
    points = score(results)
    covered = coverage(results)
    answer = verdict(results, covered)
    return Scorecard(score=points, coverage=covered, verdict=answer, grade=grade(points, answer))


def score(results: Sequence[Result]) -> int | None:
    """Return the weighted share of subjects in order, over the checks that passed or failed."""
    scored = [result for result in results if result.status in JUDGED and result.counted]
    weights = sum(result.severity.weight for result in scored)
    # Exact fractions: a float would round one failure in 20,000 up to 100, or 70 down to 69.
    points = sum(result.severity.weight * (1 - Fraction(result.failing, result.counted)) for result in scored)
    return floor(100 * points / weights) if weights else None


def coverage(results: Sequence[Result]) -> int | None:
    """Return the share of the scored checks that could be judged."""
    scored = [result for result in results if result.severity is not Severity.INFO]
    judged = sum(result.status in JUDGED for result in scored)
    unjudged = sum(result.status in UNJUDGED for result in scored)
    return 100 * judged // (judged + unjudged) if judged + unjudged else None


def verdict(results: Sequence[Result], covered: int | None) -> Verdict:
    """Say whether the cluster may go live; a proved failure comes before a doubt.

    A doubt is a critical check that could not be judged, or a high one that could have been, had everything
    been read: without the latter, taking a permission away would turn "not ready" into "ready". A check whose
    findings are all waived, but that was not read whole, was not judged either.
    """
    serious = (Severity.CRITICAL, Severity.HIGH)
    if any(result.severity in serious and result.open_findings for result in results):
        return Verdict.NOT_READY
    doubtful = any(
        (result.status in UNJUDGED or (result.waived and result.incomplete))
        and (
            result.severity is Severity.CRITICAL
            or (result.severity is Severity.HIGH and (result.unread or result.status is Status.ERROR))
        )
        for result in results
    )
    if doubtful or covered is None or covered < ENOUGH_COVERAGE:
        return Verdict.UNDETERMINED
    return Verdict.READY


def grade(points: int | None, answer: Verdict) -> str:
    """Return A to F; at most C where it is not ready, at most B where that could not be told."""
    if points is None:
        return "-"
    earned = next(letter for least, letter in GRADES if points >= least)
    best = {Verdict.NOT_READY: "C", Verdict.UNDETERMINED: "B", Verdict.READY: "A"}[answer]
    return max(earned, best)
