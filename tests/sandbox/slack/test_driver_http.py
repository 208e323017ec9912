import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, asks, button, modal, section


class Remote:
    """The driver from another process's point of view."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        async with self._http.request(method, f"{self._url}/sandbox/{path}", json=body) as response:
            return response.status, await response.json()


@pytest.fixture
async def remote(slack: SandboxSlack) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as http:
        yield Remote(http, slack.url)


async def test_a_conversation_can_be_driven_and_seen(
    client: AsyncWebClient, listener: Listener, remote: Remote
) -> None:
    listener.acknowledge(text="One moment")
    status, shown = await remote("POST", "command", {"user": "alice", "channel": "#ops", "text": "a"})
    assert (status, shown["acknowledged"], shown["message"]["words"]) == (200, True, "One moment")
    listener.acknowledge()
    posted = await client.chat_postMessage(
        channel="#ops", text="x", blocks=[section("Ready"), actions(button())]
    )
    _, clicked = await remote("POST", "click", {"user": "bob", "channel": "ops", "ts": "", "action": "go"})
    assert clicked["payload"]["message"]["ts"] == posted["ts"]
    view = modal(asks({"type": "plain_text_input", "action_id": "it"}))
    await client.views_open(trigger_id=clicked["payload"]["trigger_id"], view=view)
    assert (await remote("GET", "users/bob/view"))[1]["view"]["type"] == "modal"
    _, submitted = await remote("POST", "submit", {"user": "bob", "values": {"it": "x"}})
    assert submitted["view"] is None
    _, said = await remote(
        "POST", "say", {"user": "carol", "channel": "#ops", "text": "Thanks", "thread_ts": posted["ts"]}
    )
    assert said["message"]["thread_ts"] == posted["ts"]
    _, seen = await remote("GET", "channels/ops/messages")
    assert [it["words"] for it in seen["messages"]] == ["Ready\nWords"]
    assert [it["words"] for it in seen["messages"][0]["replies"]] == ["Thanks"]
    _, own = await remote("GET", "users/alice/ephemerals")
    assert [it["words"] for it in own["messages"]] == ["One moment"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "dance", {}, 404, "no action dance"),
        ("POST", "command", {"user": "alice"}, 400, "missing: channel"),
        ("POST", "command", {"user": "alice", "channel": "#ops", "mood": 1}, 400, "unknown: mood"),
        ("POST", "command", {"user": 7, "channel": "#ops"}, 400, "Expected `str`"),
        ("POST", "command", [], 400, "not a JSON object"),
        ("POST", "command", {"user": "zoe", "channel": "#ops"}, 404, "no user zoe"),
        ("POST", "say", {"user": "carol", "channel": "#old", "text": "x"}, 400, "is not in"),
        ("POST", "submit", {"user": "alice"}, 404, "no modal"),
        ("GET", "channels/nowhere/messages", None, 404, "no channel nowhere"),
        ("GET", "wait?channel=ops&mood=1", None, 400, "mood"),
        ("GET", "wait?channel=ops&timeout=soon", None, 400, "soon"),
        ("GET", "wait?channel=ops&text=never&timeout=0.01", None, 504, "in time"),
        ("PUT", "faults", [{"method": "chat.*", "kind": "nonsense"}], 400, "nonsense"),
        ("PUT", "faults", {"method": "chat.*"}, 400, "array"),
        ("PUT", "scopes", {"scope": []}, 400, "scope"),
        ("POST", "users", {"name": "alice"}, 400, "already"),
        ("POST", "users", {"name": "dave", "tz": "Moon"}, 400, "Moon"),
        ("POST", "channels", {"name": "ops"}, 400, "already"),
        ("POST", "socket", {"do": "dance"}, 400, "dance"),
        ("PUT", "usergroups/none", {"users": []}, 404, "no user group"),
    ],
)
async def test_bad_input_is_told_what_is_wrong_with_it(
    remote: Remote, method: str, path: str, body: object, status: int, said: str
) -> None:
    got, answer = await remote(method, path, body)
    assert got == status
    assert said in answer["error"]


async def test_waiting_ends_when_it_is_there(
    slack: SandboxSlack, client: AsyncWebClient, remote: Remote
) -> None:
    version = (await remote("GET", "state"))[1]["version"]
    waits = [
        asyncio.create_task(remote("GET", path))
        for path in (
            "wait?channel=ops&text=Ready&timeout=30",
            "wait?channel=ops&reaction=eyes&timeout=30",
            f"wait?version={version}&timeout=30",
            "wait?user=alice&text=Home&timeout=30",
        )
    ]
    posted = await client.chat_postMessage(channel="#ops", text="Reading")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Ready")
    await client.reactions_add(channel=posted["channel"], timestamp=posted["ts"], name="eyes")
    view = {"type": "home", "blocks": [section("Home")]}
    await client.views_publish(user_id=ident(slack, "alice"), view=view)
    (_, ready), (_, reacted), (_, newer), (_, home) = await asyncio.gather(*waits)
    assert ready["message"]["ts"] == reacted["message"]["ts"] == posted["ts"]
    assert newer["version"] > version
    assert home["view"]["type"] == "home"


async def test_the_scene_can_be_set(slack: SandboxSlack, client: AsyncWebClient, remote: Remote) -> None:
    assert (await remote("POST", "users", {"name": "dave", "tz": "Asia/Tokyo"}))[1]["user"][
        "tz_offset"
    ] == 32400
    body = {"name": "news", "members": ["dave", "readiness"], "restricted": "restricted_action"}
    assert (await remote("POST", "channels", body))[1]["channel"]["is_member"]
    post = {"channel": "#news", "text": "Words"}
    assert await outcome(client, "chat.postMessage", **post) == "restricted_action"
    await remote("PUT", "channels/news", {"restricted": "", "name": "olds"})
    assert await outcome(client, "chat.postMessage", **post) == "channel_not_found"
    assert await outcome(client, "chat.postMessage", **post | {"channel": "#olds"}) == "ok"
    await remote("POST", "usergroups", {"handle": "dev", "users": ["dave"]})
    changed = await remote("PUT", "usergroups/dev", {"users": ["alice"]})
    assert changed[1]["usergroup"]["users"] == [ident(slack, "alice")]
    await remote("PUT", "scopes", {"scopes": ["users:read"]})
    assert await outcome(client, "chat.postMessage", **post) == "missing_scope"
    await remote("PUT", "tokens", {"revoked": ["bot"]})
    assert await outcome(client, "users.list") == "token_revoked"
    before = slack.workspace.now()
    assert (await remote("POST", "clock", {"seconds": 3600}))[1]["now"] >= before + 3600


async def test_faults_are_put_seen_and_removed(client: AsyncWebClient, remote: Remote) -> None:
    fault = {
        "method": "chat.postMessage",
        "channel": "#ops",
        "kind": "error",
        "error": "is_archived",
        "times": 0,
    }
    _, answer = await remote("PUT", "faults", [fault])
    assert answer["faults"][0]["channel"].startswith("C")
    post = {"text": "Words"}
    assert await outcome(client, "chat.postMessage", channel="#ops", **post) == "is_archived"
    assert await outcome(client, "chat.postMessage", channel="#general", **post) == "ok"
    assert (await remote("DELETE", "faults"))[1] == {"faults": []}
    assert await outcome(client, "chat.postMessage", channel="#ops", **post) == "ok"


async def test_calls_and_deliveries_are_remembered_without_tokens(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener, remote: Remote
) -> None:
    listener.acknowledge()
    await slack.people.command("alice", "#ops", "list")
    await client.chat_postMessage(channel="#ops", text="Words")
    _, answer = await remote("GET", "calls")
    (call,) = answer["calls"]
    assert (call["method"], call["channel"]) == ("chat.postMessage", ident(slack, "#ops"))
    assert (call["answer"], call["status"], call["arguments"]["text"]) == ("ok", 200, "Words")
    await slack.deliveries.settled()
    _, answer = await remote("GET", "deliveries")
    assert [it["kind"] for it in answer["deliveries"]] == ["slash_commands", "events_api"]
    assert answer["deliveries"][0]["answer"]["acknowledged"]
    assert slack.bot_token not in str(answer)


async def test_the_manifest_of_the_app_is_what_it_starts_with() -> None:
    async with SandboxSlack() as slack:
        assert slack.workspace.app.commands == {"/readiness"}
        assert slack.context.scopes == slack.workspace.app.scopes
        assert "chat:write" in slack.context.scopes
    assert "chat:write.public" not in App().scopes
