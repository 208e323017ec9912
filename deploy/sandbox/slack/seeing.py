"""What there is to see in a workspace: messages and views as JSON, with their words."""

from dataclasses import dataclass
from typing import Any

from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.blocks import words
from deploy.sandbox.slack.model import Json, Message, View
from deploy.sandbox.slack.rendering import (
    channel_json,
    file_json,
    group_json,
    message_json,
    user_json,
    view_json,
)
from deploy.sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Sought:
    """A message that somebody waits for; what is empty does not matter."""

    channel: str
    text: str = ""
    """Part of its words, in the text or the blocks."""
    thread_ts: str = ""
    """The thread it is a reply in."""
    after: str = ""
    """Only newer than this ts."""
    reaction: str = ""
    """With this emoji under it."""
    user: str = ""
    """Seen by this person alone (id or name), as an ephemeral message."""


def find_message(workspace: Workspace, sought: Sought) -> Message | None:
    """Return the newest message that fits. Raises NoSuch for a channel or user that is not there."""
    only_for = workspace.user(sought.user).id if sought.user else ""
    channel = workspace.channel(sought.channel).id
    for message in reversed(workspace.messages[channel].values()):
        fits = not message.deleted and message.only_for == only_for and message.ts > sought.after
        fits = fits and sought.thread_ts in ("", message.thread_ts)
        fits = fits and (not sought.reaction or sought.reaction in message.reactions)
        if fits and sought.text in words_of(message):
            return message
    return None


def words_of(message: Message) -> str:
    """Return what a message says: its blocks where it has any, else its text, then attachments."""
    shown = words(message.blocks) if message.blocks else message.text
    return "\n".join(part for part in (shown, words(message.attachments)) if part)


def words_of_view(view: View) -> str:
    """Return what a modal or a Home tab says."""
    return words([view.body.get("title", {}), view.body.get("blocks", [])])


def seen_message(workspace: Workspace, message: Message) -> Json:
    """Show a message with all that a test may ask for; `words` is what it says, a line for each text."""
    more = {"channel": message.channel, "only_for": message.only_for, "words": words_of(message)}
    return message_json(workspace, message, metadata=True) | more


def seen_view(workspace: Workspace, view: View | None) -> Json | None:
    """Show a view with its words."""
    return None if view is None else view_json(workspace, view) | {"words": words_of_view(view)}


def seen_channel(workspace: Workspace, channel: str) -> list[Json]:
    """Show the messages of a channel (id), oldest first, replies within their root's `replies`.

    Ephemeral ones are left out, deleted ones too unless they have replies.
    """
    shown = []
    for message in workspace.messages[channel].values():
        replies = [] if message.thread_ts else workspace.replies(message)
        if message.thread_ts or message.only_for or (message.deleted and not replies):
            continue
        thread = [seen_message(workspace, it) for it in replies]
        shown.append(seen_message(workspace, message) | {"replies": thread})
    return shown


def seen_by(workspace: Workspace, user: str) -> list[Json]:
    """Show the ephemeral messages of a user (id), oldest first."""
    posted = (it for channel in workspace.messages.values() for it in channel.values())
    own = sorted((it for it in posted if it.only_for == user and not it.deleted), key=lambda it: it.ts)
    return [seen_message(workspace, it) for it in own]


def seen_result(workspace: Workspace, shown: Shown) -> Json:
    """Show what came of an interaction."""
    message = seen_message(workspace, shown.message) if shown.message else None
    return {**vars(shown), "message": message, "view": seen_view(workspace, shown.view)}


def everything(workspace: Workspace) -> dict[str, Any]:
    """Show the whole workspace."""
    return {
        "version": workspace.version,
        "now": workspace.now(),
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "bot": {"user_id": workspace.bot.id, "bot_id": workspace.bot_id, "app_id": workspace.app_id},
        "users": [user_json(workspace, it) for it in workspace.users.values()],
        "channels": [
            channel_json(workspace, it) | {"members": it.members, "messages": seen_channel(workspace, it.id)}
            for it in workspace.channels.values()
        ],
        "usergroups": [group_json(workspace, it, users=True) for it in workspace.groups.values()],
        "ephemerals": {user: seen for user in workspace.users if (seen := seen_by(workspace, user))},
        "modals": {
            user: [seen_view(workspace, workspace.views[it]) for it in stack]
            for user, stack in workspace.modals.items()
            if stack
        },
        "homes": {user: seen_view(workspace, workspace.views[it]) for user, it in workspace.homes.items()},
        "threads": [
            {"channel": channel, "thread_ts": ts, **vars(it)}
            for (channel, ts), it in workspace.threads.items()
        ],
        "files": [file_json(workspace, it) for it in workspace.files.values()],
    }
