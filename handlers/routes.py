"""The route table, and the only use of Bolt's decorators.

`deploy/slack/manifest.yaml` declares the same to Slack. An acknowledgement means that the request is kept: a
listener hands it to the queue first.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from checks.errors import ReadinessError, UsageError
from handlers import listeners
from handlers.intents import Save
from handlers.ports import Topics
from handlers.render import elements, forms, schedule_submission
from handlers.request import Asker, Request
from handlers.schedules.intents import Plan
from handlers.workspace import Workspace

Ask = Callable[[Request], Awaitable[None]]
"""Puts a request into the queue."""

OpenTo = Callable[[Asker, str], Awaitable[str]]
"""Returns the id of a channel in which the bot may post and somebody is: `Courier.open_to`."""

Now = Callable[[], datetime]
Listener = Callable[..., Awaitable[None]]

COMMAND = "/readiness"
SAY = re.compile(rf"^({elements.SAID}|{elements.TURN})")
FORMS = re.compile(rf"^({forms.WAIVER}|{forms.ATTESTATION}|{schedule_submission.SCHEDULE})$")
LOOK = 0.5
"""Seconds that an acknowledgement waits to learn whose thread it is."""
CHANNEL_LOOK = 1.0
"""Seconds that it waits to learn whether a channel is open; Slack gives it three in all."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    """What Slack delivers, and who takes it."""

    kind: Literal["command", "action", "view", "event"]
    what: str | re.Pattern[str]
    listener: Listener


def routes(ask: Ask, now: Now, workspace: Workspace, topics: Topics, open_to: OpenTo) -> tuple[Route, ...]:
    """Return every route."""

    async def command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ask(listeners.of_command(command, now()))
        await ack()

    async def say(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ask(listeners.of_click(body, now(), workspace))
        await ack()

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        intent, problems = _submission(body["view"], now())
        request = listeners.of_form(body, intent, now(), workspace) if intent else None
        problems = problems or (await _closed(request, open_to) if request else {})
        if request is None or problems:
            await ack(response_action="errors", errors=dict(problems))
            return
        await ask(request)
        await ack()

    async def mentioned(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        # In a direct message it is no event of its own: Slack tells of the message alone.
        if listeners.is_for_us(event) and not listeners.is_direct(event):
            await ask(listeners.of_words(body, now(), workspace))
        await ack()

    async def written(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any]) -> None:
        if listeners.is_for_us(event) and await _is_said_to_us(event, workspace, topics):
            await ask(listeners.of_words(body, now(), workspace))
        await ack()

    async def opened(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ask(listeners.of_opening(body, now(), workspace))
        await ack()

    return (
        Route("command", COMMAND, command),
        Route("action", SAY, say),
        Route("view", FORMS, submitted),
        Route("event", "app_mention", mentioned),
        Route("event", "message", written),
        Route("event", "app_home_opened", opened),
    )


def _submission(view: Mapping[str, Any], now: datetime) -> tuple[Save | Plan | None, Mapping[str, str]]:
    """Return what a form asks for or, with null, what is wrong with it: block_id → sentence."""
    if view.get("callback_id") == schedule_submission.SCHEDULE:
        return schedule_submission.read(view)
    save = forms.read(view)
    problems = forms.problems(save, now)
    return (None if problems else save), problems


async def _closed(request: Request, open_to: OpenTo) -> Mapping[str, str]:
    """Return what is wrong with the channel of a submitted schedule: now its form still holds what was said.

    Where Slack does not say so soon, its maker learns it once the form is gone.
    """
    plan = request.intent
    if not isinstance(plan, Plan) or request.asker.stranger:
        return {}
    try:
        async with asyncio.timeout(CHANNEL_LOOK):
            await open_to(request.asker, plan.channel)
    except UsageError as error:
        return {schedule_submission.CHANNEL: schedule_submission.problem(error)}
    except (ReadinessError, TimeoutError) as error:
        log.info("whether %s is open cannot be seen: %s", plan.channel, str(error) or "no answer in time")
    return {}


async def _is_said_to_us(event: Mapping[str, Any], workspace: Workspace, topics: Topics) -> bool:
    """Whether a message was written to us directly, or in a thread in which we have answered.

    Where the store is away nobody knows of the latter.
    """
    if listeners.is_direct(event):
        return True
    if not listeners.may_be_for_us(event, workspace):
        return False
    try:
        async with asyncio.timeout(LOOK):
            return await topics.topic(event["channel"], event["thread_ts"]) is not None
    except (ReadinessError, TimeoutError) as error:
        log.info("whose thread it is cannot be seen: %s", str(error) or "no answer in time")
        return False


def attach(app: AsyncApp, ask: Ask, now: Now, workspace: Workspace, topics: Topics, open_to: OpenTo) -> None:
    """Give an app every route."""
    for route in routes(ask, now, workspace, topics, open_to):
        match route.kind:
            case "command":
                app.command(route.what)(route.listener)
            case "action":
                app.action(route.what)(route.listener)
            case "view":
                app.view(route.what)(route.listener)
            case "event":
                app.event(route.what)(route.listener)
