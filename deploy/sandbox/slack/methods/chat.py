"""chat.*: what the bot posts, changes and deletes."""

from collections.abc import Mapping
from typing import Any, Final

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.blocks import with_ids
from deploy.sandbox.slack.limits import message_problem
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.rendering import message_json


def content(arguments: Arguments) -> dict[str, Any]:
    """Return text, blocks, attachments and metadata, decoded and within Slack's limits. Raises Refused."""
    payload = {
        **arguments,
        "blocks": _list(arguments, "blocks", "invalid_blocks_format"),
        "attachments": _list(arguments, "attachments", "invalid_attachments"),
        "metadata": arguments.parsed("metadata", "invalid_metadata_format"),
    }
    if markdown := arguments.text("markdown_text"):
        if payload["blocks"] or arguments.text("text"):
            raise Refused("markdown_text_conflict")
        payload["blocks"] = [{"type": "markdown", "text": markdown}]
    refuse_bad(payload)
    return payload


def refuse_bad(payload: Mapping[str, Any]) -> None:
    """Raise Refused where Slack would not take this message."""
    problem = message_problem({key: value for key, value in payload.items() if value is not None})
    if problem is None:
        return
    errors = [message.removeprefix("[ERROR] ") for message in problem.messages]
    messages = {"errors": errors, "response_metadata": {"messages": list(problem.messages)}}
    raise Refused(problem.error, messages if errors else {})


def _list(arguments: Arguments, name: str, error: str) -> list[Json] | None:
    value = arguments.parsed(name, error)
    if value is not None and not isinstance(value, list):
        raise Refused(error)
    return value


def post_message(context: Context, arguments: Arguments) -> Json:
    """Post as the bot."""
    workspace = context.workspace
    channel = context.postable(arguments.required("channel"))
    payload = content(arguments)
    message = _message(context, channel, arguments, payload)
    message.broadcast = bool(message.thread_ts) and arguments.flag("reply_broadcast")
    message.metadata = payload["metadata"]
    posting.post(workspace, message, payload["blocks"] or [])
    shown = message_json(workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def _message(context: Context, channel: Channel, arguments: Arguments, payload: Mapping[str, Any]) -> Message:
    """Return a message of the bot as it is asked for, not posted yet. Raises Refused."""
    root = thread_of(context, channel, arguments.text("thread_ts"))
    workspace = context.workspace
    return Message(
        workspace.new_ts(),
        channel.id,
        workspace.bot.id,
        arguments.text("text"),
        attachments=payload["attachments"] or [],
        thread_ts=root,
    )


def thread_of(context: Context, channel: Channel, ts: str) -> str:
    """Return the root's ts of the thread that a message of it is in; empty for none. Raises Refused.

    A reply to a root that was deleted, and has no other reply, comes into the channel: only the answer's
    missing `thread_ts` tells. Source: https://github.com/slack-go/slack/issues/1571
    """
    if not ts:
        return ""
    workspace = context.workspace
    message = workspace.messages[channel.id].get(ts)
    if message is None or message.only_for:
        raise Refused("thread_not_found")
    if message.deleted and not workspace.replies(message):
        return ""
    return message.thread_ts or ts


def update(context: Context, arguments: Arguments) -> Json:
    """Change a message of the bot. Text without blocks removes the blocks; metadata stays unless given."""
    workspace = context.workspace
    message = context.message(arguments)
    if not message.by_bot:
        raise Refused("cant_update_message")
    if workspace.channels[message.channel].archived:
        raise Refused("is_inactive")
    payload = content(arguments)
    previous = message_json(workspace, message)
    if payload["blocks"] is not None or arguments.text("text"):
        message.blocks = with_ids(payload["blocks"] or [])
        message.text = arguments.text("text", message.text)
    if payload["blocks"] is None and arguments.text("text"):
        # Slack shows "(edited)" for changed text, not for changed blocks
        message.edited = {"user": workspace.bot_id, "ts": f"{int(workspace.now())}.000000"}
    if payload["attachments"] is not None:
        message.attachments = payload["attachments"]
    if payload["metadata"] is not None:
        message.metadata = payload["metadata"]
    posting.edit(workspace, message, previous)
    shown = message_json(workspace, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(context: Context, arguments: Arguments) -> Json:
    """Delete a message of the bot."""
    message = context.message(arguments)
    if not message.by_bot:
        raise Refused("cant_delete_message")
    posting.delete(context.workspace, message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(context: Context, arguments: Arguments) -> Json:
    """Post for one member of a channel."""
    workspace = context.workspace
    channel = context.postable(arguments.required("channel"))
    user = arguments.required("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    payload = content(arguments)
    message = _message(context, channel, arguments, payload)
    message.only_for = user
    posting.post(workspace, message, payload["blocks"] or [])
    return {"message_ts": message.ts}


def get_permalink(context: Context, arguments: Arguments) -> Json:
    """Return the address of a message."""
    message = context.message(arguments, "message_ts")
    archive = f"https://{context.workspace.domain}.slack.com/archives/{message.channel}"
    link = f"{archive}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return {"channel": message.channel, "permalink": link}


METHODS: Final[Mapping[str, Handler]] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
}
