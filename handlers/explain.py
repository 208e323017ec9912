"""`explain CHECK [CLUSTER]`: why a check matters, and what it found."""

from checks.catalogue import BY_ID
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Explain
from handlers.render import explanation
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Explain) -> str:
    """Explain a check, with what the last report of a cluster says of it."""
    report = await desk.reports.latest(intent.cluster) if intent.cluster else None
    shown = explanation.explanation(BY_ID[intent.check], intent.cluster, report, desk.now())
    topic = Topic(intent.cluster, report.run_id if report else "", intent.check) if intent.cluster else None
    await desk.show(request, shown, topic=topic)
    return ""
