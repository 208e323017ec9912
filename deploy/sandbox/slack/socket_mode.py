"""Deliveries over Socket Mode, as docs.slack.dev/apis/events-api/using-socket-mode describes it."""

import asyncio
import contextlib
import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from deploy.sandbox.slack.connection import Connection
from deploy.sandbox.slack.faults import SOCKET, Faults
from deploy.sandbox.slack.transport import (
    DISPATCH_FAILED,
    EVENTS_API,
    INTERACTIVE,
    KINDS,
    LIMIT,
    OPERATION_TIMEOUT,
    RETRY_PAUSES,
    SLASH_COMMANDS,
    Answer,
    Retries,
)

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
_BUILD = 16
_WITHOUT_RESPONSE = frozenset({"shortcut", "message_action", "view_closed"})
"""Interactions whose acknowledgement carries nothing."""


@dataclass(frozen=True)
class Pace:
    """Seconds; the defaults are Slack's."""

    limit: float = LIMIT
    """For an acknowledgement."""
    retries: tuple[float, ...] = RETRY_PAUSES
    """Before each further attempt at an event."""
    ping: float = 10.0
    """Between two pings of the server."""
    lifetime: float = 18_060.0
    """Of a connection, until it is refreshed."""
    warning: float = 10.0
    """From the warning of a refresh to the refresh."""


class SocketMode:
    """Delivers to any one of the app's open connections, in turn.

    The server routes GET /link/ to `connect` and answers apps.connections.open with `open_url`. Each attempt
    at a delivery takes a fault of the method `socket`, which then strikes the connection that was chosen:
    deaf, drop, or disconnect. A server that stops has to `close` first: open connections keep it waiting.
    """

    def __init__(
        self,
        faults: Faults,
        *,
        app_id: str = "A0SANDBOX",
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._faults = faults
        self._app_id = app_id
        self._pace = pace or Pace()
        self._clock = clock
        self._tickets: dict[str, float] = {}
        self._open: list[Connection] = []
        self._turns = itertools.count()
        self._hosts = itertools.count(1)
        self._acknowledgements: dict[str, asyncio.Future[dict[str, Any] | None]] = {}
        self._retries = Retries(self._pace.retries)

    @property
    def connections(self) -> int:
        """How many connections are open, deaf ones included."""
        return len(self._open)

    def open_url(self, base: str) -> str:
        """Return a WebSocket URL for one connection within 30 s; `base` is the server's http or ws URL."""
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = self._clock() + TICKET_SECONDS
        root = base.rstrip("/").replace("http", "ws", 1)
        return f"{root}/link/?ticket={ticket}&app_id={self._app_id}"

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a connection until it ends. Raises HTTPNotFound for a ticket that is unknown, used or old."""
        if self._tickets.pop(request.query.get("ticket", ""), 0.0) <= self._clock():
            raise web.HTTPNotFound
        host = f"applink-{next(self._hosts)}"
        connection = Connection(request, host)
        await connection.socket.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await connection.end("too_many_websockets")
            return connection.socket
        self._open.append(connection)
        chores = [
            asyncio.create_task(connection.keep_pinging(self._pace.ping)),
            asyncio.create_task(connection.age(self._pace.lifetime, self._pace.warning)),
        ]
        try:
            await connection.send(self._hello(host))
            await self._listen(connection)
        finally:
            self._open.remove(connection)
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
        return connection.socket

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Answer:
        """See `Transport`. Each attempt has its own envelope; a retry goes to another connection if any."""
        if kind not in KINDS:
            raise ValueError(f"no kind of delivery: {kind}")
        tried: list[Connection] = []

        async def attempt(number: int, reason: str) -> tuple[Answer, str]:
            envelope = _envelope(kind, payload)
            if kind == EVENTS_API:
                envelope |= {"retry_attempt": number, "retry_reason": reason}
            answer = await self._send(envelope, tried)
            again = kind == EVENTS_API and not answer.acknowledged
            return answer, "timeout" if again else ""

        return await self._retries.deliver(attempt)

    async def deafen(self, count: int = 0) -> None:
        """Make the `count` oldest connections deaf, 0 for all: what is sent there from now on is lost."""
        for connection in self._some(count):
            connection.deaf = True

    async def drop(self, count: int = 0) -> None:
        """Cut the `count` oldest connections, 0 for all, without a closing handshake."""
        for connection in self._some(count):
            connection.cut()

    async def refresh(self, reason: str = "warning", count: int = 0) -> None:
        """Ask the app to leave the `count` oldest connections, 0 for all.

        After `warning`, the connection is closed with `refresh_requested` some seconds later; after any other
        reason (`refresh_requested`, `link_disabled`) at once.
        """
        for connection in self._some(count):
            await self._refresh(connection, reason)

    async def close(self) -> None:
        """Close every connection and give up what is to be delivered again."""
        await self._retries.close()
        await asyncio.gather(*(connection.socket.close() for connection in self._open))

    def _some(self, count: int) -> list[Connection]:
        return self._open[: count or None]

    async def _refresh(self, connection: Connection, reason: str) -> None:
        if reason == "warning":
            connection.warned.set()
        else:
            await connection.end(reason)

    def _hello(self, host: str) -> dict[str, Any]:
        info = {
            "host": host,
            "build_number": _BUILD,
            "approximate_connection_time": int(self._pace.lifetime),
        }
        return {
            "type": "hello",
            "num_connections": self.connections,
            "debug_info": info,
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, connection: Connection) -> None:
        """Answer pings and take acknowledgements until the connection ends."""
        async for message in connection.socket:
            if connection.deaf:
                continue
            if message.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionError):
                    await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._take(message.data)

    def _take(self, text: str) -> None:
        """Settle the delivery that a message acknowledges; anything else is ignored, as Slack does."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        waiting = self._acknowledgements.get(str(message.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(message.get("payload"))

    async def _send(self, envelope: dict[str, Any], tried: list[Connection]) -> Answer:
        """Send to one connection, rather to one that was not tried, and wait for the acknowledgement."""
        await asyncio.sleep(0)  # whoever delivers until there is a connection must let it come about
        choice = [one for one in self._open if one not in tried] or self._open
        if not choice:
            return Answer(acknowledged=False, payload=None, seconds=0.0, problem=DISPATCH_FAILED)
        connection = choice[next(self._turns) % len(choice)]
        tried.append(connection)
        await self._strike(connection)
        identifier = envelope["envelope_id"]
        waiting = asyncio.get_running_loop().create_future()
        self._acknowledgements[identifier] = waiting
        start = time.monotonic()
        try:
            await connection.send(envelope)
            payload = await asyncio.wait_for(waiting, self._pace.limit)
        except TimeoutError:
            return Answer(False, None, time.monotonic() - start, OPERATION_TIMEOUT)
        finally:
            self._acknowledgements.pop(identifier, None)
        accepted = payload if envelope["accepts_response_payload"] else None
        return Answer(True, accepted, time.monotonic() - start, "")

    async def _strike(self, connection: Connection) -> None:
        """Let the next fault of the sockets hit a connection."""
        fault = self._faults.take(SOCKET, "")
        if fault is None:
            return
        if fault.kind == "deaf":
            connection.deaf = True
        elif fault.kind == "drop":
            connection.cut()
        elif fault.kind == "disconnect":
            await self._refresh(connection, fault.error)


def _envelope(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    answers = kind == SLASH_COMMANDS or (kind == INTERACTIVE and payload.get("type") not in _WITHOUT_RESPONSE)
    return {
        "envelope_id": str(uuid.uuid4()),
        "payload": payload,
        "type": kind,
        "accepts_response_payload": answers,
    }
