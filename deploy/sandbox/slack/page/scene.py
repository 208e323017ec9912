"""What a person sees of a workspace, in the order in which a page shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deploy.sandbox.slack.acting.state import initial_values
from deploy.sandbox.slack.model import Channel, File, Json, Message, Thread, View
from deploy.sandbox.slack.page.advertised import Advertised
from deploy.sandbox.slack.page.look import Look, channels, direct, people
from deploy.sandbox.slack.page.reader import Reader
from deploy.sandbox.slack.workspace import Workspace

_TOGETHER: Final = 300.0
"""Seconds within which the messages of one author stand under one name."""


@dataclass(frozen=True)
class Said:
    """A message as its reader sees it."""

    message: Message
    files: Sequence[File]
    state: Json
    """block_id → action_id → value of what the reader chose in it."""
    replies: int
    status: str
    """What the app says it is doing in the message's thread."""
    day: str = ""
    """The heading above it; empty where the day is that of the message before."""
    follows: bool = False
    """It stands under the name of the message before."""

    @property
    def at(self) -> float:
        """When it was posted, in seconds of the epoch."""
        return float(self.message.ts)


@dataclass(frozen=True)
class Box:
    """Where something is typed: the channel, and the thread where it is a reply there."""

    channel: str
    thread: str
    label: str
    closed: str = ""
    """Why nothing can be typed."""
    prompts: Sequence[Json] = ()
    prompts_title: str = ""


class Scene:
    """Everything that a page shows of what somebody looks at."""

    def __init__(self, workspace: Workspace, look: Look, advertised: Advertised) -> None:
        self.workspace, self.look, self.advertised = workspace, look, advertised
        self.reader = Reader(workspace, look.person)
        self.people, self.channels = people(workspace), channels(workspace, look.person)
        self._im = direct(workspace, look.person)

    @property
    def modal(self) -> View | None:
        """The modal before the person."""
        return self.workspace.modal(self.look.person.id)

    @property
    def home(self) -> View | None:
        """The person's Home tab, once the app has published it."""
        return self.workspace.home(self.look.person.id)

    def channel(self) -> list[Said]:
        """Return what stands in the channel: roots, and replies that were sent there too."""
        channel = self.look.channel.id
        roots = [it for it in self._seen(channel) if not it.thread_ts or it.broadcast]
        return list(self._said(roots))

    def thread(self) -> list[Said]:
        """Return the thread that is open, its root first."""
        root = self.look.root
        return list(self._said(self._thread(root))) if root else []

    def conversations(self) -> list[list[Said]]:
        """Return the direct messages with the app: each conversation with its replies."""
        if self._im is None:
            return []
        roots = [it for it in self._seen(self._im.id) if not it.thread_ts]
        return [list(self._said(self._thread(root))) for root in roots]

    def channel_box(self) -> Box:
        """Return where one types in the channel."""
        channel = self.look.channel
        prompts = () if self._seen(channel.id) else self.advertised.starters
        return Box(channel.id, "", f"Message #{channel.name}", _closed(channel), prompts)

    def thread_box(self) -> Box:
        """Return where one replies in the open thread."""
        root = self.look.root
        channel = self.workspace.channels[root.channel if root else self.look.channel.id]
        state = self._state(channel.id, root.ts if root else "")
        closed = _closed(channel)
        return Box(channel.id, root.ts if root else "", "Reply in the thread", closed, state.prompts)

    def direct_box(self) -> Box:
        """Return where one writes to the app: in the last conversation, unless a new one is to begin."""
        bot = self.workspace.bot
        begun = [it for it in self._seen(self._im.id) if not it.thread_ts] if self._im else []
        thread = begun[-1].ts if begun and not self.look.fresh else ""
        state = self._state(self._im.id if self._im else "", thread)
        prompts = state.prompts or (self.advertised.prompts if not thread else [])
        return Box(bot.name, thread, f"Message {bot.name}", "", prompts, state.prompts_title)

    def _seen(self, channel: str) -> list[Message]:
        """Return the messages in a channel that the person sees, oldest first."""
        posted = self.workspace.messages[channel].values()
        mine = (it for it in posted if it.only_for in ("", self.look.person.id))
        return [it for it in mine if not it.deleted or self.workspace.replies(it)]

    def _thread(self, root: Message) -> list[Message]:
        return [root, *(it for it in self._seen(root.channel) if it.thread_ts == root.ts)]

    def _said(self, messages: Sequence[Message]) -> Iterator[Said]:
        last: Said | None = None
        for message in messages:
            last = self._one(message, last)
            yield last

    def _one(self, message: Message, before: Said | None) -> Said:
        workspace, at = self.workspace, float(message.ts)
        day = self.reader.day(at)
        same_day = before is not None and self.reader.day(before.at) == day
        follows = (
            before is not None
            and same_day
            and not before.replies
            and (before.message.user, before.message.only_for) == (message.user, message.only_for)
            and at - before.at < _TOGETHER
        )
        state = initial_values(message.blocks)
        for block, values in workspace.inputs.get((self.look.person.id, message.ts), {}).items():
            state.get(block, {}).update(values)
        return Said(
            message,
            [workspace.files[it] for it in message.files],
            state,
            len(workspace.replies(message)) if not message.thread_ts else 0,
            self._state(message.channel, message.ts).status,
            "" if same_day else day,
            follows,
        )

    def _state(self, channel: str, ts: str) -> Thread:
        return self.workspace.threads.get((channel, ts), Thread())


def _closed(channel: Channel) -> str:
    return f"#{channel.name} is archived" if channel.archived else ""
