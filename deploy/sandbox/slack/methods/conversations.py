"""conversations.* and users.conversations: what the bot reads of channels and direct messages."""

from collections.abc import Mapping, Sequence
from typing import Final

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.context import Context, Handler, page
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.rendering import channel_json, message_json
from deploy.sandbox.slack.scopes import needed

_KINDS = ("public_channel", "private_channel", "im", "mpim")


def history(context: Context, arguments: Arguments) -> Json:
    """Return the roots and broadcast replies of a conversation, newest first."""
    channel = _readable(context, arguments, "conversations.history")
    posted = context.workspace.messages[channel.id].values()
    roots = [it for it in posted if _shown(context, it) and (not it.thread_ts or it.broadcast)]
    return _messages(context, arguments, sorted(roots, key=_ts, reverse=True), default=100)


def replies(context: Context, arguments: Arguments) -> Json:
    """Return a thread, its root first; a message without replies is a thread of one."""
    channel = _readable(context, arguments, "conversations.replies")
    message = context.workspace.messages[channel.id].get(arguments.required("ts"))
    if message is None or not _shown(context, message):
        raise Refused("thread_not_found")
    thread = [message, *context.workspace.replies(message)]
    return _messages(context, arguments, thread, default=1000, always=message.ts)


def _readable(context: Context, arguments: Arguments, method: str) -> Channel:
    channel = context.channel(arguments.required("channel"), method)
    if not context.is_member(channel):
        raise Refused("not_in_channel")
    return channel


def _shown(context: Context, message: Message) -> bool:
    """Whether others see it: no ephemeral message, and a deleted one only as the root of replies."""
    return not message.only_for and (not message.deleted or bool(context.workspace.replies(message)))


def _ts(message: Message) -> str:
    return message.ts


def _messages(
    context: Context, arguments: Arguments, messages: Sequence[Message], *, default: int, always: str = ""
) -> Json:
    """Return one page within oldest and latest; the message `always` is in every selection."""
    oldest, latest = (_bound(arguments, name) for name in ("oldest", "latest"))
    inclusive = arguments.flag("inclusive")
    chosen = [
        it
        for it in messages
        if it.ts == always
        or (
            (oldest is None or float(it.ts) > oldest or (inclusive and float(it.ts) == oldest))
            and (latest is None or float(it.ts) < latest or (inclusive and float(it.ts) == latest))
        )
    ]
    some, cursor = page(chosen, arguments, default, most=999 if default == 100 else 1000)
    metadata = arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [message_json(context.workspace, it, metadata=metadata) for it in some],
        "has_more": bool(cursor),
    }
    if default == 100:
        answer |= {"pin_count": 0, "channel_actions_ts": None, "channel_actions_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _bound(arguments: Arguments, name: str) -> float | None:
    value = arguments.text(name)
    try:
        return float(value) if value and float(value) else None
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def info(context: Context, arguments: Arguments) -> Json:
    """Return one conversation."""
    channel = context.channel(arguments.required("channel"), "conversations.info")
    members = arguments.flag("include_num_members")
    return {"channel": channel_json(context.workspace, channel, members=members)}


def list_(context: Context, arguments: Arguments) -> Json:
    """Return the conversations of some types; private ones only where the bot is in."""
    found = _of_types(context, arguments, "conversations.list")
    some, cursor = page(found, arguments, 100)
    shown = [channel_json(context.workspace, it, members=it.kind != "im") for it in some]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def own(context: Context, arguments: Arguments) -> Json:
    """Return the conversations of some types that the bot is in, without saying so of each."""
    found = [it for it in _of_types(context, arguments, "users.conversations") if context.is_member(it)]
    some, cursor = page(found, arguments, 100)
    shown = [channel_json(context.workspace, it) for it in some]
    unsaid = [{key: value for key, value in it.items() if key != "is_member"} for it in shown]
    return {"channels": unsaid, "response_metadata": {"next_cursor": cursor}}


def _of_types(context: Context, arguments: Arguments, method: str) -> list[Channel]:
    types = [it.strip() for it in arguments.text("types", "public_channel").split(",")]
    if not set(types) <= set(_KINDS):
        raise Refused("invalid_types")
    for kind in types:
        context.require(needed(method, kind))
    return [
        it
        for it in context.workspace.channels.values()
        if it.kind in types
        and (it.kind == "public_channel" or context.is_member(it))
        and not (it.archived and arguments.flag("exclude_archived"))
    ]


def members(context: Context, arguments: Arguments) -> Json:
    """Return the ids of a conversation's members."""
    channel = context.channel(arguments.required("channel"), "conversations.members")
    some, cursor = page(channel.members, arguments, 100)
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def open_(context: Context, arguments: Arguments) -> Json:
    """Open the direct messages with one person, or look one up that is open."""
    workspace = context.workspace
    context.require(needed("conversations.open", "im"))
    if ident := arguments.text("channel"):
        channel = context.channel(ident)
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = [it.strip() for it in arguments.text("users").split(",") if it.strip()]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("method_not_supported_for_channel_type")  # the sandbox has no group conversations
    before = len(workspace.channels)
    channel = workspace.im(context.user(users[0]))
    was_open = {"no_op": True, "already_open": True} if len(workspace.channels) == before else {}
    full = arguments.flag("return_im")
    return {**was_open, "channel": channel_json(workspace, channel) if full else {"id": channel.id}}


def join(context: Context, arguments: Arguments) -> Json:
    """Make the bot a member of a public channel."""
    workspace = context.workspace
    channel = context.channel(arguments.required("channel"))
    if channel.kind != "public_channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    was_member = context.is_member(channel)
    posting.join(workspace, channel, workspace.bot.id)
    return {"channel": channel_json(workspace, channel), **(already if was_member else {})}


METHODS: Final[Mapping[str, Handler]] = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.list": list_,
    "conversations.members": members,
    "conversations.open": open_,
    "conversations.join": join,
    "users.conversations": own,
}
