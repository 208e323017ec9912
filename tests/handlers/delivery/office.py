"""A courier in a sandbox workspace, with a clock that sleeping moves."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import Message as Seen
from deploy.sandbox.slack.server import SandboxSlack
from handlers.charts import Chart
from handlers.delivery.courier import Courier
from handlers.render.message import Message
from handlers.request import Asker
from tests.handlers.memory import RememberingAll

KEY = "answer:1"


@dataclass
class Office:
    """Where a test works: the workspace, a courier in it, and what it remembers."""

    slack: SandboxSlack
    slept: list[float] = field(default_factory=list)
    drawn: list[Chart] = field(default_factory=list)
    picture: bytes | None = b"\x89PNG"
    """What a chart is drawn as."""

    def __post_init__(self) -> None:
        self.memory = RememberingAll(self.now)
        self.client = AsyncWebClient(self.slack.bot_token, base_url=self.slack.api_url, retry_handlers=[])
        self.courier = self.another_courier()

    def another_courier(self) -> Courier:
        """One of another process, which shares the memory alone."""
        return Courier(self.client, self.memory, draw=self.draw, now=self.now, sleep=self.sleep)

    async def draw(self, chart: Chart) -> bytes | None:
        self.drawn.append(chart)
        return self.picture

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.slack.workspace.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.slack.workspace.advance(seconds)
        await asyncio.sleep(0)

    def asker(self, channel: str = "#ops", *, url: bool = True, original: str = "", **more: Any) -> Asker:  # noqa: ANN401
        """Alice, in a channel; with a response_url of a command, or of a click in an `original` message."""
        workspace = self.slack.workspace
        user, place = workspace.user("alice").id, workspace.channel(channel).id
        if url:
            door = workspace.new_response_url(place, user, original=original)
            more["response_url"] = f"{self.slack.url}/response/{door.id}"
        return Asker(user=user, channel=place, **more)

    def goes_wrong(self, *faults: Fault) -> None:
        self.slack.faults.put(*faults)

    def seen(self, channel: str = "#ops") -> list[Seen]:
        """What everyone sees in a channel, oldest first."""
        return [it for it in self._posted(channel) if not it.only_for]

    def whispered(self, channel: str = "#ops") -> list[Seen]:
        """What one person sees in a channel."""
        return [it for it in self._posted(channel) if it.only_for]

    def direct(self) -> list[Seen]:
        """What alice was written directly."""
        workspace = self.slack.workspace
        return self.seen(workspace.im(workspace.user("alice").id).id)

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of the calls of a method."""
        return [call.arguments for call in self.slack.calls if call.method == method]

    def _posted(self, channel: str) -> list[Seen]:
        workspace = self.slack.workspace
        posted = workspace.messages[workspace.channel(channel).id if channel[0] == "#" else channel].values()
        return [it for it in posted if it.by_bot and not it.deleted]


def words(text: str) -> Message:
    """A message of one section."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": f"*{text}*", "verbatim": True}}
    return Message(text=text, blocks=(block,))


def texts(messages: list[Seen]) -> list[str]:
    return [it.text for it in messages]
