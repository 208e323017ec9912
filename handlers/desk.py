"""What an answer is made with: the ports, the way to Slack, the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from checks.errors import UsageError
from checks.model import Report
from handlers.delivery.courier import Courier
from handlers.delivery.outlets import Outlet
from handlers.ports import Acceptances, Access, AuditLog, Documents, Memory, Reports, Runs
from handlers.render.message import Message
from handlers.request import Request


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that the modules of intents are given; one for a process."""

    reports: Reports
    runs: Runs
    access: Access
    audit: AuditLog
    acceptances: Acceptances
    memory: Memory
    documents: Documents
    courier: Courier
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def show(self, request: Request, message: Message, part: str = "") -> Outlet:
        """Answer for everyone to see, once for each `part` of a request."""
        return await self.courier.open(request.asker, f"answer:{request.id}:{part}", message)

    async def stored(self, cluster: str, run_id: str = "") -> Report:
        """Return a report, the latest without `run_id`. Raises `UsageError` where there is none."""
        if run_id:
            found = await self.reports.report(cluster, run_id)
            missing = f"{cluster} has no run {run_id}: it is not done yet, or too old to be kept"
        else:
            found = await self.reports.latest(cluster)
            missing = f"nothing is remembered of {cluster} yet"
        if found is None:
            raise UsageError(missing, f"make a run with `/readiness {cluster}`")
        return found
