"""One line of a history."""

from datetime import datetime

from msgspec import Struct

from checks.model import Report, Status, Verdict


class Summary(Struct, frozen=True, kw_only=True):
    """One line of a history. `failing` counts the findings nobody has waived, `counts` the checks.

    `failed` has the open findings of each check that fails, `unjudged` the checks that could not be judged;
    null in summaries from before these were kept.
    """

    run_id: str
    taken_at: datetime
    verdict: Verdict
    score: int | None
    grade: str
    coverage: int | None
    failing: int
    counts: dict[Status, int]
    failed: dict[str, int] | None = None
    unjudged: tuple[str, ...] | None = None

    @classmethod
    def of(cls, report: Report) -> "Summary":
        """Sum a report up."""
        statuses = [result.status for result in report.results]
        return cls(
            run_id=report.run_id,
            taken_at=report.taken_at,
            verdict=report.verdict,
            score=report.score,
            grade=report.grade,
            coverage=report.coverage,
            failing=sum(len(result.open_findings) for result in report.results),
            counts={status: statuses.count(status) for status in Status},
            failed={it.id: len(it.open_findings) for it in report.results if it.open_findings},
            unjudged=tuple(it.id for it in report.results if it.status in (Status.UNKNOWN, Status.ERROR)),
        )
