"""What Slack delivers that nobody takes."""

import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.serve.app import Identity, bolt_app
from bot.serve.tokens import Tokens
from handlers.request import Request
from tests.handlers.memory import RememberingTopics, anywhere

WHO = Identity(team_id="T1", enterprise_id="", team="acme", bot_user_id="U0", bot_id="B0", name="readiness")


async def ask(_request: Request) -> None: ...


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"type": "event_callback", "event": {"type": "channel_created"}}, 200, "channel_created"),
        ({"type": "block_actions", "actions": [{"action_id": "other"}]}, 404, "block_actions"),
        ({"command": "/other"}, 404, "/other"),
    ],
)
async def test_it_is_logged_and_an_event_does_not_come_again(
    body: dict[str, Any], status: int, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = bolt_app(AsyncWebClient("xoxb-1"), Tokens("xoxb-1"), WHO, ask, RememberingTopics(), anywhere)
    answer = await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))
    assert answer.status == status
    assert [record.getMessage() for record in caplog.records] == [f"nobody here takes: {named}"]
