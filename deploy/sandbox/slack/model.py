"""What a workspace holds: people, conversations, messages, files, views. Times are seconds of the epoch."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["public_channel", "private_channel", "im"]
Json = dict[str, Any]
"""A JSON object."""


@dataclass
class User:
    """A person, or the app's bot user."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation; an im is between the bot and one person and has no name."""

    id: str
    name: str
    kind: Kind
    created: float
    members: list[str] = field(default_factory=list)
    """User ids, in the order they joined."""
    archived: bool = False
    restricted: str = ""
    """The error code which the bot's messages are refused with, such as `restricted_action`; empty: none."""


@dataclass
class UserGroup:
    """People who can be mentioned together."""

    id: str
    handle: str
    name: str
    created: float
    users: list[str] = field(default_factory=list)


@dataclass
class Message:
    """A message, or an ephemeral one where `only_for` names who sees it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    """The root's ts, in a reply; empty in a root."""
    broadcast: bool = False
    by_bot: bool = False
    subtype: str = ""
    client_msg_id: str = ""
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Emoji name → user ids."""
    files: list[str] = field(default_factory=list)
    only_for: str = ""
    deleted: bool = False


@dataclass
class File:
    """An upload: announced, then received (`content`), then completed, with or without `shares`."""

    id: str
    name: str
    length: int
    created: float
    title: str = ""
    alt_text: str = ""
    """What a picture shows, for screen readers."""
    content: bytes | None = None
    completed: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)
    """Channel id → ts of the messages that carry it."""


@dataclass
class View:
    """A modal or a Home tab of one person; `body` is what the app gave, with the ids that Slack adds."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    state: Json = field(default_factory=dict)
    """block_id → action_id → value, as far as the person filled it in."""
    channel: str = ""
    """Where the interaction took place that opened it; empty for a Home."""


@dataclass
class ResponseUrl:
    """A door for answers to one command or click."""

    id: str
    channel: str
    user: str
    expires: float
    uses_left: int = 5
    original: str = ""
    """ts of the message it was clicked in, or of the first answer that can be replaced."""
    thread_ts: str = ""


@dataclass
class Trigger:
    """A trigger_id: opens one view, soon."""

    id: str
    user: str
    expires: float
    used: bool = False
    view: str = ""
    """The view it comes from, if any."""
    channel: str = ""


@dataclass
class Thread:
    """What an agent's thread shows besides its messages."""

    status: str = ""
    title: str = ""
    prompts: list[Json] = field(default_factory=list)
    prompts_title: str = ""
