"""Socket Mode when it goes wrong: a socket that is deaf, cut or refreshed is replaced."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from bot.serve.app import bolt_app, identify, web_client
from bot.serve.socket import Socket
from bot.serve.tokens import Tokens
from checks.errors import UsageError
from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.socket_mode import Pace
from handlers.request import Request
from tests.e2e.slack.stage import eventually
from tests.handlers.memory import RememberingTopics, anywhere

PING, GRACE = 0.2, 1.5
"""Seconds; the SDK reconnects by itself after four pings."""


@dataclass
class Ears:
    """What a socket hears."""

    slack: SandboxSlack
    socket: Socket
    heard: list[str] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody has said `slow`, and is not heard before `go`."""
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def command(self, text: str) -> Shown:
        """Type commands, until one is heard: what is sent into a deaf socket is lost."""

        async def typed() -> Shown:
            return await self.slack.people.command("alice", "#ops", text)

        deadline = asyncio.get_running_loop().time() + 30
        while not (shown := await typed()).acknowledged:
            assert asyncio.get_running_loop().time() < deadline, shown.problem
            await asyncio.sleep(0.05)
        return shown


@asynccontextmanager
async def listening(slack: SandboxSlack, *, ping: float = PING, grace: float = GRACE) -> AsyncIterator[Ears]:
    tokens = Tokens(slack.bot_token, slack.app_token, api_url=slack.api_url)
    async with web_client(tokens) as client:

        async def ask(request: Request) -> None:
            if request.said == "slow":
                ears.busy.set()
                await ears.go.wait()
            ears.heard.append(request.said)

        app = bolt_app(client, tokens, await identify(client), ask, RememberingTopics(), anywhere)
        ears = Ears(slack, Socket(app, tokens.app, ping=ping, grace=grace))
        task = asyncio.create_task(ears.socket.run())
        try:
            await eventually(lambda: slack.socket.connections or task.done(), "a connection")
            yield ears
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async with SandboxSlack(pace=Pace(limit=1.0)) as entered:
        yield entered


async def test_a_deaf_socket_is_replaced(slack: SandboxSlack) -> None:
    async with listening(slack) as ears:
        await ears.command("before")
        await slack.socket.deafen()
        await ears.command("after")
        assert {*ears.heard} == {"before", "after"}
        await eventually(lambda: ears.socket.age < GRACE, "a sign of life")


async def test_a_deaf_socket_whose_client_does_not_notice(
    slack: SandboxSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def nothing(self: object) -> None:  # noqa: ARG001 - the SDK's
        await asyncio.Event().wait()

    monkeypatch.setattr("slack_sdk.socket_mode.aiohttp.SocketModeClient.monitor_current_session", nothing)
    async with listening(slack) as ears:
        await ears.command("before")
        await slack.socket.deafen()
        await ears.command("after")
    assert {*ears.heard} == {"before", "after"}
    assert "the socket to Slack was deaf for" in caplog.text


async def test_a_quiet_socket_is_not_taken_for_a_deaf_one(
    slack: SandboxSlack, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(slack, ping=0.5, grace=2.5) as ears:
        await asyncio.sleep(3)
        assert ears.socket.age < 2.5
    assert "deaf" not in caplog.text


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_a_refresh(slack: SandboxSlack, reason: str) -> None:
    async with listening(slack) as ears:
        await ears.command("before")
        await slack.socket.refresh(reason)
        await ears.command("after")
        assert {*ears.heard} == {"before", "after"}


async def test_a_refresh_while_a_command_is_answered(slack: SandboxSlack) -> None:
    async with listening(slack) as ears:
        command = asyncio.create_task(slack.people.command("alice", "#ops", "slow"))
        await ears.busy.wait()
        await slack.socket.refresh("refresh_requested")
        ears.go.set()
        await command
        await ears.command("after")
        assert {*ears.heard} == {"slow", "after"}


async def test_a_connection_that_is_cut(slack: SandboxSlack) -> None:
    async with listening(slack) as ears:
        await ears.command("before")
        slack.faults.put(Fault("apps.connections.open", "status", status=503, times=2))
        await slack.socket.drop()
        await ears.command("after")
        assert {*ears.heard} == {"before", "after"}


async def test_no_handshake_for_a_while(
    slack: SandboxSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.serve.socket.CONNECT", 1.0)
    good = slack.context.open_socket
    assert good
    addresses = iter(["http://127.0.0.1:9", slack.url])
    slack.context.open_socket = lambda base: good(next(addresses, base))
    async with listening(slack) as ears:
        await ears.command("hello")
    assert "no socket to Slack, next try in 1 s: no answer" in caplog.text


async def test_the_token_is_refused(slack: SandboxSlack) -> None:
    slack.tokens.revoked = {"app"}
    with pytest.raises(UsageError, match=r"^Slack refuses SLACK_APP_TOKEN \(token_revoked\)$"):
        async with listening(slack):
            pass


async def test_a_command_that_is_being_acknowledged_when_it_ends(slack: SandboxSlack) -> None:
    async with listening(slack) as ears:
        command = asyncio.create_task(slack.people.command("alice", "#ops", "slow"))
        await ears.busy.wait()
        asyncio.get_running_loop().call_later(0.2, ears.go.set)
    assert (await command).acknowledged
    assert ears.heard == ["slow"]
