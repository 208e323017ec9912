"""A stand-in for a Slack workspace with one app in it, over Slack's own wire protocols.

async with SandboxSlack() as slack:
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    ...  # start the app with slack.environment()
    await slack.people.command("alice", "#ops", "cluster-a")
    message = await slack.message("#ops", "cluster-a is ready")
    await slack.people.click("alice", "#ops", message.ts, "Run again")

Over HTTP the same is at `/sandbox/`: see `driver`; at `/` there is a page for people.
"""

import time
from collections.abc import Callable

from aiohttp import web

from deploy.sandbox.serving import Server, listen
from deploy.sandbox.slack.acting.payloads import Payloads
from deploy.sandbox.slack.api.calls import Call
from deploy.sandbox.slack.api.context import Context
from deploy.sandbox.slack.api.doors import Doors
from deploy.sandbox.slack.api.response_urls import ResponseUrls
from deploy.sandbox.slack.api.tokens import Tokens
from deploy.sandbox.slack.api.uploads import Uploads
from deploy.sandbox.slack.api.web_api import WebApi
from deploy.sandbox.slack.defaults import furnish
from deploy.sandbox.slack.deliveries import Deliveries
from deploy.sandbox.slack.driver import Driver
from deploy.sandbox.slack.faults import Faults
from deploy.sandbox.slack.manifest import App, read_manifest
from deploy.sandbox.slack.model import Message, View
from deploy.sandbox.slack.page.routes import Page
from deploy.sandbox.slack.people import People
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.seeing import Sought, find_message, words_of_view
from deploy.sandbox.slack.signed_http import SignedHttp
from deploy.sandbox.slack.socket_mode import Pace, SocketMode
from deploy.sandbox.slack.transport import Transport
from deploy.sandbox.slack.workspace import Workspace

_BODY = 64 * 1024**2


class SandboxSlack(Server):
    """A workspace that listens on 127.0.0.1 while it is entered; port 0 takes a free one.

    Without `app` it has what the manifest asks for. Deliveries go over Socket Mode at `pace`, or with
    `request_url` signed over HTTP. `rates` None enforces Slack's. Raises OSError where the port is taken.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        app: App | None = None,
        request_url: str = "",
        pace: Pace | None = None,
        rates: Rates | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.workspace = furnish(Workspace(app or read_manifest(), clock))
        self.tokens = Tokens()
        self.faults = Faults()
        self.context = Context(self.workspace, self.workspace.app.scopes)
        self.socket = SocketMode(self.faults, app_id=self.workspace.app_id, pace=pace or Pace())
        self.transport: Transport = self.socket
        self.context.open_socket = self.socket.open_url
        if request_url:
            self.use_http(request_url)
        self.deliveries = Deliveries(self.context, lambda: self.transport)
        self.doors = Doors(self.workspace, self.faults, rates or Rates())
        self._payloads = Payloads(self.workspace)
        self.people = People(self.workspace, self.deliveries, self._payloads)
        self.url = ""
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """What `SLACK_API_URL` and `base_url` take."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The token of the bot user."""
        return self.tokens.bot

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self.tokens.app

    @property
    def signing_secret(self) -> str:
        """What requests over HTTP are signed with."""
        return self.tokens.signing_secret

    @property
    def calls(self) -> list[Call]:
        """Every request of the app, oldest first; it may be cleared."""
        return self.doors.calls

    def environment(self) -> dict[str, str]:
        """Return the variables that an app is started with."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    def use_http(self, request_url: str) -> None:
        """Deliver to a request URL from now on, signed, and refuse Socket Mode."""
        self.transport = SignedHttp(request_url, self.signing_secret)
        self.context.open_socket = None

    async def message(self, channel: str, text: str = "", *, timeout: float = 5.0, **sought: str) -> Message:  # noqa: ASYNC109
        """Return the newest message that fits, once there is one; `sought` are the other fields of `Sought`.

        Raises TimeoutError after `timeout` seconds.
        """
        wanted = Sought(channel, text, **sought)
        return await self.workspace.until(lambda: find_message(self.workspace, wanted), timeout)

    async def modal(self, user: str, text: str = "", *, timeout: float = 5.0) -> View:  # noqa: ASYNC109
        """Return the modal a person sees, once there is one with these words. Raises TimeoutError."""
        ident = self.workspace.user(user).id
        return await self._view(lambda: self.workspace.modal(ident), text, timeout)

    async def home(self, user: str, text: str = "", *, timeout: float = 5.0) -> View:  # noqa: ASYNC109
        """Return the Home tab of a person, once it has these words. Raises TimeoutError."""
        ident = self.workspace.user(user).id
        return await self._view(lambda: self.workspace.home(ident), text, timeout)

    async def _view(self, look: Callable[[], View | None], text: str, timeout: float) -> View:  # noqa: ASYNC109
        def find() -> View | None:
            view = look()
            return view if view and text in words_of_view(view) else None

        return await self.workspace.until(find, timeout)

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        app = web.Application(client_max_size=_BODY)
        api = WebApi(self.context, self.tokens, self.doors)
        uploads = Uploads(self.workspace, self.tokens, self.doors)
        app.router.add_route("*", "/api/{method}", api.handle)
        app.router.add_post("/response/{id}", ResponseUrls(self.workspace, self.doors).handle)
        app.router.add_post("/upload/v1/{ticket}", uploads.receive)
        app.router.add_get("/files-pri/{team}-{file}/{rest:.*}", uploads.send)
        app.router.add_get("/link/", self.socket.connect)
        Driver(self).route(app.router)
        Page(self).route(app.router)
        # Who is kept waiting hears of the end from `close`: nothing to wait for.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self.url = f"http://{await listen(self._runner, self._port)}"
        self.context.base_url = self._payloads.url = self.workspace.files_url = self.url

    async def close(self) -> None:
        """Stop listening, give up what is under way and close every connection."""
        self.doors.close()
        await self.deliveries.close()
        await self.transport.close()
        await self.socket.close()
        if self._runner:
            await self._runner.cleanup()
