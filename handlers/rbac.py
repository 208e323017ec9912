"""`rbac cluster-a`: what the last run could not read, and the least role that the checks need."""

from handlers.desk import Desk
from handlers.intents import Rbac
from handlers.render import role
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Rbac) -> str:
    """Show both, and the role as a file where it can be copied from."""
    report = await desk.reports.latest(intent.cluster)
    outlet = await desk.show(request, role.role(intent.cluster, report, desk.now()))
    manifest = (await desk.documents.role()).encode()
    key = f"answer:{request.id}:role"
    await outlet.upload(key, "clusterrole.yaml", "ClusterRole of readiness", manifest, "")
    return ""
