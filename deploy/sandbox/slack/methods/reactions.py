"""reactions.*: emoji under messages."""

import re
from collections.abc import Mapping
from typing import Final

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.model import Json, Message

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_TIMESTAMP = re.compile(r"\d+\.\d{6}")


def add(context: Context, arguments: Arguments) -> Json:
    """React as the bot."""
    workspace = context.workspace
    message, name = _target(context, arguments)
    channel = workspace.channels[message.channel]
    if channel.archived:
        raise Refused("is_archived")
    if not posting.react(workspace, message, name, workspace.bot.id):
        raise Refused("already_reacted")
    return {}


def remove(context: Context, arguments: Arguments) -> Json:
    """Take back a reaction of the bot."""
    workspace = context.workspace
    message, name = _target(context, arguments)
    if not posting.take_back(workspace, message, name, workspace.bot.id):
        raise Refused("no_reaction")
    return {}


def _target(context: Context, arguments: Arguments) -> tuple[Message, str]:
    name = arguments.required("name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    if not arguments.text("channel") or not arguments.text("timestamp"):
        raise Refused("no_item_specified")
    if not _TIMESTAMP.fullmatch(arguments.text("timestamp")):
        raise Refused("bad_timestamp")
    message = context.message(arguments, "timestamp")
    if not context.is_member(context.workspace.channels[message.channel]):
        raise Refused("not_in_channel")
    return message, name


METHODS: Final[Mapping[str, Handler]] = {"reactions.add": add, "reactions.remove": remove}
