"""Where the bytes of files go to and come from."""

from urllib.parse import quote

from aiohttp import web

from deploy.sandbox.slack.api.doors import Doors, Reply
from deploy.sandbox.slack.api.tokens import Tokens
from deploy.sandbox.slack.model import File
from deploy.sandbox.slack.workspace import Workspace


class Uploads:
    """POST /upload/v1/<ticket> and GET /files-pri/<team>-<file>/<name>."""

    def __init__(self, workspace: Workspace, tokens: Tokens, doors: Doors) -> None:
        self._workspace, self._tokens, self._doors = workspace, tokens, doors

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of a file, raw or as the part of a form; their number must be what was announced."""
        content = await _content(request)
        ticket = request.match_info["ticket"]
        return await self._doors.enter(
            request, "upload", "", {"size": len(content)}, lambda: self._store(ticket, content)
        )

    def _store(self, ticket: str, content: bytes) -> Reply:
        file = self._workspace.files.get(self._workspace.upload_tickets.get(ticket, ""))
        if file is None or file.content is not None:
            return _say("invalid upload url", 404)
        if len(content) != file.length:
            return _say(f"{len(content)} bytes, {file.length} announced", 400)
        file.content = content
        self._workspace.changed()
        return _say(f"OK - {len(content)}", 200)

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Give a file to the bot, as url_private does."""
        if request.headers.get("Authorization") != f"Bearer {self._tokens.bot}":
            raise web.HTTPForbidden
        file = self._workspace.files.get(request.match_info["file"])
        return download(file)


def download(file: File | None) -> web.Response:
    """Return a file as an attachment. Raises 404 where there is none or nothing was received yet."""
    if file is None or file.content is None:
        raise web.HTTPNotFound
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
    return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)


async def _content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        return bytes(await part.read())  # type: ignore[union-attr]  # a form within a form is no file
    return b""


def _say(text: str, status: int) -> Reply:
    code = "ok" if status == 200 else text
    return Reply(text, code, status, content_type="text/html")
