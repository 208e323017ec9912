"""`fix cluster-a [CHECK]`: how to mend what fails."""

from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Fix
from handlers.render import remediation
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Fix) -> str:
    """Show the remediation of a stored report."""
    report = await desk.stored(intent.cluster, intent.run_id)
    shown = remediation.remediation(report, intent.check, intent.page, desk.now())
    await desk.show(request, shown, topic=Topic(report.cluster, report.run_id, intent.check))
    return ""
