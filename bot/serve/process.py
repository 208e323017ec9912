"""A serving process: its parts put together, and ended in the right order."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.acceptances import Acceptances
from bot.access import Access, offered
from bot.audit import AuditLog
from bot.clusters import Cluster, resolve
from bot.connection import Connection, connect, sentences
from bot.documents import Documents
from bot.jobs.checking import Ways
from bot.jobs.jobs import Jobs
from bot.jobs.lease import Leases
from bot.jobs.worker import Pace
from bot.members import CachedMembers
from bot.memory import Memory
from bot.migrations import migrate
from bot.reports import Reports
from bot.serve.app import bolt_app, identify, web_client
from bot.serve.endpoint import PATH, listening
from bot.serve.members import members
from bot.serve.reception import Reception
from bot.serve.socket import Socket
from bot.serve.tokens import Tokens
from bot.settings import Settings
from bot.store import Store
from bot.topics import Topics
from bot.viewers import Viewers
from checks.catalogue import CATALOGUE
from handlers.accept import announce
from handlers.delivery.courier import Courier
from handlers.desk import Desk
from handlers.dispatch import answer
from handlers.home import renew

log = logging.getLogger(__name__)

USUAL = Pace()
LAST_SECONDS = 15.0
"""What runs has so long to end once the process is asked to stop; then it is handed back."""


async def serving(
    settings: Settings,
    kubeconfig: str | None,
    tokens: Tokens,
    listen: tuple[str, int] | None,
    *,
    seconds: float,
    pace: Pace = USUAL,
) -> None:
    """Serve until cancelled: over Socket Mode or, with an address to listen on, signed HTTP.

    `seconds` is what reading a cluster may take. Raises `ReadinessError` where it cannot begin.
    """
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(_store())
        client = await stack.enter_async_context(web_client(tokens))
        who = await identify(client)
        ways = Ways(settings, partial(_resolve, settings, kubeconfig), CATALOGUE, seconds)
        jobs = await stack.enter_async_context(Jobs(connection, ways, pace=pace))
        desk = _desk(settings, kubeconfig, connection, client, jobs, who.name)
        # Gone before the job of a killed process is delivered again.
        leases = Leases(connection, seconds=pace.redelivery * 2 / 3)
        reception = Reception(jobs, leases, desk.memory, partial(answer, desk), desk.courier.reassure)
        app = bolt_app(client, tokens, who, reception.ask, desk.topics)
        log.info("serving %s as @%s", who.team, who.name)
        with _one_error():
            async with asyncio.TaskGroup() as group:
                work = group.create_task(
                    jobs.run_forever(reception.answer, partial(announce, desk), partial(renew, desk))
                )
                try:
                    await _hear(app, tokens, listen)
                finally:
                    # Nothing new comes any more; what runs may end.
                    await asyncio.gather(jobs.stop(LAST_SECONDS), reception.stop(LAST_SECONDS))
                    work.cancel()


@contextmanager
def _one_error() -> Iterator[None]:
    """Let the first error of a group out by itself: it is what a person is told."""
    try:
        yield
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


async def _hear(app: AsyncApp, tokens: Tokens, listen: tuple[str, int] | None) -> None:
    """Take what Slack delivers until cancelled."""
    if listen is None:
        await Socket(app, tokens.app).run()
        return
    async with listening(app, *listen) as (host, port):
        log.info("listening on http://%s:%d%s", host, port, PATH)
        await asyncio.Event().wait()


@asynccontextmanager
async def _store() -> AsyncIterator[Connection]:
    async with connect(os.environ.get("REDIS_URL") or None) as connection:
        with sentences(connection.where):
            await migrate(connection.client)
        yield connection


def _resolve(settings: Settings, kubeconfig: str | None, name: str) -> Cluster:
    return resolve(name, settings, kubeconfig, None)


def _desk(
    settings: Settings,
    kubeconfig: str | None,
    connection: Connection,
    client: AsyncWebClient,
    jobs: Jobs,
    bot: str,
) -> Desk:
    def now() -> datetime:
        return datetime.now(UTC)

    retention = settings.retention
    store = Store(connection, retention.reports, retention.days)
    acceptances = Acceptances(settings, connection, jobs)
    memory = Memory(connection)
    documents = Documents(store)
    return Desk(
        reports=Reports(store, acceptances),
        runs=jobs.runs,
        access=Access(settings, offered(settings, kubeconfig), CachedMembers(connection, members(client))),
        audit=AuditLog(connection),
        acceptances=acceptances,
        memory=memory,
        topics=Topics(connection),
        viewers=Viewers(connection),
        documents=documents,
        courier=Courier(client, memory, draw=documents.picture, now=now, bot=bot),
        now=now,
    )
