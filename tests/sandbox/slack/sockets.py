"""What the tests of Socket Mode share: a server with nothing else, the real client, and a bare socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.faults import Fault, Faults
from deploy.sandbox.slack.socket_mode import Pace, SocketMode
from tests.sandbox.slack.waiting import until

PATIENT = Pace(limit=30.0, retries=())


@dataclass
class Slack:
    """A server with nothing but apps.connections.open and the sockets."""

    mode: SocketMode
    url: str = ""

    async def open(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xapp-1"
        return web.json_response({"ok": True, "url": self.mode.open_url(self.url)})


@contextlib.asynccontextmanager
async def slack(
    pace: Pace = PATIENT, *faults: Fault, clock: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[Slack]:
    server = Slack(SocketMode(Faults(*faults), app_id="A1", pace=pace, clock=clock))
    routes = web.Application()
    routes.router.add_post("/api/apps.connections.open", server.open)
    routes.router.add_get("/link/", server.mode.connect)
    runner = web.AppRunner(routes)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await server.mode.close()
        await runner.cleanup()


@dataclass
class App:
    """What the real client received, and what it acknowledges with: None for not at all."""

    answers: Callable[[SocketModeRequest], dict[str, Any] | None]
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def listen(
        self, _: AsyncBaseSocketModeClient, message: dict[str, Any], __: str | None = None
    ) -> None:
        self.messages.append(message)

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = self.answers(request)
        if payload is not None:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload or None))

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]


@contextlib.asynccontextmanager
async def app(
    server: Slack,
    answers: Callable[[SocketModeRequest], dict[str, Any] | None] = lambda _: {},
    ping_interval: float = 10,
) -> AsyncIterator[App]:
    web_client = AsyncWebClient(base_url=f"{server.url}/api/")
    client: Any = SocketModeClient("xapp-1", web_client=web_client, ping_interval=ping_interval)
    it = App(answers)
    client.message_listeners.append(it.listen)
    client.socket_mode_request_listeners.append(it.handle)
    try:
        await client.connect()
        await until(lambda: bool(it.of_type("hello")))
        yield it
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def socket(server: Slack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket without a client around it, which has read the hello."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.mode.open_url(server.url), autoping=False) as it,
    ):
        assert (await it.receive_json())["type"] == "hello"
        yield it


async def rest(it: aiohttp.ClientWebSocketResponse) -> list[aiohttp.WSMessage]:
    """All that comes until the end, which is not counted."""
    async with asyncio.timeout(30):
        return [message async for message in it]
