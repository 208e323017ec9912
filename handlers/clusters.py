"""`list`: the clusters that the asker may see."""

from handlers.desk import Desk
from handlers.intents import Clusters
from handlers.render import tables
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Clusters) -> str:  # noqa: ARG001 - it says all
    """List them with their last verdicts."""
    visible = await desk.access.visible(request.asker)
    rows = [(cluster, await desk.reports.latest(cluster.name)) for cluster in visible]
    await desk.courier.tell(request.asker, tables.clusters(rows, desk.now()))
    return ""
