"""`history cluster-a`: its past runs."""

from checks.errors import UsageError
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
    await desk.show(request, tables.history(intent.cluster, summaries, intent.page, desk.now()))
    return ""
