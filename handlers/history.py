"""`history cluster-a`: its past runs."""

from checks.errors import UsageError
from handlers.desk import Desk
from handlers.intents import History
from handlers.render import tables
from handlers.request import Request

RUNS = 20
"""Runs listed."""


async def answer(desk: Desk, request: Request, intent: History) -> str:
    """List the newest runs."""
    summaries = await desk.reports.history(intent.cluster, limit=RUNS)
    if not summaries:
        raise UsageError(
            f"nothing is remembered of {intent.cluster} yet", f"make a run with `/readiness {intent.cluster}`"
        )
    await desk.show(request, tables.history(intent.cluster, summaries, desk.now()))
    return ""
