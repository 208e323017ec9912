"""The JSON in which Slack shows what a workspace holds, as the pages of its Web API document it."""

import mimetypes
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from deploy.sandbox.slack.model import Channel, File, Json, Message, User, UserGroup, View
from deploy.sandbox.slack.workspace import SLACKBOT, Workspace

CHANNEL_TYPES: Final[Mapping[str, str]] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
}
"""The kinds of conversations, as events call them."""


def user_json(workspace: Workspace, user: User) -> Json:
    """Show a user as users.info does."""
    offset = datetime.fromtimestamp(workspace.now(), UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "status_emoji": "",
        "team": workspace.team_id,
    }
    if user.is_bot:
        profile |= {"api_app_id": workspace.app_id, "bot_id": workspace.bot_id}
    return {
        "id": user.id,
        "team_id": workspace.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(workspace.now()),
    }


def channel_json(workspace: Workspace, channel: Channel, *, members: bool = False) -> Json:
    """Show a conversation as conversations.info does."""
    shown: Json = {"id": channel.id, "created": int(channel.created), "is_archived": channel.archived}
    if channel.kind == "im":
        user = next(it for it in channel.members if it != workspace.bot.id)
        return shown | {"is_im": True, "is_org_shared": False, "user": user, "is_user_deleted": False}
    private = channel.kind == "private_channel"
    shown |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_general": channel.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "unlinked": 0,
        "context_team_id": workspace.team_id,
        "creator": channel.members[0] if channel.members else SLACKBOT,
        "is_member": workspace.bot.id in channel.members,
        "is_read_only": channel.restricted == "restricted_action_read_only_channel",
        "is_thread_only": channel.restricted == "restricted_action_thread_only_channel",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
    return shown | ({"num_members": len(channel.members)} if members else {})


def group_json(workspace: Workspace, group: UserGroup, *, users: bool = False, count: bool = False) -> Json:
    """Show a user group as usergroups.list does."""
    shown: Json = {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": int(group.created),
        "date_update": int(group.created),
        "date_delete": 0,
        "auto_type": None,
        "created_by": SLACKBOT,
        "updated_by": SLACKBOT,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }
    shown |= {"users": list(group.users)} if users else {}
    return shown | ({"user_count": len(group.users)} if count else {})


def bot_profile(workspace: Workspace) -> Json:
    """Show the bot as messages carry it."""
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot.id,
        "name": workspace.app.name,
        "icons": {},
        "deleted": False,
        "updated": 1700000000,
        "team_id": workspace.team_id,
    }


def message_json(workspace: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """Show a message as conversations.history does; a deleted root that has replies as a tombstone."""
    if message.deleted:
        shown: Json = {"type": "message", "subtype": "tombstone", "user": SLACKBOT, "ts": message.ts}
        return shown | {"text": "This message was deleted.", "hidden": True, **_thread(workspace, message)}
    shown = {"user": message.user, "type": "message", "ts": message.ts}
    optional = {
        "subtype": "thread_broadcast" if message.broadcast else message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": message.edited,
        "metadata": message.metadata if metadata else None,
        "files": [file_json(workspace, workspace.files[it]) for it in message.files],
        "reactions": [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ],
    }
    if message.by_bot:
        shown |= {
            "bot_id": workspace.bot_id,
            "app_id": workspace.app_id,
            "bot_profile": bot_profile(workspace),
        }
    shown |= {"text": message.text, "team": workspace.team_id}
    return shown | {key: value for key, value in optional.items() if value} | _thread(workspace, message)


def _thread(workspace: Workspace, message: Message) -> Json:
    """Say what thread a message is in: a reply names its root, a root counts its replies."""
    if message.thread_ts:
        root = workspace.messages[message.channel].get(message.thread_ts)
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": root.user} if root else {})
    replies = workspace.replies(message)
    if not replies:
        return {}
    users = list(dict.fromkeys(it.user for it in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": workspace.bot.id in users,
    }


def file_json(workspace: Workspace, file: File) -> Json:
    """Show a file as files.info does. Its urls are paths of the sandbox."""
    kinds = {"public": {}, "private": {}}  # type: dict[str, Json]
    for channel, stamps in file.shares.items():
        public = workspace.channels[channel].kind == "public_channel"
        kinds["public" if public else "private"][channel] = [{"ts": ts} for ts in stamps]
    suffix = file.name.rpartition(".")[2]
    name = quote(file.name, safe="")
    where = f"{workspace.files_url}/files-pri/{workspace.team_id}-{file.id}"
    return {
        "id": file.id,
        "created": int(file.created),
        "timestamp": int(file.created),
        "name": file.name,
        "title": file.title or file.name,
        **({"alt_txt": file.alt_text} if file.alt_text else {}),
        "mimetype": mimetypes.guess_type(file.name)[0] or "text/plain",
        "filetype": suffix,
        "pretty_type": suffix.upper(),
        "user": workspace.bot.id,
        "user_team": workspace.team_id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(kinds["public"]),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{where}/{name}",
        "url_private_download": f"{where}/download/{name}",
        "permalink": f"https://{workspace.domain}.slack.com/files/{workspace.bot.id}/{file.id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": list(kinds["public"]),
        "groups": [it for it in kinds["private"] if not it.startswith("D")],
        "ims": [it for it in kinds["private"] if it.startswith("D")],
        "shares": {kind: shares for kind, shares in kinds.items() if shares},
    }


def view_json(workspace: Workspace, view: View) -> Json:
    """Show a view as views.open does, with what the person filled in so far."""
    body = view.body
    return {
        "id": view.id,
        "team_id": workspace.team_id,
        "type": body["type"],
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": workspace.app_id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.bot_id,
    }
