"""`show cluster-a`: a stored report again, with other filters, or its next page."""

from handlers.authority import refusal
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Run, Show, Verb
from handlers.render import checklist, root
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Show) -> str:
    """Show the report; a page of its findings where a page, a run or a check is named."""
    report = await desk.stored(intent.cluster, intent.run_id)
    if intent.run_id or intent.page > 1 or intent.filters.checks:
        shown = checklist.page(report, intent.filters, intent.page, desk.now())
    else:
        shown = root.final(report, intent.filters, (), desk.now(), stored=True)
    await desk.show(request, shown, topic=Topic(report.cluster, report.run_id))
    return ""


async def instead_of_a_run(desk: Desk, request: Request, intent: Run) -> None:
    """Show the last report to somebody who may view but not run, and say so. Raises `Refusal` for none."""
    report = await desk.reports.latest(intent.cluster)
    if report is None:
        raise await refusal(desk, Verb.RUN, intent.cluster)
    remark = f"You may view {intent.cluster}, not run its checks: this is the last report."
    shown = root.final(report, intent.filters, (), desk.now(), stored=True, remark=remark)
    await desk.show(request, shown, topic=Topic(report.cluster, report.run_id))
