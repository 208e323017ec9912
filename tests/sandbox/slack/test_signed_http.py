import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck

from deploy.sandbox.slack.signed_http import SignedHttp
from tests.sandbox.slack.endpoints import Answering, Recorder, endpoint, never, says, serving
from tests.sandbox.slack.waiting import until

SECRET = "not a secret"  # noqa: S105 - of a test
COMMAND = {"command": "/readiness", "text": "cluster-a & b", "team_id": "T1", "user_id": "U1"}
CLICK = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "actions": [{"type": "button", "block_id": "b", "action_id": "again", "value": "é"}],
}
SUBMISSION = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": "U1"},
    "view": {"type": "modal", "callback_id": "waive", "state": {"values": {}}},
}
EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {"type": "app_mention", "user": "U1", "channel": "C1", "text": "hello", "ts": "1.2"},
}


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U9", bot_id="B9")


@contextlib.asynccontextmanager
async def bolt(seen: list[Any]) -> AsyncIterator[str]:
    """The real server, which notes what its listeners got."""
    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command("/readiness")
    async def command(ack: AsyncAck, command: dict[str, Any]) -> None:
        seen.append(command)
        await ack("on it" if command["text"] else {"text": "help", "response_type": "ephemeral"})

    @app.action("again")
    async def click(ack: AsyncAck, action: dict[str, Any]) -> None:
        seen.append(action)
        await ack()

    @app.view("waive")
    async def submission(ack: AsyncAck, view: dict[str, Any]) -> None:
        seen.append(view)
        await ack(response_action="errors", errors={"reason": "too short"})

    @app.event("app_mention")
    async def event(event: dict[str, Any]) -> None:
        seen.append(event)

    async with serving(app.server(path="/slack/events").web_app) as url:
        yield url


@pytest.mark.parametrize(
    ("kind", "payload", "received", "answer"),
    [
        ("slash_commands", COMMAND, COMMAND, {"text": "on it"}),
        (
            "slash_commands",
            COMMAND | {"text": ""},
            COMMAND | {"text": ""},
            {"text": "help", "response_type": "ephemeral"},
        ),
        ("interactive", CLICK, CLICK["actions"], None),
        (
            "interactive",
            SUBMISSION,
            SUBMISSION["view"],
            {"response_action": "errors", "errors": {"reason": "too short"}},
        ),
        ("events_api", EVENT, EVENT["event"], None),
    ],
)
async def test_the_real_app_takes_what_is_signed(
    kind: str, payload: dict[str, Any], received: object, answer: dict[str, Any] | None
) -> None:
    seen: list[Any] = []
    async with bolt(seen) as url:
        found = await SignedHttp(url, SECRET).deliver(kind, payload)
        assert (found.acknowledged, found.payload, found.problem) == (True, answer, "")
        await until(lambda: bool(seen))  # an event is acknowledged before its listener runs
    assert seen == (received if isinstance(received, list) else [received])


@pytest.mark.parametrize(
    ("secret", "now"),
    [("another", time.time), (SECRET, lambda: time.time() - 301), (SECRET, lambda: time.time() + 310)],
)
async def test_the_real_app_refuses_another_secret_and_another_time(
    secret: str, now: Callable[[], float]
) -> None:
    seen: list[Any] = []
    async with bolt(seen) as url:
        answer = await SignedHttp(url, secret, now).deliver("slash_commands", COMMAND)
    assert (answer.acknowledged, answer.problem) == (False, "http_client_error")
    assert not seen


async def test_the_request_url_is_verified_by_a_challenge() -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=(await request.json())["challenge"])

    async def ignore(_: web.Request) -> web.Response:
        return web.json_response({"challenge": "of last week"})

    async with bolt([]) as url, endpoint(echo) as plain, endpoint(ignore) as wrong:
        assert await SignedHttp(url, SECRET).verify()
        assert await SignedHttp(plain, SECRET).verify()
        assert not await SignedHttp(url, "another").verify()
        assert not await SignedHttp(wrong, SECRET).verify()
        assert not await SignedHttp(url + "/elsewhere", SECRET).verify()


async def test_bodies_and_headers() -> None:
    recorder = Recorder.of(says(200))
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, SECRET)
        for kind, payload in (("slash_commands", COMMAND), ("interactive", CLICK), ("events_api", EVENT)):
            assert (await slack.deliver(kind, payload)).payload is None
    assert parse_qs(recorder.bodies[0]) == {name: [value] for name, value in COMMAND.items()}
    assert json.loads(parse_qs(recorder.bodies[1])["payload"][0]) == CLICK
    assert json.loads(recorder.bodies[2]) == EVENT
    types = [headers["Content-Type"] for headers in recorder.headers]
    assert types == ["application/x-www-form-urlencoded"] * 2 + ["application/json"]
    for headers in recorder.headers:
        assert headers["User-Agent"] == "Slackbot 1.0 (+https://api.slack.com/robots)"
        assert "X-Slack-Retry-Num" not in headers


async def test_the_signature_is_that_of_the_documented_example() -> None:
    recorder = Recorder.of(says(200))
    payload = {
        "token": "xyzz0WbapA4vBCDEFasx0q6G",
        "team_id": "T1DC2JH3J",
        "team_domain": "testteamnow",
        "channel_id": "G8PSS9T3V",
        "channel_name": "foobar",
        "user_id": "U2CERLKJA",
        "user_name": "roadrunner",
        "command": "/webhook-collect",
        "text": "",
        "response_url": "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN",
        "trigger_id": "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    }
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, "8f742231b10e8888abcd99yyyzzz85a5", lambda: 1531420618.9)
        await slack.deliver("slash_commands", payload)
    (headers,) = recorder.headers
    assert headers["X-Slack-Request-Timestamp"] == "1531420618"
    digest = "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert headers["X-Slack-Signature"] == f"v0={digest}"


@pytest.mark.parametrize(
    ("kind", "answer", "problem"),
    [
        ("slash_commands", says(500), "http_service_error"),
        ("slash_commands", says(404), "http_client_error"),
        ("slash_commands", says(307, Location="/slack/events"), "http_client_error"),
        ("slash_commands", says(201), "http_client_error"),
        ("interactive", says(503), "http_service_error"),
        ("interactive", never, "operation_timeout"),
    ],
)
async def test_what_is_no_acknowledgement_and_not_sent_again(
    kind: str, answer: Answering, problem: str
) -> None:
    recorder = Recorder.of(answer, says(200))
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, SECRET, limit=1.0, retries=(0.0,))
        found = await slack.deliver(kind, CLICK)
        assert (found.acknowledged, found.payload, found.problem) == (False, None, problem)
        assert (await slack.deliver("events_api", EVENT)).acknowledged
    assert recorder.retries == [("", ""), ("", "")]


@pytest.mark.parametrize(
    ("answer", "reason"), [(says(500), "http_error"), (says(404), "http_error"), (never, "http_timeout")]
)
async def test_an_event_is_sent_again_until_it_is_acknowledged(answer: Answering, reason: str) -> None:
    recorder = Recorder.of(answer, answer, says(202))
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, SECRET, limit=1.0, retries=(0.0, 0.0, 0.0))
        assert not (await slack.deliver("events_api", EVENT)).acknowledged
        await recorder.asked(3)
        assert (await slack.deliver("events_api", EVENT)).acknowledged
    assert recorder.retries == [("", ""), ("1", reason), ("2", reason), ("", "")]
    assert len(set(recorder.bodies)) == 1


async def test_an_event_is_sent_four_times_at_most() -> None:
    recorder = Recorder.of(*[says(500)] * 4, says(200))
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, SECRET, retries=(0.0, 0.0, 0.0))
        await slack.deliver("events_api", EVENT)
        await recorder.asked(4)
        await slack.deliver("events_api", EVENT)
    assert [number for number, _ in recorder.retries] == ["", "1", "2", "3", ""]


async def test_an_app_may_decline_a_retry() -> None:
    recorder = Recorder.of(says(500, **{"X-Slack-No-Retry": "1"}), says(200))
    async with endpoint(recorder.answer) as url:
        slack = SignedHttp(url, SECRET, retries=(0.0,))
        assert not (await slack.deliver("events_api", EVENT)).acknowledged
        assert (await slack.deliver("events_api", EVENT)).acknowledged
    assert recorder.retries == [("", ""), ("", "")]


async def test_where_nobody_listens_an_event_waits() -> None:
    recorder = Recorder.of(says(200))
    routes = web.Application()
    routes.router.add_post("/", recorder.answer)
    runner = web.AppRunner(routes)
    await runner.setup()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        slack = SignedHttp(f"http://127.0.0.1:{taken.getsockname()[1]}/", SECRET, retries=(0.01,) * 1000)
        for kind in ("slash_commands", "events_api"):
            answer = await slack.deliver(kind, EVENT)
            assert (answer.acknowledged, answer.problem) == (False, "dispatch_failed")
        await web.SockSite(runner, taken).start()
        await recorder.asked(1)
        await slack.close()
        await runner.cleanup()
    assert recorder.retries[0][1] == "connection_failed"


async def test_closing_gives_up_what_was_to_be_sent_again() -> None:
    async with endpoint(says(500)) as url:
        slack = SignedHttp(url, SECRET, retries=(3600.0,))
        before = asyncio.all_tasks()
        await slack.deliver("events_api", EVENT)
        await slack.close()
        await until(lambda: asyncio.all_tasks() <= before)


async def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="shortcuts"):
        await SignedHttp("http://127.0.0.1:1/", SECRET).deliver("shortcuts", {})
