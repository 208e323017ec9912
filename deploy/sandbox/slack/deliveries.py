"""What the workspace sends to the app: events as they happen, and the interactions of people."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deploy.sandbox.slack.api.context import Context
from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.scopes import EVENTS
from deploy.sandbox.slack.transport import EVENTS_API, Answer, Transport


@dataclass(frozen=True)
class Delivery:
    """A delivery and what the app made of it."""

    kind: str
    """slash_commands, interactive or events_api."""
    payload: Json
    answer: Answer
    at: float
    """Seconds of the epoch when it was sent."""

    def as_json(self) -> Json:
        """Return it as JSON."""
        return {"kind": self.kind, "payload": self.payload, "at": self.at, "answer": dict(vars(self.answer))}


class Deliveries:
    """Sends to the app over `transport` and remembers it in `log`.

    Events go their way in the background, in the order in which they happen.
    """

    def __init__(self, context: Context, transport: Callable[[], Transport]) -> None:
        self.log: list[Delivery] = []
        self._copies = 1
        self._context, self._transport = context, transport
        self._tasks: set[asyncio.Task[Answer]] = set()
        context.workspace.publish = self.publish

    async def send(self, kind: str, payload: Json) -> Answer:
        """Deliver once and return the answer."""
        at = self._context.workspace.now()
        answer = await self._transport().deliver(kind, payload)
        self.log.append(Delivery(kind, payload, answer, at))
        self._context.workspace.changed()
        return answer

    @contextlib.contextmanager
    def repeated(self, copies: int) -> Iterator[None]:
        """Send the events of what is done meanwhile so often, as if acknowledgements were lost on the way."""
        self._copies = copies
        try:
            yield
        finally:
            self._copies = 1

    async def interact(self, kind: str, payload: Json, copies: int = 1) -> Answer:
        """Deliver what a person does, so often, and return the first answer."""
        return (await asyncio.gather(*(self.send(kind, payload) for _ in range(copies))))[0]

    def publish(self, subscription: str, event: Json) -> None:
        """Send an event if the app subscribed to it and has the scope."""
        scopes = EVENTS.get(subscription, frozenset())
        allowed = not scopes or scopes & self._context.scopes
        if subscription not in self._context.workspace.app.events or not allowed:
            return
        payload = self._envelope(event)
        for _ in range(self._copies):
            task = asyncio.get_running_loop().create_task(self.send(EVENTS_API, payload))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Return when every event so far was answered or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        """Give up the events that are under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _envelope(self, event: Json) -> Json:
        workspace = self._context.workspace
        item = event.get("item")
        channel = event.get("channel") or (item or {}).get("channel")
        about = {"et": event["type"], "tid": workspace.team_id, "aid": workspace.app_id, "cid": channel}
        authorization = {
            "enterprise_id": None,
            "team_id": workspace.team_id,
            "user_id": workspace.bot.id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": workspace.verification_token,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.new_id("Ev"),
            "event_time": int(workspace.now()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": "4-" + base64.b64encode(json.dumps(about).encode()).decode().rstrip("="),
        }
