"""Socket Mode, watched: a socket that has gone deaf is replaced, client and all.

The SDK reconnects by itself in most cases. In some it does not: its receiver or monitor stops while the
connection stands, or it tries one address for ever although that was good for one attempt. Whatever the
cause, no sign of life within the grace means a new client.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.serve.tokens import APP_LEVEL
from checks.errors import UsageError
from handlers.delivery.calls import Calls
from handlers.delivery.errors import Kind, SlackRefused

log = logging.getLogger(__name__)

PING = 10.0
"""Seconds between two pings; without an answer to four, the SDK reconnects by itself."""

GRACE = 60.0
"""Seconds without a sign of life after which the client is replaced."""

CONNECT = 30.0
CLOSE = 5.0
LAST = 3.0
"""Seconds that an acknowledgement may still take when the socket is closed: Slack waits no longer."""
LONGEST_PAUSE = 60.0


class Socket:
    """One connection to Slack, kept alive while `run` is awaited."""

    def __init__(self, app: AsyncApp, app_token: str, *, ping: float = PING, grace: float = GRACE) -> None:
        self._app = app
        self._token = app_token
        self._ping = ping
        self._grace = grace
        self._heard = time.monotonic()
        self._calls = Calls(lambda: datetime.now(UTC), asyncio.sleep)
        self._handling: set[asyncio.Task[Any]] = set()
        self._connected: datetime | None = None

    def connected(self) -> datetime | None:
        """Return since when the connection stands; null while there is none."""
        return self._connected

    @property
    def age(self) -> float:
        """Seconds since the last sign of life."""
        return time.monotonic() - self._heard

    async def run(self) -> None:
        """Stay connected until cancelled. Raises `UsageError` where Slack does not take the token."""
        pause = 1.0
        while True:
            handler = self._handler()
            try:
                await self._connect(handler)
                self._connected = datetime.now(UTC)
                log.info("connected to Slack")
                pause = 1.0
                await self._watch(handler)
                log.warning("the socket to Slack was deaf for %.0f s: a new one is opened", self.age)
                continue
            except (TimeoutError, OSError, aiohttp.ClientError) as error:
                log.warning("no socket to Slack, next try in %.0f s: %s", pause, str(error) or "no answer")
            finally:
                self._connected = None
                await self._close(handler)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _handler(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=self._ping)
        client = handler.client
        client.on_message_listeners.append(self._hear)
        client.socket_mode_request_listeners[:] = [self._counted(handler.handle)]
        client.proxy = self._app.client.proxy  # not the SDK's own idea of it
        self._heard = time.monotonic()
        return handler

    def _counted(
        self, handle: Callable[[Any, SocketModeRequest], Awaitable[None]]
    ) -> Callable[[Any, SocketModeRequest], Awaitable[None]]:
        """Keep account of what is being handled, so that closing can wait for its acknowledgement."""

        async def handled(client: object, request: SocketModeRequest) -> None:
            task = asyncio.ensure_future(handle(client, request))
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)
            await task

        return handled

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        client = handler.client
        async with asyncio.timeout(CONNECT):
            try:
                answer = await self._calls.once(
                    client.web_client.apps_connections_open, app_token=self._token
                )
            except SlackRefused as refused:
                if refused.kind is Kind.APP:
                    raise UsageError(f"Slack refuses SLACK_APP_TOKEN ({refused.code})", APP_LEVEL) from None
                raise OSError(f"Slack offers none ({refused.code})") from None
            client.wss_uri = answer.get("url")
            if not client.wss_uri:
                raise OSError("Slack offers none")
            # Only now: with a token that is refused it would try for ever.
            await handler.connect_async()  # type: ignore[no-untyped-call]

    async def _hear(self, _message: object) -> None:
        self._heard = time.monotonic()

    async def _watch(self, handler: AsyncSocketModeHandler) -> None:
        """Return when nothing was heard for the grace."""
        answered = handler.client.last_ping_pong_time
        while self.age < self._grace:
            await asyncio.sleep(self._ping / 5)
            latest = handler.client.last_ping_pong_time
            # From null it is the SDK that starts to wait, not Slack that answers.
            if answered is not None and latest not in (None, answered):
                self._heard = time.monotonic()
            answered = latest

    async def _close(self, handler: AsyncSocketModeHandler) -> None:
        if self._handling:
            await asyncio.wait(self._handling, timeout=LAST)
        with suppress(Exception):
            async with asyncio.timeout(CLOSE):
                await handler.close_async()  # type: ignore[no-untyped-call]
