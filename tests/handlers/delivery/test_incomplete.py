"""A Slack that lacks methods, or answers in another form: nothing crashes, and the asker is told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from handlers.charts import Chart
from handlers.delivery.courier import Courier
from handlers.delivery.errors import SlackRefused, SlackSilent
from handlers.request import Asker
from tests.handlers.delivery.office import KEY, words
from tests.handlers.memory import RememberingAll

JSON = "application/json"


@dataclass
class Incomplete:
    """A server that has a few methods, and gives one answer to all others."""

    answer: Mapping[str, Any]
    methods: Mapping[str, object] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.called.append(request.match_info["method"])
        self.sent.append(await request.json() if request.content_type == JSON else {})
        known = self.methods.get(self.called[-1])
        return web.json_response(known) if known else web.Response(**self.answer)

    @property
    def courier(self) -> Courier:
        client = AsyncWebClient("xoxb-1", base_url=f"{self.url}api/", retry_handlers=[])
        return Courier(client, RememberingAll(now), draw=no_picture, now=now, sleep=self.sleep)

    def asker(self, **more: Any) -> Asker:  # noqa: ANN401 - its fields
        return Asker(user="U1", channel="C1", **more)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def no_picture(_: Chart) -> None:
    return None


def now() -> datetime:
    return datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def slack() -> AsyncIterator[Incomplete]:
    slack = Incomplete({"status": 404, "text": "<h1>Not found</h1>", "content_type": "text/html"})
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.take)
    app.router.add_route("*", "/{method}", slack.take)
    async with TestServer(app) as server:
        slack.url = str(server.make_url("/"))
        yield slack


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "ok"},
        {"text": "<p>ok</p>", "content_type": "text/html"},
        {"text": "null", "content_type": JSON},
        {"text": "true", "content_type": JSON},
        {"text": "[]", "content_type": JSON},
        {"text": '{"ok"', "content_type": JSON},
        {"body": b'"\xff"', "content_type": JSON},
        {"text": '{"ok": false}', "content_type": JSON},
    ],
)
async def test_an_answer_that_cannot_be_read_is_none(slack: Incomplete, answer: dict[str, Any]) -> None:
    slack.answer = answer
    with pytest.raises(SlackSilent):
        await slack.courier.open(slack.asker(), KEY, words("ready"))
    await slack.courier.react(slack.asker(message_ts="1.0"), "eyes")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404, "text": "Not found"},
        {"status": 405, "text": "<p>No</p>", "content_type": "text/html"},
        {"status": 404, "text": '{"message": "Not found"}', "content_type": JSON},
        {"text": '{"ok": false, "error": "unknown_method"}', "content_type": JSON},
    ],
)
async def test_a_method_that_is_not_there_is_named_and_not_tried_again(
    slack: Incomplete, answer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    slack.answer = answer
    with pytest.raises(SlackRefused, match="unknown_method"):
        await slack.courier.at("C1", "1.0").upload("file", "report.html", "Report", b"<html>", "")
    assert slack.called == ["files.getUploadURLExternal"]
    assert "files_upload_v2: " in caplog.text


@pytest.mark.parametrize("told", [{}, {"ok": True}])
async def test_what_is_lacking_beside_a_code_does_no_harm(slack: Incomplete, told: dict[str, Any]) -> None:
    strange = {"ok": False, "error": "brand_new", "response_metadata": ["strange"], **told}
    slack.methods = {"chat.postMessage": strange | {"ts": "1.0"}, "conversations.open": {"ok": True}}
    if told:
        await slack.courier.open(slack.asker(), KEY, words("ready"))
    else:
        with pytest.raises(SlackRefused, match="brand_new"):
            await slack.courier.open(slack.asker(), KEY, words("ready"))


async def test_whoever_cannot_be_told_in_the_channel_is_written_to(slack: Incomplete) -> None:
    slack.methods = {"chat.postMessage": {"ok": True, "ts": "1.0"}, "conversations.open": {"ok": True}}
    await slack.courier.tell(slack.asker(), words("not done"))
    assert slack.called == ["chat.postEphemeral", "conversations.open", "chat.postMessage"]
    assert slack.sent[-1]["channel"] == "U1"


async def test_a_reply_whose_thread_is_not_echoed_does_not_wait_to_know_where_it_is(
    slack: Incomplete,
) -> None:
    slack.answer = {"status": 500}
    slack.methods = {"chat.postMessage": {"ok": True, "ts": "2.0", "message": {"ts": "2.0"}}}
    await slack.courier.at("C1", "1.0").reply("more", words("more"))
    assert slack.called == ["chat.postMessage", "conversations.replies"]
    assert slack.slept == []


async def test_a_response_url_may_answer_nothing_at_all(slack: Incomplete) -> None:
    slack.answer = {"status": 204}
    await slack.courier.tell(slack.asker(response_url=f"{slack.url}response"), words("not done"))
    assert slack.called == ["response"]
