"""Answers to a command or a click: what an acknowledgement carries, and what comes to a response_url.

A response_url takes five answers in half an hour. They can replace or delete the message that was clicked in.
Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

import json
from typing import Any

from aiohttp import web

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.doors import Doors, Reply, reply
from deploy.sandbox.slack.blocks import with_ids
from deploy.sandbox.slack.methods.chat import refuse_bad
from deploy.sandbox.slack.model import Json, Message, ResponseUrl
from deploy.sandbox.slack.rendering import message_json
from deploy.sandbox.slack.workspace import Workspace


class ResponseUrls:
    """POST /response/<id>."""

    def __init__(self, workspace: Workspace, doors: Doors) -> None:
        self._workspace, self._doors = workspace, doors

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take one answer."""
        url = self._workspace.response_urls.get(request.match_info["id"])
        body = await request.read()
        given = _object(body)
        channel = url.channel if url else ""
        return await self._doors.enter(
            request, "response_url", channel, given or {}, lambda: self._take(url, given)
        )

    def _take(self, url: ResponseUrl | None, given: dict[str, Any] | None) -> Reply:
        if url is None or self._workspace.now() > url.expires:
            return reply({"ok": False, "error": "expired_url"}, 404)
        if url.uses_left < 1:
            return reply({"ok": False, "error": "used_url"}, 404)
        if given is None:
            return reply({"ok": False, "error": "invalid_payload"}, 400)
        try:
            respond(self._workspace, url, given)
        except Refused as refusal:
            return reply({"ok": False, "error": refusal.error, **refusal.more}, 400)
        url.uses_left -= 1
        return Reply("ok", content_type="text/html")


def respond(workspace: Workspace, url: ResponseUrl, given: Json) -> Message | None:
    """Post an answer, ephemeral unless response_type is in_channel; replace or delete the original if asked.

    Returns what is shown, None where that is nothing. Raises Refused.
    """
    original = workspace.message(url.channel, url.original)
    asked = Arguments(given)
    if asked.flag("delete_original"):
        if original:
            posting.delete(workspace, original)
        return None
    refuse_bad(given)
    if asked.flag("replace_original") and original:
        previous = message_json(workspace, original)
        original.text = given.get("text", "")
        original.blocks = with_ids(given.get("blocks") or [])
        original.attachments = given.get("attachments") or []
        posting.edit(workspace, original, previous)
        return original
    message = Message(
        workspace.new_ts(),
        url.channel,
        workspace.bot.id,
        given.get("text", ""),
        attachments=given.get("attachments") or [],
        thread_ts=given.get("thread_ts") or url.thread_ts,
        metadata=given.get("metadata"),
        only_for="" if given.get("response_type") == "in_channel" else url.user,
    )
    url.original = url.original or message.ts
    return posting.post(workspace, message, given.get("blocks") or [])


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        decoded = json.loads(body)
    except ValueError:
        return None
    return decoded if isinstance(decoded, dict) else None
