"""The state of a workspace: who and what is there, and a version that grows with every change."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.model import (
    Channel,
    File,
    Json,
    Kind,
    Message,
    ResponseUrl,
    Thread,
    Trigger,
    User,
    UserGroup,
    View,
)

RESPONSE_URL_SECONDS = 30 * 60
TRIGGER_SECONDS = 3
SLACKBOT = "USLACKBOT"
T = TypeVar("T")


class NoSuch(LookupError):
    """Nobody or nothing of that name; the message says what was looked for."""


class Workspace:
    """A workspace with one app in it.

    Its objects may be changed by whoever then calls `changed()`. `clock` gives seconds of the epoch.
    """

    def __init__(self, app: App | None = None, clock: Callable[[], float] = time.time) -> None:
        self.app = app or App()
        self.team_id, self.domain, self.app_id = "T0000000001", "sandbox", "A0000000001"
        self.bot_id, self.verification_token = "B0000000001", secrets.token_hex(12)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        """Channel id → ts → message, the ephemeral ones too."""
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        """Every modal that is open, and every Home."""
        self.modals: dict[str, list[str]] = {}
        """User id → ids of the open views, the visible one last."""
        self.homes: dict[str, str] = {}
        self.threads: dict[tuple[str, str], Thread] = {}
        """(Channel id, root's ts) → what an agent shows there."""
        self.inputs: dict[tuple[str, str], Json] = {}
        """(User id, message's ts) → what they chose in the message's own menus."""
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        self.upload_tickets: dict[str, str] = {}
        """Last part of an upload address → file id."""
        self.files_url = ""
        """Where files are fetched from; the server says it once it listens."""
        self.version = 0
        self.publish: Callable[[str, Json], None] = lambda _subscription, _event: None
        """Called with the name of a subscription and the event."""
        self._clock, self._ahead = clock, 0.0
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._changed = asyncio.Event()
        self.bot = self.add_user(self.app.name, self.app.name.title(), is_bot=True)

    def now(self) -> float:
        """Return the workspace's time."""
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass at once, so that triggers and response_urls expire."""
        self._ahead += seconds

    def new_id(self, prefix: str) -> str:
        """Return an unused id that starts with the letter of its kind."""
        return f"{prefix}{next(self._numbers):010d}"

    def new_ts(self) -> str:
        """Return a timestamp above every one given before."""
        self._last_ts = max(int(self.now() * 1e6), self._last_ts + 1)
        return f"{self._last_ts // 10**6}.{self._last_ts % 10**6:06d}"

    def changed(self) -> None:
        """Tell those who wait that something is different."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, find: Callable[[], T | None], timeout: float) -> T:  # noqa: ASYNC109 - a deadline of its own
        """Return what `find` finds, once it finds something. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while (found := find()) is None:
                await self._changed.wait()
            return found

    def add_user(
        self, name: str, real_name: str = "", tz: str = "Europe/Berlin", *, is_bot: bool = False
    ) -> User:
        """Add a person. Raises ValueError for a name that is taken or a time zone that is none."""
        if any(it.name == name for it in self.users.values()):
            raise ValueError(f"there is a user {name} already")
        try:
            ZoneInfo(tz)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone {tz}") from None
        user = User(self.new_id("U"), name, real_name or name.title(), tz, is_bot)
        self.users[user.id] = user
        self.changed()
        return user

    def add_channel(
        self, name: str, *members: str, kind: Kind = "public_channel", archived: bool = False
    ) -> Channel:
        """Add a conversation of these users (ids). Raises ValueError for a name that is taken."""
        if name and any(it.name == name for it in self.channels.values()):
            raise ValueError(f"there is a channel {name} already")
        prefix = "D" if kind == "im" else "C"
        channel = Channel(self.new_id(prefix), name, kind, self.now(), list(members), archived)
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        self.changed()
        return channel

    def add_group(self, handle: str, *users: str, name: str = "") -> UserGroup:
        """Add a user group of these users (ids)."""
        group = UserGroup(self.new_id("S"), handle, name or handle.upper(), self.now(), list(users))
        self.groups[group.id] = group
        self.changed()
        return group

    def user(self, ref: str) -> User:
        """Return a user by id, name or @name. Raises NoSuch."""
        name = ref.removeprefix("@")
        for user in self.users.values():
            if name in (user.id, user.name):
                return user
        raise NoSuch(f"no user {ref}")

    def channel(self, ref: str) -> Channel:
        """Return a channel by id, name or #name. Raises NoSuch."""
        name = ref.removeprefix("#")
        for channel in self.channels.values():
            if name and name in (channel.id, channel.name):
                return channel
        raise NoSuch(f"no channel {ref}")

    def im(self, user: str) -> Channel:
        """Return the direct messages between the bot and a user (id), which begin now if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        return self.add_channel("", user, self.bot.id, kind="im")

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message that is still there."""
        message = self.messages.get(channel, {}).get(ts)
        return None if message is None or message.deleted else message

    def replies(self, root: Message) -> list[Message]:
        """Return the replies in a thread, oldest first, without ephemeral ones."""
        posted = self.messages[root.channel].values()
        return [it for it in posted if it.thread_ts == root.ts and not it.deleted and not it.only_for]

    def modal(self, user: str) -> View | None:
        """Return the modal that a user (id) sees."""
        stack = self.modals.get(user)
        return self.views[stack[-1]] if stack else None

    def home(self, user: str) -> View | None:
        """Return what was published to the Home tab of a user (id)."""
        return self.views.get(self.homes.get(user, ""))

    def new_trigger(self, user: str, *, view: str = "", channel: str = "") -> Trigger:
        """Begin the three seconds in which a view can be opened for a user."""
        ident = f"{next(self._numbers)}.{self.team_id[-4:]}.{secrets.token_hex(16)}"
        trigger = Trigger(ident, user, self.now() + TRIGGER_SECONDS, view=view, channel=channel)
        self.triggers[ident] = trigger
        return trigger

    def new_response_url(
        self, channel: str, user: str, *, original: str = "", thread_ts: str = ""
    ) -> ResponseUrl:
        """Open a door for answers, for half an hour and five uses."""
        expires = self.now() + RESPONSE_URL_SECONDS
        url = ResponseUrl(
            secrets.token_hex(12), channel, user, expires, original=original, thread_ts=thread_ts
        )
        self.response_urls[url.id] = url
        return url
