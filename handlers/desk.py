"""What an answer is made with: the ports, the way to Slack, the clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from checks.errors import ReadinessError, UsageError
from checks.model import Report
from handlers.conversation.topic import Topic
from handlers.delivery.courier import Courier
from handlers.delivery.errors import FormExpired
from handlers.delivery.outlets import Outlet
from handlers.ports import Acceptances, Access, AuditLog, Documents, Memory, Reports, Runs, Topics, Viewers
from handlers.render.message import Form, Message
from handlers.request import Asker, Request
from handlers.schedules.ports import Alerting, Hours, Roster, Schedules, Watches

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that the modules of intents are given; one for a process."""

    reports: Reports
    runs: Runs
    access: Access
    audit: AuditLog
    acceptances: Acceptances
    memory: Memory
    topics: Topics
    viewers: Viewers
    documents: Documents
    schedules: Schedules
    hours: Hours
    watches: Watches
    alerting: Alerting
    roster: Roster
    courier: Courier
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def show(
        self, request: Request, message: Message, part: str = "", *, topic: Topic | None = None
    ) -> Outlet:
        """Answer for everyone to see, once for each `part` of a request; another page where the first one is.

        What is written in the thread from now on is about the `topic`, where one is given.
        """
        outlet = await self.courier.turn(request.asker, message)
        outlet = outlet or await self.courier.open(request.asker, f"answer:{request.id}:{part}", message)
        if topic:
            await self.turn_to(topic, outlet)
        return outlet

    async def tell(self, request: Request, message: Message) -> None:
        """Answer for the asker alone to see; another page where the first one is."""
        if not await self.courier.turn(request.asker, message):
            await self.courier.tell(request.asker, message)

    async def form(self, request: Request, form: Form, otherwise: Message) -> str:
        """Open a form, or tell something else where no click leads to it, or one that is too old.

        Return which, for the audit log.
        """
        try:
            await self.courier.form(request.asker, form)
        except FormExpired:
            await self.courier.tell(request.asker, otherwise)
            return "form offered"
        return "form opened"

    async def topic(self, asker: Asker) -> Topic:
        """Return what somebody's thread is about or, where that is new, their direct messages."""
        places = [asker.thread_ts, ""] if asker.channel.startswith("D") else [asker.thread_ts]
        try:
            for thread_ts in places:
                if topic := await self.topics.topic(asker.channel, thread_ts):
                    return topic
        except ReadinessError as error:
            log.warning("what is spoken of in %s cannot be seen: %s", asker.channel, error)
        return Topic()

    async def turn_to(self, topic: Topic, outlet: Outlet) -> None:
        """Remember what the thread of an answer is about, as far as that is possible.

        Direct messages as a whole are about the cluster, whichever its latest run is.
        """
        thread = outlet.thread
        if thread is None:
            return
        try:
            await self.topics.set_topic(thread.channel, thread.thread_ts, topic)
            if thread.channel.startswith("D"):
                await self.topics.set_topic(thread.channel, "", structs.replace(topic, run_id=""))
        except ReadinessError as error:
            log.warning("what is spoken of in %s cannot be remembered: %s", thread.channel, error)

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
