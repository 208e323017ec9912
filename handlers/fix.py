"""`fix cluster-a [CHECK]`: how to mend what fails."""

from handlers.desk import Desk
from handlers.intents import Fix
from handlers.render import remediation
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Fix) -> str:
    """Show the remediation of a stored report."""
    report = await desk.stored(intent.cluster, intent.run_id)
    await desk.show(request, remediation.remediation(report, intent.check, intent.page, desk.now()))
    return ""
