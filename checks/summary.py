"""One line of a history."""

from datetime import datetime

from msgspec import Struct

from checks.model import Report, Status, Verdict


class Summary(Struct, frozen=True, kw_only=True):
    """One line of a history. `failing` counts the findings nobody has waived, `counts` the checks."""

    run_id: str
    taken_at: datetime
    verdict: Verdict
    score: int | None
    grade: str
    coverage: int | None
    failing: int
    counts: dict[Status, int]

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
        )
