"""`explain CHECK [CLUSTER]`: why a check matters, and what it found."""

from checks.catalogue import BY_ID
from handlers.desk import Desk
from handlers.intents import Explain
from handlers.render import explanation
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Explain) -> str:
    """Explain a check, with what the last report of a cluster says of it."""
    report = await desk.reports.latest(intent.cluster) if intent.cluster else None
    await desk.show(request, explanation.explanation(BY_ID[intent.check], intent.cluster, report, desk.now()))
    return ""
