"""The workspace with a real app of Bolt's in it, over both ways to it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.endpoints import serving
from tests.sandbox.slack.kit import actions, asks, button, home, modal, section

Way = Callable[[SandboxSlack], AbstractAsyncContextManager[None]]


def app_in(slack: SandboxSlack) -> AsyncApp:
    """An app that answers everything a person can do."""
    client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    reason = asks({"type": "plain_text_input", "action_id": "reason"}, block_id="why")

    @app.command("/readiness")
    async def command(ack: AsyncAck, command: dict[str, str], client: AsyncWebClient) -> None:
        await ack(f"Checking {command['text']}")
        blocks = [section("Ready"), actions(button("waive"))]
        await client.chat_postMessage(channel=command["channel_id"], text="Ready", blocks=blocks)

    @app.action("waive")
    async def waive(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(reason, callback_id="waiver"))

    @app.view("waiver")
    async def waiver(ack: AsyncAck, view: dict[str, Any]) -> None:
        said = view["state"]["values"]["why"]["reason"]["value"]
        await (ack() if said == "good" else ack(response_action="errors", errors={"why": "Say more"}))

    @app.event("app_mention")
    async def mention(event: dict[str, Any], say: AsyncSay) -> None:
        await say("You called?", thread_ts=event["ts"])

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home(section("Welcome")))

    @app.event("message")
    async def message() -> None:
        """Nothing is said to a message without a mention."""

    return app


@contextlib.asynccontextmanager
async def over_socket(slack: SandboxSlack) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app_in(slack), slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@contextlib.asynccontextmanager
async def over_http(slack: SandboxSlack) -> AsyncIterator[None]:
    async with serving(app_in(slack).web_app()) as url:
        slack.use_http(url)
        yield


@pytest.mark.parametrize("way", [over_socket, over_http])
async def test_a_real_app_holds_a_conversation(way: Way) -> None:
    async with SandboxSlack(app=App()) as slack, way(slack):
        shown = await slack.people.command("alice", "#ops", "cluster-a")
        assert shown.message is not None
        assert shown.message.text == "Checking cluster-a"
        await slack.message("#ops", "Ready")
        await slack.people.click("alice", "#ops", "", "waive")
        await slack.modal("alice")
        assert (await slack.people.submit("alice", {"reason": "bad"})).errors == {"why": "Say more"}
        assert (await slack.people.submit("alice", {"reason": "good"})).view is None
        said = await slack.people.say("bob", "#ops", "@readiness hello")
        assert (await slack.message("#ops", "You called?")).thread_ts == said.ts
        await slack.people.open_home("carol")
        await slack.home("carol", "Welcome")
        await slack.deliveries.settled()
        assert all(it.answer.acknowledged for it in slack.deliveries.log)


async def test_the_command_line_prints_the_environment_and_serves() -> None:
    command = [sys.executable, "-m", "deploy.sandbox.slack"]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(5)]
    given = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines[:4])
    client = AsyncWebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"])
    assert (await client.auth_test())["ok"]
    async with aiohttp.ClientSession() as http, http.get(lines[4].split()[-1]) as response:
        assert response.status == 200
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0
