"""`audit [CLUSTER]`: who did what."""

from handlers.desk import Desk
from handlers.intents import Audit
from handlers.render import records
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Audit) -> str:
    """Show the newest lines to the asker alone."""
    entries = await desk.audit.entries(intent.cluster, limit=intent.limit)
    await desk.courier.tell(request.asker, records.entries(entries, intent, desk.now()))
    return ""
