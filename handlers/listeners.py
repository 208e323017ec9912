"""From what Slack delivers to a request: nothing else happens before the acknowledgement leaves.

Each function makes a `Request` of one kind of delivery. Its id is Slack's own for the delivery, so that a
repeated one is the same request.
"""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from handlers.intents import Home, Save, Welcome
from handlers.language.words import plain
from handlers.render.elements import TURN
from handlers.request import Asker, Request
from handlers.schedules.intents import Plan
from handlers.workspace import Workspace

MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")
ADDRESS = re.compile(rf"\s*({MENTION.pattern}|<!subteam\^[^>]*>|<!(here|channel|everyone)\b[^>]*>)")
"""What a message begins with that is said to somebody else."""
BY_PEOPLE = (None, "file_share", "thread_broadcast")
"""The subtypes of what somebody writes; of the others each tells of something that happened."""


def _id(name: str, *said: object) -> str:
    """Name a delivery by what Slack calls it and what it says; without a name it is never a repetition.

    What it says is no more than a second look: a name that is given twice hides nothing that somebody asked.
    """
    if not name:
        return secrets.token_hex(8)
    return f"{name}:{sha256(repr(said).encode()).hexdigest()[:8]}"


def of_command(command: Mapping[str, Any], at: datetime) -> Request:
    """Make a request of a slash command."""
    asker = Asker(
        user=command["user_id"],
        name=command.get("user_name", ""),
        channel=command["channel_id"],
        response_url=command.get("response_url", ""),
        trigger_id=command.get("trigger_id", ""),
    )
    said = plain(command.get("text") or "")
    ident = _id(asker.trigger_id, asker.user, asker.channel, said, asker.response_url)
    return Request(id=ident, asker=asker, at=at, said=said)


def of_click(body: Mapping[str, Any], at: datetime, workspace: Workspace) -> Request:
    """Make a request of a click on a button, or of a choice in a menu, whose value is a command.

    Its answer belongs to the thread of the message that was clicked; another page takes its place. Where that
    is a root message, a new run does not belong there. In the Home tab there is no message, and no channel.
    """
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    clicked = message.get("ts") or container.get("message_ts", "")
    thread = message.get("thread_ts") or container.get("thread_ts") or ""
    ephemeral = bool(container.get("is_ephemeral"))
    channel = body.get("channel") or {}
    asker = Asker(
        user=body["user"]["id"],
        name=body["user"].get("username") or body["user"].get("name", ""),
        channel=channel.get("id") or container.get("channel_id", ""),
        thread_ts=thread or ("" if ephemeral else clicked),
        home_ts="" if thread == clicked else thread,
        response_url=body.get("response_url", ""),
        trigger_id=body.get("trigger_id", ""),
        ephemeral=ephemeral,
        stranger=workspace.of_interaction(body),
        page_ts="" if ephemeral or not str(action.get("action_id")).startswith(TURN) else clicked,
    )
    said = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
    where = (asker.user, asker.channel, clicked, asker.response_url)
    ident = _id(asker.trigger_id, action.get("action_ts"), said, *where)
    return Request(id=ident, asker=asker, at=at, said=said)


def of_form(body: Mapping[str, Any], intent: Save | Plan, at: datetime, workspace: Workspace) -> Request:
    """Make a request of a submitted form; where it was opened is in its private metadata."""
    origin = json.loads(body["view"]["private_metadata"])
    asker = Asker(
        user=body["user"]["id"],
        name=body["user"].get("username") or body["user"].get("name", ""),
        channel=origin["channel"],
        thread_ts=origin.get("thread_ts", ""),
        home_ts=origin.get("thread_ts", ""),
        response_url=origin.get("response_url", ""),
        trigger_id=body.get("trigger_id", ""),
        stranger=workspace.of_interaction(body),
    )
    view = body["view"]
    ident = _id(view["id"], view.get("hash"), asker.user, view.get("state"))
    return Request(id=ident, asker=asker, at=at, intent=intent)


def of_words(body: Mapping[str, Any], at: datetime, workspace: Workspace) -> Request:
    """Make a request of what somebody wrote: naming the bot, to it directly, or in a thread of its own.

    The answer goes to its thread, which it starts where it is in none.
    """
    event = body["event"]
    thread = event.get("thread_ts") or event["ts"]
    asker = Asker(
        user=event["user"],
        channel=event["channel"],
        thread_ts=thread,
        home_ts=thread,
        message_ts=event["ts"],
        stranger=workspace.of_event(body),
        overheard=event.get("type") == "message" and not is_direct(event),
    )
    said = plain(event.get("text") or "").strip()
    ident = _id(body.get("event_id", ""), asker.channel, asker.message_ts, said)
    return Request(id=ident, asker=asker, at=at, said=said)


def of_opening(body: Mapping[str, Any], at: datetime, workspace: Workspace) -> Request:
    """Make a request of somebody who opens the app: its Home tab, or the direct messages with it."""
    event = body["event"]
    home = event.get("tab") != "messages"
    channel = "" if home else event.get("channel", "")
    asker = Asker(user=event["user"], channel=channel, stranger=workspace.of_event(body))
    ident = _id(body.get("event_id", ""), asker.user, event.get("tab"))
    return Request(id=ident, asker=asker, at=at, intent=Home() if home else Welcome())


def is_for_us(event: Mapping[str, Any]) -> bool:
    """Whether a message is something that a person wrote: no edit, no deletion, no bot's, our own neither."""
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in BY_PEOPLE


def is_direct(event: Mapping[str, Any]) -> bool:
    """Whether a message was written to the bot directly."""
    return event.get("channel_type") == "im" or str(event.get("channel")).startswith("D")


def may_be_for_us(event: Mapping[str, Any], workspace: Workspace) -> bool:
    """Whether a message in a channel can be for us without a mention: that comes as an event of its own."""
    text = event.get("text") or ""
    named = bool(workspace.bot_user) and re.search(rf"<@{workspace.bot_user}[|>]", text) is not None
    return bool(event.get("thread_ts")) and not named and not ADDRESS.match(text)
