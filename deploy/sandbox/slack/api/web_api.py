"""The Web API: POST or GET /api/<method>."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from deploy.sandbox.slack.api.arguments import Arguments, Refused, decode
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.api.doors import Doors, Reply, reply
from deploy.sandbox.slack.api.tokens import Tokens
from deploy.sandbox.slack.methods import assistant, chat, conversations, files, people, reactions, views
from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.scopes import METHODS
from deploy.sandbox.slack.workspace import NoSuch

HANDLERS: Final[Mapping[str, Handler]] = {
    **assistant.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **views.METHODS,
}
_APP_SCOPES = "connections:write"


class WebApi:
    """Answers method calls as slack.com/api does."""

    def __init__(self, context: Context, tokens: Tokens, doors: Doors) -> None:
        self._context, self._tokens, self._doors = context, tokens, doors

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        try:
            given, warning = decode(*await _content(request), request.query)
        except Refused as refusal:
            error = refusal.error
            return await self._doors.enter(request, method, "", {}, lambda: _refuse(Refused(error)))
        arguments = Arguments(given)
        token = _token(request, given, method)
        channel = self._channel(arguments)
        shown: dict[str, Any] = {**arguments}
        return await self._doors.enter(
            request, method, channel, shown, lambda: self._call(method, token, arguments, warning)
        )

    def _channel(self, arguments: Arguments) -> str:
        """Return the id of the channel that a call is about, empty for none."""
        named = arguments.text("channel") or arguments.text("channel_id")
        try:
            return self._context.workspace.channel(named).id
        except NoSuch:
            return named

    def _call(self, method: str, token: str, arguments: Arguments, warning: str) -> Reply:
        if method not in HANDLERS:
            return _refuse(Refused("unknown_method", {"req_method": method}))
        try:
            self._tokens.check(method, token)
        except Refused as refusal:
            return _refuse(refusal)
        headers = self._scope_headers(method)
        try:
            if METHODS[method].token == "bot":  # noqa: S105 - a kind of token
                self._context.require(METHODS[method].scopes)
            answer = HANDLERS[method](self._context, arguments)
        except Refused as refusal:
            return _refuse(refusal, headers)
        return reply({"ok": True, **_warned(answer, warning)}, headers=headers)

    def _scope_headers(self, method: str) -> dict[str, str]:
        asked = METHODS[method]
        granted = {"bot": self._context.scopes, "app": {_APP_SCOPES}, "none": set[str]()}[asked.token]
        headers = {"x-oauth-scopes": ",".join(sorted(granted))} if granted else {}
        return headers | ({"x-accepted-oauth-scopes": ",".join(sorted(asked.scopes))} if asked.scopes else {})


async def _content(request: web.Request) -> tuple[str, bytes]:
    """Return the type and the body of a request, of a multipart form as if it were urlencoded."""
    if request.content_type != "multipart/form-data":
        return request.headers.get("Content-Type", ""), await request.read()
    fields = [(key, value) for key, value in (await request.post()).items() if isinstance(value, str)]
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _token(request: web.Request, given: Mapping[str, Any], method: str) -> str:
    """Return the bearer token, or the `token` of a form; only the header is taken for an app-level token."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer.strip()
    wants_header = method in METHODS and METHODS[method].token == "app"  # noqa: S105 - a kind of token
    return "" if wants_header else str(given.get("token", ""))


def _refuse(refusal: Refused, headers: Mapping[str, str] | None = None) -> Reply:
    return reply({"ok": False, "error": refusal.error, **refusal.more}, headers=headers)


def _warned(answer: Json, warning: str) -> Json:
    if not warning:
        return answer
    metadata = answer.get("response_metadata", {})
    warnings = [*metadata.get("warnings", ()), warning]
    return {**answer, "warning": ",".join(warnings), "response_metadata": {**metadata, "warnings": warnings}}
