"""A form that is submitted: what is wrong with it is told while it is open."""

import asyncio
import json
from typing import Any

import pytest

from checks.errors import StoreError, UsageError
from deploy.sandbox.slack.acting.state import initial_values
from handlers.render.schedule_submission import SCHEDULE
from handlers.request import Asker, Request
from handlers.routes import OpenTo, routes
from handlers.schedules.intents import Plan
from handlers.workspace import Workspace
from tests.bot.output.sample import NOW
from tests.handlers.memory import RememberingTopics, anywhere
from tests.handlers.render.scheduled import FORM


async def submitted(open_to: OpenTo, *, team: str = "T1") -> tuple[list[Request], dict[str, Any]]:
    """Submit the form of a schedule; return what is asked, and what the acknowledgement says."""
    asked: list[Request] = []
    acknowledged: dict[str, Any] = {}

    async def ask(request: Request) -> None:
        asked.append(request)

    async def ack(**said: Any) -> None:  # noqa: ANN401 - Bolt's
        assert not acknowledged
        acknowledged.update(said or {"closed": True})

    state = {"values": initial_values(FORM.view["blocks"], "C1")}
    view = {**FORM.view, "id": "V1", "callback_id": SCHEDULE, "state": state}
    body = {"user": {"id": "U1", "team_id": team}, "team": {"id": "T1"}, "view": view}
    every = routes(ask, lambda: NOW, Workspace("T1"), RememberingTopics(), open_to)
    [listener] = [route.listener for route in every if route.kind == "view"]
    await listener(ack=ack, body=json.loads(json.dumps(body)))
    return asked, acknowledged


async def test_a_channel_that_the_bot_is_not_in_is_told_at_its_field() -> None:
    told: list[tuple[str, str]] = []

    async def absent(asker: Asker, channel: str) -> str:
        told.append((asker.user, channel))
        raise UsageError("I am not in that channel", "`/invite @readiness` there, then ask again")

    asked, acknowledged = await submitted(absent)
    assert asked == []
    assert told == [("U1", "C024BE91L")]
    assert acknowledged == {
        "response_action": "errors",
        "errors": {"channel": "I am not in that channel: /invite @readiness there, then ask again"},
    }


async def test_where_it_is_the_form_closes() -> None:
    [request], acknowledged = await submitted(anywhere)
    assert isinstance(request.intent, Plan)
    assert acknowledged == {"closed": True}


async def test_where_slack_does_not_say_so_soon_the_job_finds_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_: Asker, channel: str) -> str:
        await asyncio.Event().wait()
        return channel

    async def broken(_: Asker, __: str) -> str:
        raise StoreError("it is away")

    monkeypatch.setattr("handlers.routes.CHANNEL_LOOK", 0.01)
    for open_to in (slow, broken):
        asked, acknowledged = await submitted(open_to)
        assert len(asked) == 1
        assert acknowledged == {"closed": True}


async def test_somebody_of_another_workspace_learns_nothing_of_a_channel() -> None:
    async def absent(_: Asker, __: str) -> str:
        raise UsageError("I am not in that channel")

    asked, acknowledged = await submitted(absent, team="T2")
    assert asked[0].asker.stranger
    assert acknowledged == {"closed": True}
