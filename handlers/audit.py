"""`audit [CLUSTER]`: who did what."""

from handlers.desk import Desk
from handlers.intents import Audit
from handlers.ports import Entry
from handlers.render import records
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Audit) -> str:
    """Show a page of lines, the newest first, to the asker alone."""
    wanted = intent.page * records.PAGE + 1
    found = await _newest(
        desk, request, intent, wanted if intent.limit is None else min(wanted, intent.limit)
    )
    await desk.tell(request, records.entries(found, intent, desk.now()))
    return ""


async def _newest(desk: Desk, request: Request, intent: Audit, wanted: int) -> list[Entry]:
    """Return so many lines; those of one cluster without what names another that the asker may not see."""
    if not intent.cluster:
        return await desk.audit.entries(limit=wanted)
    visible = {cluster.name for cluster in await desk.access.visible(request.asker)}
    limit = wanted
    while True:
        found = await desk.audit.entries(intent.cluster, limit=limit)
        seen = [entry for entry in found if visible.issuperset(entry.cluster.split(", "))]
        if len(seen) >= wanted or len(found) < limit:
            return seen[:wanted]
        limit *= 2
