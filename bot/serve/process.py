"""A serving process: its parts put together, and ended in the right order."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.acceptances import Acceptances
from bot.access import Access, offered
from bot.audit import AuditLog
from bot.connection import Connection
from bot.documents import Documents
from bot.jobs.checking import Ways
from bot.jobs.duties import Duties
from bot.jobs.jobs import Jobs
from bot.jobs.lease import Leases
from bot.jobs.worker import Pace
from bot.members import CachedMembers
from bot.memory import Memory
from bot.presence import EVERY, Presence, myself
from bot.reach import NOWHERE, everything
from bot.reports import Reports
from bot.roster import Roster
from bot.scheduling.digests import Alerts, Digests
from bot.scheduling.hours import Hours
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.schedules import Schedules
from bot.scheduling.watches import Watches
from bot.serve.app import bolt_app, identify, web_client
from bot.serve.endpoint import PATH, listening
from bot.serve.members import members
from bot.serve.reception import Reception
from bot.serve.socket import Socket
from bot.serve.storing import store
from bot.serve.tokens import Tokens
from bot.settings import Settings
from bot.store import Store
from bot.topics import Topics
from bot.viewers import Viewers
from checks.catalogue import CATALOGUE
from handlers.accept import announce
from handlers.alerts.alerts import look
from handlers.delivery.courier import Courier
from handlers.desk import Desk
from handlers.digest.digest import post
from handlers.dispatch import answer
from handlers.home import renew

log = logging.getLogger(__name__)

USUAL = Pace()
LAST_SECONDS = 8.0
"""What runs has so long to end once the process is asked to stop; then it is handed back.

With that, 5 s at most, and the end of the socket, 10 s at most, all of it takes less than 25 s.
"""


async def serving(
    settings: Settings,
    kubeconfig: str | None,
    tokens: Tokens,
    listen: tuple[str, int] | None,
    *,
    seconds: float,
    worker: bool = True,
    pool_at_once: int | None = None,
    pace: Pace = USUAL,
) -> None:
    """Serve until cancelled: over Socket Mode or, with an address to listen on, signed HTTP.

    `seconds` is what reading a cluster may take; without `worker` that is left to others. `pool_at_once` is
    how many of the pool `default` are read at a time, here and elsewhere. Raises `ReadinessError` where it
    cannot begin.
    """
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(store())
        client = await stack.enter_async_context(web_client(tokens))
        who = await identify(client)
        reach = everything(settings, kubeconfig) if worker else NOWHERE
        own = myself(bot=True, pool=reach.pool, clusters=reach.clusters, listens=listen is None)
        known = offered(settings, kubeconfig) if worker or settings.clusters else []
        roster = Roster(connection, own, offered=known)
        ways = Ways(settings, reach.resolve, CATALOGUE, seconds) if worker else None
        jobs = await stack.enter_async_context(
            Jobs(connection, ways, roster=roster, pool_at_once=pool_at_once, pace=pace)
        )
        schedules = Schedules(settings, connection, jobs)
        access = Access(settings, known, CachedMembers(connection, members(client)), roster.announced)
        desk = _desk(settings, access, connection, client, jobs, schedules, roster, who.name)
        # Gone before the job of a killed process is delivered again.
        held = pace.redelivery * 2 / 3
        leases = Leases(connection, seconds=held)
        reception = Reception(jobs, leases, desk.memory, partial(answer, desk), desk.courier.reassure)
        claims = partial(Leases, connection, seconds=held, strict=True)
        duties = Duties(
            answer=reception.answer,
            announce=partial(announce, desk),
            renew=partial(renew, desk),
            digest=Digests(desk, schedules, claims(kind="digesting"), post).digest,
            alert=Alerts(desk, claims(kind="alerting"), look).alert,
        )
        app = bolt_app(client, tokens, who, reception.ask, desk.topics, desk.courier.open_to)
        log.info("serving %s as @%s", who.team, who.name)
        with _one_error():
            async with asyncio.TaskGroup() as group:
                work = group.create_task(jobs.run_forever(duties))
                timer = group.create_task(Scheduler(schedules, jobs.fire).run_forever())
                hearing = group.create_task(_acquainted(roster))
                try:
                    await _hear(app, tokens, listen, partial(Presence, connection, own))
                finally:
                    # Nothing new comes any more; what runs may end.
                    timer.cancel()
                    hearing.cancel()
                    await asyncio.gather(jobs.stop(LAST_SECONDS), reception.stop(LAST_SECONDS))
                    work.cancel()


@contextmanager
def _one_error() -> Iterator[None]:
    """Let the first error of a group out by itself: it is what a person is told."""
    try:
        yield
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


async def _acquainted(roster: Roster) -> None:
    """Keep in mind which clusters are announced: where Redis is emptied, a digest still knows its own."""
    while True:
        await roster.announced()
        await asyncio.sleep(EVERY)


async def _hear(
    app: AsyncApp, tokens: Tokens, listen: tuple[str, int] | None, present: Callable[..., Presence]
) -> None:
    """Take what Slack delivers until cancelled, and give signs of life meanwhile."""
    if listen is None:
        socket = Socket(app, tokens.app)
        async with present(socket.connected):
            await socket.run()
        return
    async with listening(app, *listen) as (host, port), present():
        log.info("listening on http://%s:%d%s", host, port, PATH)
        await asyncio.Event().wait()


def _desk(
    settings: Settings,
    access: Access,
    connection: Connection,
    client: AsyncWebClient,
    jobs: Jobs,
    schedules: Schedules,
    roster: Roster,
    bot: str,
) -> Desk:
    def now() -> datetime:
        return datetime.now(UTC)

    retention = settings.retention
    kept = Store(connection, retention.reports, retention.days)
    acceptances = Acceptances(settings, connection, jobs)
    memory = Memory(connection)
    documents = Documents(kept)
    return Desk(
        reports=Reports(kept, acceptances),
        runs=jobs.runs,
        access=access,
        audit=AuditLog(connection),
        acceptances=acceptances,
        memory=memory,
        topics=Topics(connection),
        viewers=Viewers(connection),
        documents=documents,
        schedules=schedules,
        hours=Hours(settings.channels),
        watches=Watches(connection, jobs),
        alerting=settings.alerting(),
        roster=roster,
        courier=Courier(client, memory, draw=documents.picture, now=now, bot=bot),
        now=now,
    )
