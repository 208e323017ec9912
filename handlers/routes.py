"""The route table, and the only use of Bolt's decorators.

`deploy/slack/manifest.yaml` declares the same to Slack. An acknowledgement means that the request is kept: a
listener hands it to the queue first.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from handlers import listeners
from handlers.home import Home
from handlers.render import forms
from handlers.request import Request

Ask = Callable[[Request], Awaitable[None]]
"""Puts a request into the queue."""

Now = Callable[[], datetime]
Listener = Callable[..., Awaitable[None]]

COMMAND = "/readiness"
SAY = re.compile(r"^say:")
FORMS = re.compile(rf"^({forms.WAIVER}|{forms.ATTESTATION})$")


@dataclass(frozen=True)
class Route:
    """What Slack delivers, and who takes it."""

    kind: Literal["command", "action", "view", "event"]
    what: str | re.Pattern[str]
    listener: Listener


def routes(ask: Ask, now: Now, home: Home) -> tuple[Route, ...]:
    """Return every route."""

    async def command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ask(listeners.of_command(command, now()))
        await ack()

    async def say(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ask(listeners.of_click(body, now(), home))
        await ack()

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        intent = forms.read(body["view"])
        problems = forms.problems(intent, now())
        if problems:
            await ack(response_action="errors", errors=problems)
            return
        await ask(listeners.of_form(body, intent, now(), home))
        await ack()

    async def mentioned(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        # In a direct message it is no event of its own: Slack tells of the message alone.
        if listeners.is_for_us(event) and not listeners.is_direct(event):
            await ask(listeners.of_mention(body, now(), home))
        await ack()

    async def written(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        # Elsewhere than in a direct message only a mention is meant for us.
        if listeners.is_direct(event) and listeners.is_for_us(event):
            await ask(listeners.of_mention(body, now(), home))
        await ack()

    return (
        Route("command", COMMAND, command),
        Route("action", SAY, say),
        Route("view", FORMS, submitted),
        Route("event", "app_mention", mentioned),
        Route("event", "message", written),
    )


def attach(app: AsyncApp, ask: Ask, now: Now, home: Home) -> None:
    """Give an app every route."""
    for route in routes(ask, now, home):
        match route.kind:
            case "command":
                app.command(route.what)(route.listener)
            case "action":
                app.action(route.what)(route.listener)
            case "view":
                app.view(route.what)(route.listener)
            case "event":
                app.event(route.what)(route.listener)
