"""From what Slack delivers to a request: nothing else happens before the acknowledgement leaves.

Each function makes a `Request` of one kind of delivery. Its id is Slack's own for the delivery, so that a
repeated one is the same request.
"""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.intents import Save
from handlers.request import Asker, Request

MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")


def _id(*parts: object) -> str:
    """Name a delivery by what Slack calls it; one that it does not name is never a repetition."""
    return ":".join(str(part) for part in parts if part) or secrets.token_hex(8)


def _stranger(body: Mapping[str, Any], team: str | None) -> bool:
    """Whether a person is of another workspace than the app; in an organisation all are at home."""
    own = (body.get("team") or {}).get("id") or body.get("team_id")
    return bool(team and own and team != own and not body.get("enterprise") and not body.get("enterprise_id"))


def of_command(command: Mapping[str, Any], at: datetime) -> Request:
    """Make a request of a slash command."""
    asker = Asker(
        user=command["user_id"],
        name=command.get("user_name", ""),
        channel=command["channel_id"],
        channel_name=command.get("channel_name", ""),
        response_url=command.get("response_url", ""),
        trigger_id=command.get("trigger_id", ""),
    )
    return Request(id=_id(command.get("trigger_id")), asker=asker, at=at, said=command.get("text") or "")


def of_click(body: Mapping[str, Any], at: datetime) -> Request:
    """Make a request of a click on a button whose value is a command.

    Its answer belongs to the thread of the message that was clicked. Where that is a root message, a new run
    does not.
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
        channel_name=channel.get("name", ""),
        thread_ts=thread or ("" if ephemeral else clicked),
        home_ts="" if thread == clicked else thread,
        response_url=body.get("response_url", ""),
        trigger_id=body.get("trigger_id", ""),
        ephemeral=ephemeral,
        stranger=_stranger(body, body["user"].get("team_id")),
    )
    return Request(
        id=_id(body.get("trigger_id"), action.get("action_ts")),
        asker=asker,
        at=at,
        said=action.get("value") or "",
    )


def of_form(body: Mapping[str, Any], intent: Save, at: datetime) -> Request:
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
        stranger=_stranger(body, body["user"].get("team_id")),
    )
    return Request(id=_id(body["view"]["id"], body["view"].get("hash")), asker=asker, at=at, intent=intent)


def of_mention(body: Mapping[str, Any], at: datetime) -> Request:
    """Make a request of a message that mentions the bot, or of one written to it directly.

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
        stranger=_stranger(body, event.get("user_team") or event.get("team")),
    )
    said = MENTION.sub(" ", event.get("text") or "").strip()
    return Request(id=_id(body.get("event_id")), asker=asker, at=at, said=said)


def is_for_us(event: Mapping[str, Any]) -> bool:
    """Whether a message is something that a person wrote: no edit, no deletion, no bot's, our own neither."""
    return (
        bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in (None, "file_share")
    )
