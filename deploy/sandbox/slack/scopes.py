"""Which token and which scopes Slack asks for, as each method's and each event's page says.

Source: https://docs.slack.dev/reference/methods, https://docs.slack.dev/reference/events
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

_FAMILIES: Final = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
"""The first part of the scopes for each kind of conversation, kinds as conversations.list names them."""


@dataclass(frozen=True)
class Method:
    """What a Web API method asks for."""

    scopes: frozenset[str] = frozenset()
    """Any one of them suffices; for conversations see `needed`."""
    token: Literal["bot", "app", "none"] = "bot"  # noqa: S105 - a kind of token


def _any_of(*scopes: str) -> Method:
    return Method(frozenset(scopes))


def _conversations(right: str) -> Method:
    return _any_of(*(f"{family}:{right}" for family in _FAMILIES.values()))


METHODS: Final[Mapping[str, Method]] = {
    "api.test": Method(token="none"),  # noqa: S106 - says that there is none
    "apps.connections.open": Method(frozenset({"connections:write"}), token="app"),  # noqa: S106 - a kind of token
    "assistant.threads.setStatus": _any_of("assistant:write", "chat:write"),
    "assistant.threads.setSuggestedPrompts": _any_of("assistant:write"),
    "assistant.threads.setTitle": _any_of("assistant:write"),
    "auth.test": Method(),
    "chat.delete": _any_of("chat:write"),
    "chat.getPermalink": Method(),
    "chat.postEphemeral": _any_of("chat:write"),
    "chat.postMessage": _any_of("chat:write"),
    "chat.update": _any_of("chat:write"),
    "conversations.history": _conversations("history"),
    "conversations.info": _conversations("read"),
    "conversations.join": _any_of("channels:join"),
    "conversations.list": _conversations("read"),
    "conversations.members": _conversations("read"),
    "conversations.open": _any_of("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.replies": _conversations("history"),
    "files.completeUploadExternal": _any_of("files:write"),
    "files.getUploadURLExternal": _any_of("files:write"),
    "files.info": _any_of("files:read"),
    "reactions.add": _any_of("reactions:write"),
    "reactions.get": _any_of("reactions:read"),
    "reactions.remove": _any_of("reactions:write"),
    "usergroups.list": _any_of("usergroups:read"),
    "usergroups.users.list": _any_of("usergroups:read"),
    "users.conversations": _conversations("read"),
    "users.info": _any_of("users:read"),
    "users.list": _any_of("users:read"),
    "views.open": Method(),
    "views.publish": Method(),
    "views.push": Method(),
    "views.update": Method(),
}

_NONE: Final[frozenset[str]] = frozenset()
_MEMBERSHIP: Final = frozenset({"channels:read", "groups:read"})

EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "app_home_opened": _NONE,
    "app_mention": frozenset({"app_mentions:read"}),
    "app_uninstalled": _NONE,
    "assistant_thread_context_changed": frozenset({"assistant:write"}),
    "assistant_thread_started": frozenset({"assistant:write"}),
    "channel_archive": frozenset({"channels:read"}),
    "channel_deleted": frozenset({"channels:read"}),
    "channel_left": frozenset({"channels:read"}),
    "channel_rename": frozenset({"channels:read"}),
    "channel_unarchive": frozenset({"channels:read"}),
    "file_shared": frozenset({"files:read"}),
    "group_archive": frozenset({"groups:read"}),
    "group_left": frozenset({"groups:read"}),
    "member_joined_channel": _MEMBERSHIP,
    "member_left_channel": _MEMBERSHIP,
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "message.mpim": frozenset({"mpim:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
    "subteam_members_changed": frozenset({"usergroups:read"}),
    "subteam_updated": frozenset({"usergroups:read"}),
    "team_join": frozenset({"users:read"}),
    "tokens_revoked": _NONE,
    "user_change": frozenset({"users:read"}),
}
"""The scopes of a subscription by the name a manifest gives it; any one suffices, none where empty."""

ALL_BOT_SCOPES: Final = frozenset({"commands", "chat:write.public"}).union(
    *(method.scopes for method in METHODS.values() if method.token == "bot"),  # noqa: S105 - a kind of token
    *EVENTS.values(),
)
"""Every scope of a bot token: of a method, an event, slash commands (`commands`), and of messages to public
channels that the bot is not in (`chat:write.public`)."""


def needed(method: str, channel_kind: str = "") -> frozenset[str]:
    """Return the scopes of which one is needed for a call, none where no scope is.

    `channel_kind` is `public_channel`, `private_channel`, `im` or `mpim`, as conversations.list names them; a
    conversation's kind decides which of a method's scopes counts. Empty: any of them. Raises KeyError for a
    method or a kind that Slack does not have.
    """
    scopes = METHODS[method].scopes
    if not channel_kind or "conversations" not in method.split("."):
        return scopes
    family = _FAMILIES[channel_kind]
    return frozenset(scope for scope in scopes if scope.startswith(f"{family}:"))
