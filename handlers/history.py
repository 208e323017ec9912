"""`history cluster-a`: its past runs."""

from checks.errors import UsageError
from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import History
from handlers.render import tables
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: History) -> str:
    """List a page of the runs that are remembered."""
    summaries = await desk.reports.history(intent.cluster)
    if not summaries:
        raise UsageError(
            f"nothing is remembered of {intent.cluster} yet", f"make a run with `/readiness {intent.cluster}`"
        )
    shown = tables.history(intent.cluster, summaries, intent.page, desk.now())
    await desk.show(request, shown, topic=Topic(intent.cluster))
    return ""
