"""What the methods of the Web API work with, and the questions that most of them ask."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.scopes import needed
from deploy.sandbox.slack.workspace import NoSuch, Workspace

T = TypeVar("T")


@dataclass
class Context:
    """The workspace, as the app may see it."""

    workspace: Workspace
    scopes: frozenset[str]
    """Those of the bot token; they may change while it runs."""
    base_url: str = ""
    open_socket: Callable[[str], str] | None = None
    """Gives a WebSocket URL from `base_url`; None where the app takes deliveries over HTTP."""

    def require(self, scopes: frozenset[str]) -> None:
        """Raise Refused unless the token has one of these scopes; none is enough for none."""
        if scopes and not scopes & self.scopes:
            more = {"needed": ",".join(sorted(scopes)), "provided": ",".join(sorted(self.scopes))}
            raise Refused("missing_scope", more)

    def channel(self, ref: str, method: str = "") -> Channel:
        """Return a conversation by id, where the app may know of it. Raises Refused.

        `method` names the conversations.* method of which the scope is checked for this kind of conversation.
        """
        channel = self.workspace.channels.get(ref)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.kind != "public_channel" and not self.is_member(channel):
            raise Refused("channel_not_found")
        if method:
            self.require(needed(method, channel.kind))
        return channel

    def is_member(self, channel: Channel) -> bool:
        """Whether the bot is in a conversation."""
        return self.workspace.bot.id in channel.members

    def message(self, arguments: Arguments, name: str = "ts") -> Message:
        """Return the message that `channel` and a timestamp name, ephemeral ones excepted. Raises Refused."""
        channel = self.channel(arguments.required("channel"))
        message = self.workspace.message(channel.id, arguments.required(name))
        if message is None or message.only_for:
            raise Refused("message_not_found")
        return message

    def user(self, ref: str) -> str:
        """Return the id of a user. Raises Refused."""
        if ref not in self.workspace.users:
            raise Refused("user_not_found")
        return ref

    def postable(self, ref: str) -> Channel:
        """Return where a message may go: a channel, by id or name, or a user. Raises Refused."""
        if ref in self.workspace.users and ref != self.workspace.bot.id:
            return self.workspace.im(ref)
        try:
            channel = self.channel(self.workspace.channel(ref).id)
        except NoSuch:
            raise Refused("channel_not_found") from None
        if channel.archived:
            raise Refused("is_archived")
        if not self.is_member(channel) and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        if channel.restricted:
            raise Refused(channel.restricted)
        return channel


Handler = Callable[[Context, Arguments], Json]


def page(items: Sequence[T], arguments: Arguments, default: int, most: int = 1000) -> tuple[list[T], str]:
    """Return the page that `cursor` and `limit` ask for, and the cursor of the next, empty at the end.

    Raises Refused for a cursor that was never given or a limit outside of 1 to `most`.
    """
    limit = arguments.number("limit", default) or default
    if not 1 <= limit <= most:
        raise Refused("invalid_limit")
    start = _offset(arguments.text("cursor"))
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), cursor


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"next:"))
    except (binascii.Error, ValueError):
        raise Refused("invalid_cursor") from None
