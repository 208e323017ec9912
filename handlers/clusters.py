"""`list`: the clusters that the asker may see."""

from handlers.desk import Desk
from handlers.fleet import Fleet
from handlers.intents import Clusters
from handlers.render import tables
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Clusters) -> str:
    """List them with their last verdicts, as they were judged then."""
    rows = await Fleet(desk.reports, desk.now()).newest(await desk.access.visible(request.asker))
    await desk.tell(request, tables.clusters(rows, intent.page, desk.now()))
    return ""
