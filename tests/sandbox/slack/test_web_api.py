import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.api.web_api import HANDLERS
from deploy.sandbox.slack.faults import CallKind, Fault
from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.scopes import METHODS
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome, post_raw
from tests.sandbox.slack.waiting import until


def test_every_method_it_answers_has_its_scopes_declared() -> None:
    assert set(HANDLERS) <= set(METHODS)


async def test_the_token_says_who_calls(slack: SandboxSlack, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == slack.workspace.bot.id
    assert answer["bot_id"] == slack.workspace.bot_id
    assert answer["url"] == "https://sandbox.slack.com/"
    assert set(answer.headers["x-oauth-scopes"].split(",")) == slack.context.scopes


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("bot", "apps.connections.open", "not_allowed_token_type"),
        ("app", "auth.test", "not_allowed_token_type"),
        ("bot", "chat.sendLetter", "unknown_method"),
        ("", "api.test", "ok"),
    ],
)
async def test_tokens_are_checked(slack: SandboxSlack, token: str, method: str, error: str) -> None:
    known = {"bot": slack.bot_token, "app": slack.app_token}
    client = AsyncWebClient(known.get(token, token), base_url=slack.api_url)
    assert await outcome(client, method) == error


async def test_a_revoked_token_is_refused(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.tokens.revoked.add("bot")
    assert await outcome(client, "auth.test") == "token_revoked"
    _, answer = await post_raw(
        slack, "apps.connections.open", headers={"Authorization": f"Bearer {slack.app_token}"}
    )
    assert answer["ok"]


@pytest.mark.parametrize("kind", ["data", "json"])
async def test_forms_and_json_say_the_same(slack: SandboxSlack, kind: str) -> None:
    blocks: Any = [{"type": "divider"}]
    arguments = {
        "channel": ident(slack, "#ops"),
        "blocks": '[{"type": "divider"}]' if kind == "data" else blocks,
    }
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    response, answer = await post_raw(slack, "chat.postMessage", headers=headers, **{kind: arguments})
    assert response.content_type == "application/json"
    assert [it["type"] for it in answer["message"]["blocks"]] == ["divider"]
    assert answer.get("warning") == (None if kind == "data" else "missing_charset")
    assert response.headers["x-accepted-oauth-scopes"] == "chat:write"


async def test_a_token_may_be_an_argument_of_a_form_and_is_not_remembered(slack: SandboxSlack) -> None:
    form = aiohttp.FormData()
    form.add_field("token", slack.bot_token)
    form.add_field("foo", "bar", content_type="text/plain")  # makes it multipart
    for data in ({"token": slack.bot_token, "foo": "bar"}, form):
        assert (await post_raw(slack, "auth.test", data=data))[1]["ok"]
    assert (await post_raw(slack, "auth.test", json={"token": slack.bot_token}))[1]["error"] == "not_authed"
    assert [call.arguments for call in slack.calls] == [{"foo": "bar"}, {"foo": "bar"}, {}]


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/x-www-form-urlencoded", b"%ff=%fe&&", "invalid_form_data"),
        ("text/csv", b"a,b", "invalid_post_type"),
    ],
)
async def test_bodies_that_cannot_be_read(
    slack: SandboxSlack, content_type: str, body: bytes, error: str
) -> None:
    _, answer = await post_raw(slack, "auth.test", data=body, headers={"Content-Type": content_type})
    assert answer == {"ok": False, "error": error}


async def test_a_missing_scope_is_named() -> None:
    async with SandboxSlack(app=App(scopes=frozenset({"chat:write", "channels:read"}))) as slack:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        _, answer = await post_raw(slack, "reactions.add", headers=headers)
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "reactions:write"
        assert answer["provided"] == "channels:read,chat:write"
        # which scope reads a channel is a matter of its kind
        slack.workspace.channel("private-sre").members.append(slack.workspace.bot.id)
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        for name, expected in (("#ops", "ok"), ("#private-sre", "missing_scope")):
            assert await outcome(client, "conversations.info", channel=ident(slack, name)) == expected
        assert await outcome(client, "conversations.list", types="public_channel,im") == "missing_scope"


async def test_missing_arguments_are_named(slack: SandboxSlack) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    _, answer = await post_raw(slack, "conversations.info", headers=headers)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_too_many_calls_are_told_how_long_to_wait(slack: SandboxSlack) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    data = {"channel": ident(slack, "#ops"), "text": "Words"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for _ in range(50):
            async with http.post(slack.api_url + "chat.postMessage", data=data) as response:
                if response.status == 429:
                    assert await response.json() == {"ok": False, "error": "ratelimited"}
                    assert int(response.headers["Retry-After"]) >= 1
                    break
        else:
            pytest.fail("never refused")
    slack.workspace.advance(60)
    assert (await post_raw(slack, "chat.postMessage", headers=headers, data=data))[1]["ok"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("chat.*", "error", error="internal_error"), 200, "internal_error"),
        (Fault("chat.*", "ratelimited", seconds=120), 429, "ratelimited"),
        (Fault("chat.*", "status", status=503), 503, "503"),
        (Fault("chat.*", "slow", seconds=0.01), 200, "ok"),
    ],
)
async def test_faults_strike_once(slack: SandboxSlack, fault: Fault, status: int, code: str) -> None:
    slack.faults.put(fault)
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    data = {"channel": ident(slack, "#ops"), "text": "Words"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(slack.api_url + "chat.postMessage", data=data) as response:
            assert response.status == status
            assert response.headers.get("Retry-After") == ("120" if status == 429 else None)
        async with http.post(slack.api_url + "chat.postMessage", data=data) as response:
            assert (await response.json())["ok"]
    assert [call.answer for call in slack.calls] == [code, "ok"]


@pytest.mark.parametrize(("kind", "posted"), [("lost_answer", 1), ("timeout", 0)])
async def test_an_answer_can_be_lost_with_and_without_the_deed(
    slack: SandboxSlack, kind: CallKind, posted: int
) -> None:
    slack.faults.put(Fault("chat.postMessage", kind, seconds=0.01 if kind == "timeout" else 0))
    data = {"channel": ident(slack, "#ops"), "text": "Words"}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post_raw(slack, "chat.postMessage", headers=headers, data=data)
    assert len(slack.workspace.messages[data["channel"]]) == posted
    assert [(call.answer, call.status) for call in slack.calls] == [("", 0)]


async def test_a_sandbox_that_ends_does_not_wait_for_stalled_calls() -> None:
    async with SandboxSlack(app=App()) as slack:
        slack.faults.put(Fault("auth.test", "timeout", seconds=600))
        stalled = asyncio.create_task(post_raw(slack, "auth.test"))
        await until(lambda: not slack.faults.as_json())
    async with asyncio.timeout(60):
        with pytest.raises(aiohttp.ClientError):
            await stalled
