import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from slack_sdk.socket_mode.request import SocketModeRequest

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.socket_mode import MOST_CONNECTIONS, Pace, SocketMode
from tests.sandbox.slack.sockets import app, rest, slack, socket
from tests.sandbox.slack.waiting import until

COMMAND = {"command": "/readiness", "text": "cluster-a"}
EVENT = {"type": "event_callback", "event_id": "Ev1"}
IMPATIENT = Pace(limit=0.1, retries=(0.0, 0.0, 0.0))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("kind", "payload", "accepts", "more"),
    [
        ("slash_commands", COMMAND, True, {}),
        ("interactive", {"type": "view_submission"}, True, {}),
        ("interactive", {"type": "block_actions"}, True, {}),
        ("interactive", {"type": "view_closed"}, False, {}),
        ("events_api", EVENT, False, {"retry_attempt": 0, "retry_reason": ""}),
    ],
)
async def test_envelopes_and_what_their_acknowledgement_may_carry(
    kind: str, payload: dict[str, Any], *, accepts: bool, more: dict[str, Any]
) -> None:
    async with slack() as server, app(server, lambda _: {"text": "on it"}) as it:
        answer = await server.mode.deliver(kind, payload)
        (envelope,) = it.of_type(kind)
    assert envelope.pop("envelope_id")
    assert envelope == {"type": kind, "payload": payload, "accepts_response_payload": accepts, **more}
    assert (answer.acknowledged, answer.problem) == (True, "")
    assert answer.payload == ({"text": "on it"} if accepts else None)
    assert 0 < answer.seconds < 30


async def test_the_hello() -> None:
    async with slack() as server, app(server), app(server) as second:
        assert server.mode.connections == 2
        assert second.of_type("hello") == [
            {
                "type": "hello",
                "num_connections": 2,
                "debug_info": {
                    "host": "applink-2",
                    "build_number": 16,
                    "approximate_connection_time": 18060,
                },
                "connection_info": {"app_id": "A1"},
            }
        ]
    assert server.mode.connections == 0


async def test_an_event_is_tried_four_times_and_everything_else_once() -> None:
    async with slack(IMPATIENT) as server, app(server, lambda _: None) as it:
        command = await server.mode.deliver("slash_commands", COMMAND)
        click = await server.mode.deliver("interactive", {"type": "block_actions"})
        event = await server.mode.deliver("events_api", EVENT)
        await until(lambda: len(it.of_type("events_api")) == 4)
        for answer in (command, click, event):
            assert (answer.acknowledged, answer.payload) == (False, None)
            assert answer.problem == "operation_timeout"
            assert answer.seconds >= 0.1
        envelopes = it.of_type("events_api")
        tries = [(envelope["retry_attempt"], envelope["retry_reason"]) for envelope in envelopes]
        assert tries == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
        assert len({envelope["envelope_id"] for envelope in envelopes}) == 4
        assert len(it.of_type("slash_commands")) == len(it.of_type("interactive")) == 1


async def test_an_acknowledged_retry_is_the_last() -> None:
    def answers(request: SocketModeRequest) -> dict[str, Any] | None:
        return {} if request.payload["event_id"] == "Ev2" or request.retry_attempt == 1 else None

    async with slack(Pace(limit=1.0, retries=(0.0, 0.0, 0.0))) as server, app(server, answers) as it:
        assert not (await server.mode.deliver("events_api", EVENT)).acknowledged
        await until(lambda: len(it.of_type("events_api")) == 2)
        assert (await server.mode.deliver("events_api", EVENT | {"event_id": "Ev2"})).acknowledged
        attempts = [envelope["retry_attempt"] for envelope in it.of_type("events_api")]
        assert attempts == [0, 1, 0]


async def test_what_a_deaf_connection_loses_is_tried_on_another() -> None:
    pace = Pace(limit=1.0, retries=(0.0, 0.0, 0.0))
    async with slack(pace) as server, app(server) as deaf, app(server) as other:
        await server.mode.deafen(1)
        # The command uses up the turn of the other connection: the retry has to skip the deaf one.
        event, command = await asyncio.gather(
            server.mode.deliver("events_api", EVENT), server.mode.deliver("slash_commands", COMMAND)
        )
        assert (event.acknowledged, command.acknowledged) == (False, True)
        await until(lambda: bool(other.of_type("events_api")))
        assert [envelope["retry_attempt"] for envelope in other.of_type("events_api")] == [1]
        assert [message["type"] for message in deaf.messages] == ["hello"]


async def test_without_a_connection_nothing_is_dispatched_but_an_event_waits_for_one() -> None:
    async with slack(Pace(limit=30.0, retries=(0.01,) * 1000)) as server:
        for kind, payload in (("slash_commands", COMMAND), ("events_api", EVENT)):
            answer = await server.mode.deliver(kind, payload)
            assert (answer.acknowledged, answer.problem) == (False, "dispatch_failed")
        async with app(server) as it:
            await until(lambda: bool(it.of_type("events_api")))
            assert it.of_type("events_api")[0]["retry_attempt"] > 0
            assert not it.of_type("slash_commands")


async def test_an_unknown_kind_is_refused() -> None:
    async with slack() as server:
        with pytest.raises(ValueError, match="shortcuts"):
            await server.mode.deliver("shortcuts", {})


async def status(session: aiohttp.ClientSession, url: str) -> int:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await session.ws_connect(url)
    return caught.value.status


async def test_a_ticket_serves_once_and_for_thirty_seconds() -> None:
    now = 0.0
    async with slack(clock=lambda: now) as server, aiohttp.ClientSession() as session:
        url = server.mode.open_url(server.url)
        assert url.startswith(server.url.replace("http://", "ws://") + "/link/?ticket=")
        assert url.endswith("&app_id=A1")
        now = 29.0
        async with session.ws_connect(url):
            late = server.mode.open_url(server.url)
            assert await status(session, url) == 404
            now = 59.0
            for refused in (late, f"{server.url}/link/?ticket=x", f"{server.url}/link/"):
                assert await status(session, refused) == 404


async def test_an_eleventh_connection_is_sent_away() -> None:
    async with slack() as server, contextlib.AsyncExitStack() as stack:
        for _ in range(MOST_CONNECTIONS):
            await stack.enter_async_context(socket(server))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        async with session.ws_connect(server.mode.open_url(server.url)) as refused:
            (message,) = await rest(refused)
        assert json.loads(message.data) == {
            "type": "disconnect",
            "reason": "too_many_websockets",
            "debug_info": {"host": "applink-11"},
        }
        assert server.mode.connections == MOST_CONNECTIONS == 10


async def test_a_connection_is_warned_and_refreshed_at_the_end_of_its_life() -> None:
    async with slack(Pace(lifetime=0.02, warning=0.01)) as server, socket(server) as it:
        reasons = [json.loads(message.data)["reason"] for message in await rest(it)]
        assert reasons == ["warning", "refresh_requested"]
        assert it.close_code == aiohttp.WSCloseCode.OK


async def test_pings_go_both_ways_until_the_connection_is_deaf() -> None:
    async with slack(Pace(limit=0.1, ping=0.01)) as server, socket(server) as it:
        message = await it.receive()
        assert (message.type, message.data) == (WSMsgType.PING, b"Ping from applink-1")
        await it.ping(b"sdk-ping-pong:1.5")
        while message.type is not WSMsgType.PONG:
            message = await it.receive(timeout=30)
        assert message.data == b"sdk-ping-pong:1.5"
        await server.mode.deafen()
        await it.ping(b"nobody there")
        answer = await server.mode.deliver("slash_commands", COMMAND)
        assert answer.problem == "operation_timeout"
        assert server.mode.connections == 1
        await server.mode.drop()
        assert {message.type for message in await rest(it)} <= {WSMsgType.PING}


Trouble = Callable[[SocketMode], Awaitable[None]]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda mode: mode.deafen(), id="deaf"),
        pytest.param(lambda mode: mode.drop(), id="drop"),
        pytest.param(lambda mode: mode.refresh(), id="warning"),
        pytest.param(lambda mode: mode.refresh("refresh_requested"), id="refresh_requested"),
        pytest.param(lambda mode: mode.refresh("link_disabled"), id="link_disabled"),
    ],
)
async def test_the_client_comes_back(trouble: Trouble) -> None:
    async with slack(Pace(limit=5.0, warning=60.0)) as server, app(server, ping_interval=0.5) as it:
        await trouble(server.mode)
        await until(lambda: len(it.of_type("hello")) > 1 and server.mode.connections == 1)
        # The SDK may reconnect once more, and loses what it is given meanwhile.
        answers = [await server.mode.deliver("slash_commands", COMMAND)]
        while not answers[-1].acknowledged and len(answers) < 5:
            answers.append(await server.mode.deliver("slash_commands", COMMAND))
        assert answers[-1].acknowledged


@pytest.mark.parametrize(
    ("fault", "seen", "left"),
    [
        (Fault("socket", "deaf"), [], 1),
        (Fault("socket", "drop"), [], 0),
        (Fault("socket", "disconnect", error="link_disabled"), ["link_disabled"], 0),
    ],
)
async def test_a_fault_strikes_the_connection_of_the_next_delivery(
    fault: Fault, seen: list[str], left: int
) -> None:
    async with slack(Pace(limit=0.1), fault) as server, socket(server) as it:
        answer = await server.mode.deliver("slash_commands", COMMAND)
        assert answer.problem == "operation_timeout"
        await until(lambda: server.mode.connections == left)
        await server.mode.drop()
        assert [json.loads(message.data)["reason"] for message in await rest(it)] == seen


async def test_closing_says_goodbye_and_gives_up_what_was_to_be_retried() -> None:
    async with slack(Pace(limit=0.1, retries=(3600.0,))) as server, socket(server) as it:
        before = asyncio.all_tasks()
        await server.mode.deliver("events_api", EVENT)
        await server.mode.close()
        assert [json.loads(message.data)["type"] for message in await rest(it)] == ["events_api"]
        assert it.close_code == aiohttp.WSCloseCode.OK
        await until(lambda: server.mode.connections == 0 and asyncio.all_tasks() <= before)
