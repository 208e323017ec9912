"""files.*: an upload is announced, sent to its own address, and then completed."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.api.arguments import Arguments, Refused, invalid
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.methods.chat import refuse_bad, thread_of
from deploy.sandbox.slack.model import Channel, File, Json, Message
from deploy.sandbox.slack.rendering import file_json

_BYTES = 1_000_000_000


def get_upload_url(context: Context, arguments: Arguments) -> Json:
    """Announce a file by name and length, and say where its bytes go."""
    workspace = context.workspace
    name, length = arguments.required("filename"), arguments.number("length", 0)
    if length <= 0:
        raise Refused("missing_argument")
    if length > _BYTES:
        raise Refused("file_upload_size_restricted")
    file = File(workspace.new_id("F"), name, length, workspace.now(), alt_text=arguments.text("alt_txt"))
    workspace.files[file.id] = file
    ticket = f"{file.id}-{secrets.token_urlsafe(24)}"
    workspace.upload_tickets[ticket] = file.id
    return {"upload_url": f"{context.base_url}/upload/v1/{ticket}", "file_id": file.id}


def complete(context: Context, arguments: Arguments) -> Json:
    """Share what was uploaded: in one channel or several, in a thread, or with nobody yet."""
    workspace = context.workspace
    files = [_uploaded(context, item) for item in _list(arguments, "files")]
    named = [arguments.text("channel_id"), *arguments.text("channels").split(",")]
    channels = [_shareable(context, it) for it in dict.fromkeys(it.strip() for it in named if it.strip())]
    comment = arguments.text("initial_comment")
    blocks = [] if comment else _list(arguments, "blocks", required=False)
    if comment or blocks:
        refuse_bad({"text": comment, "blocks": blocks})
    roots = {it.id: thread_of(context, it, arguments.text("thread_ts")) for it in channels}
    for file in files:
        file.completed = True
    for channel in channels:
        message = Message(
            workspace.new_ts(), channel.id, workspace.bot.id, comment, thread_ts=roots[channel.id]
        )
        message.files, message.subtype = [it.id for it in files], "file_share"
        for file in files:
            file.shares.setdefault(channel.id, []).append(message.ts)
        posting.post(workspace, message, blocks)
    workspace.changed()
    return {"files": [file_json(workspace, it) for it in files]}


def _list(arguments: Arguments, name: str, *, required: bool = True) -> list[Any]:
    if required:
        arguments.required(name)
    value = arguments.parsed(name) or []
    if not isinstance(value, list):
        raise invalid(f"must provide an array [json-pointer:/{name}]")
    return value


def _uploaded(context: Context, item: object) -> File:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise invalid("missing required field: id [json-pointer:/files/0]")
    file = context.workspace.files.get(item["id"])
    if file is None or file.content is None or file.completed:
        raise Refused("file_not_found")
    file.title = str(item.get("title") or file.name)
    return file


def _shareable(context: Context, ref: str) -> Channel:
    """Return where a file may go; to a channel the bot is not in, it may not."""
    channel = context.postable(ref)
    if not context.is_member(channel):
        raise Refused("not_in_channel")
    return channel


def info(context: Context, arguments: Arguments) -> Json:
    """Return one file."""
    file = context.workspace.files.get(arguments.required("file"))
    if file is None or not file.completed:
        raise Refused("file_not_found")
    return {
        "file": file_json(context.workspace, file),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


METHODS: Final[Mapping[str, Handler]] = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete,
    "files.info": info,
}
