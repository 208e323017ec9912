"""`diff cluster-a [since 7d]`: what changed."""

from datetime import timedelta

from checks.delta import delta
from checks.errors import UsageError
from checks.model import Delta, Report
from checks.presentation.ages import age
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Changes
from handlers.render import changes
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Changes) -> str:
    """Show what differs from an earlier run."""
    report = await desk.stored(intent.cluster, intent.run_id)
    found = await _delta(desk, report, intent.since)
    shown = changes.changes(report, found, intent.page, desk.now())
    await desk.show(request, shown, topic=Topic(report.cluster, report.run_id))
    return ""


async def _delta(desk: Desk, report: Report, since: str) -> Delta | None:
    """Return what changed since an age or a run; without one, what the report itself says."""
    if not since:
        return report.delta
    span = age(since)
    if span is None:
        return delta(await desk.stored(report.cluster, since), report)
    before = await desk.reports.before(report.cluster, desk.now() - span)
    before = before or await desk.reports.oldest(report.cluster)
    if before is None or before.taken_at >= report.taken_at - timedelta(microseconds=1):
        raise UsageError(
            f"there is no run of {report.cluster} from before to compare with",
            f"the first is the one you look at; ask again after the next `/readiness {report.cluster}`",
        )
    return delta(before, report)
