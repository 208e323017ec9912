"""What differs from the run that the last digest told of."""

from checks.catalogue import BY_ID
from checks.delta import delta, knew_more
from checks.model import DeltaFinding, Report
from checks.presentation.grouping import fix
from checks.summary import Summary
from handlers.desk import Desk
from handlers.digest.readings import Changes, New

KEPT = 8
"""Of each kind: a digest shows no more, and 200 clusters are held at once."""


async def compare(desk: Desk, report: Report, told: str) -> Changes | None:
    """Compare a report with the run that was `told` of, or with the oldest kept where that is gone.

    Null where none was told of, or nothing from before is kept. Raises `StoreError`.
    """
    if not told:
        return None
    before = report if told == report.run_id else await desk.reports.report(report.cluster, told)
    older = before is None
    before = before or await desk.reports.oldest(report.cluster)
    if before is None or (older and before.run_id == report.run_id):
        return None
    return _changes(before, report, older=older)


def _changes(before: Report, report: Report, *, older: bool) -> Changes:
    found = delta(before, report)
    new = [item for item in found.new if item.finding.waiver is None]
    told = {item.id for item in (*new, *found.resolved)}
    return Changes(
        before=Summary.of(before),
        after=Summary.of(report),
        new=[New(item, _fix(report, item)) for item in new[:KEPT]],
        new_count=len(new),
        resolved=found.resolved[:KEPT],
        resolved_count=len(found.resolved),
        turned=[change for change in found.changed if change.id not in told],
        uncompared=len(found.unreadable),
        knew_more=knew_more(before, report),
        differs=bool(found.new or found.resolved or found.changed) or before.verdict != report.verdict,
        older=older,
    )


def _fix(report: Report, item: DeltaFinding) -> str:
    found = next(result for result in report.results if result.id == item.id)
    return fix(found, item.finding, BY_ID)
