"""Messages, reactions and membership change here, and the app hears of what it subscribed to."""

from collections.abc import Sequence

from deploy.sandbox.slack.blocks import with_ids
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.rendering import CHANNEL_TYPES, message_json
from deploy.sandbox.slack.workspace import Workspace


def post(workspace: Workspace, message: Message, blocks: Sequence[Json] = ()) -> Message:
    """Post a message, its blocks with ids for those that have none; of an ephemeral one no event tells."""
    message.blocks = with_ids(blocks)
    message.by_bot = message.user == workspace.bot.id
    workspace.messages[message.channel][message.ts] = message
    if not message.only_for:
        thread = workspace.threads.get((message.channel, message.thread_ts))
        if thread and message.by_bot:
            thread.status = ""
        _publish_message(workspace, message)
    workspace.changed()
    return message


def edit(workspace: Workspace, message: Message, previous: Json) -> None:
    """Tell of a message that was changed; `previous` is how it looked before."""
    if not message.only_for:
        changed = {"message": message_json(workspace, message), "previous_message": previous}
        _publish(workspace, message.channel, {"subtype": "message_changed", "hidden": True, **changed})
    workspace.changed()


def delete(workspace: Workspace, message: Message) -> None:
    """Delete a message; a root that has replies stays as a tombstone."""
    previous = message_json(workspace, message)
    message.deleted = True
    if not message.only_for:
        gone = {"deleted_ts": message.ts, "previous_message": previous}
        _publish(workspace, message.channel, {"subtype": "message_deleted", "hidden": True, **gone})
    workspace.changed()


def react(workspace: Workspace, message: Message, name: str, user: str) -> bool:
    """Add a reaction; False where the user (id) reacted so before."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        return False
    users.append(user)
    _publish_reaction(workspace, message, name, user, "reaction_added")
    return True


def take_back(workspace: Workspace, message: Message, name: str, user: str) -> bool:
    """Remove a reaction; False where there is none of this user (id)."""
    users = message.reactions.get(name, [])
    if user not in users:
        return False
    users.remove(user)
    if not users:
        del message.reactions[name]
    _publish_reaction(workspace, message, name, user, "reaction_removed")
    return True


def join(workspace: Workspace, channel: Channel, user: str, inviter: str = "") -> None:
    """Make a user (id) a member, invited by another or by themselves."""
    if user in channel.members:
        return
    channel.members.append(user)
    _publish_membership(
        workspace, channel, user, "member_joined_channel", {"inviter": inviter} if inviter else {}
    )


def leave(workspace: Workspace, channel: Channel, user: str) -> None:
    """Take a user (id) out of a channel; the bot hears of its own leaving too."""
    if user not in channel.members:
        return
    channel.members.remove(user)
    if user == workspace.bot.id:
        left = "channel_left" if channel.kind == "public_channel" else "group_left"
        workspace.publish(left, {"type": left, "channel": channel.id, "event_ts": workspace.new_ts()})
        workspace.changed()
        return
    _publish_membership(workspace, channel, user, "member_left_channel", {})


def archive(workspace: Workspace, channel: Channel, user: str) -> None:
    """Archive a channel."""
    channel.archived = True
    if workspace.bot.id in channel.members:
        kind = "channel_archive" if channel.kind == "public_channel" else "group_archive"
        event = {"type": kind, "channel": channel.id, "user": user, "event_ts": workspace.new_ts()}
        workspace.publish(kind, event)
    workspace.changed()


def mentions(workspace: Workspace, text: str) -> bool:
    """Whether a text mentions the bot."""
    return f"<@{workspace.bot.id}>" in text or f"<@{workspace.bot.id}|" in text


def _publish_message(workspace: Workspace, message: Message) -> None:
    shown = message_json(workspace, message) | {"event_ts": message.ts}
    _publish(workspace, message.channel, shown)
    channel = workspace.channels[message.channel]
    mentioned = mentions(workspace, message.text) and not message.by_bot
    if mentioned and channel.kind != "im" and workspace.bot.id in channel.members:
        workspace.publish("app_mention", {**shown, "type": "app_mention", "channel": channel.id})


def _publish(workspace: Workspace, channel_id: str, event: Json) -> None:
    channel = workspace.channels[channel_id]
    if workspace.bot.id not in channel.members:
        return
    kind = CHANNEL_TYPES[channel.kind]
    ts = event.get("event_ts") or workspace.new_ts()
    where = {"channel": channel_id, "ts": ts, "event_ts": ts, "channel_type": kind}
    subscription = {"channel": "message.channels", "group": "message.groups"}.get(kind, "message.im")
    workspace.publish(subscription, {"type": "message", **event, **where})


def _publish_reaction(workspace: Workspace, message: Message, name: str, user: str, kind: str) -> None:
    if workspace.bot.id in workspace.channels[message.channel].members:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
        workspace.publish(kind, event | {"event_ts": workspace.new_ts()})
    workspace.changed()


def _publish_membership(workspace: Workspace, channel: Channel, user: str, kind: str, more: Json) -> None:
    if workspace.bot.id in channel.members:
        event = {"type": kind, "user": user, "channel": channel.id, "channel_type": "C", **more}
        workspace.publish(kind, event | {"team": workspace.team_id, "event_ts": workspace.new_ts()})
    workspace.changed()
