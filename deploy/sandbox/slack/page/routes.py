"""The page: `/` shows a workspace to a person, who acts through the driver.

The script only asks for the page again when something has changed, puts what is new in place, and passes on
what is typed and clicked.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from deploy.sandbox.slack.api.uploads import download
from deploy.sandbox.slack.model import File
from deploy.sandbox.slack.page.advertised import read_advertised
from deploy.sandbox.slack.page.look import read_look
from deploy.sandbox.slack.page.markup import page
from deploy.sandbox.slack.page.scene import Scene
from deploy.sandbox.slack.workspace import NoSuch

if TYPE_CHECKING:
    from deploy.sandbox.slack.server import SandboxSlack

_ASSETS: Final = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_SHOWN: Final = {"html": "text/html", "png": "image/png"}
"""Kinds of files that a browser shows; all others are downloaded."""
_FILE_HEADERS: Final = _HEADERS | {
    "Content-Security-Policy": (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        " form-action 'none'; frame-ancestors 'none'"
    ),
}
"""For what the app uploaded: it is not of this origin, and runs nothing."""


class Page:
    """The handlers of the page."""

    def __init__(self, slack: "SandboxSlack") -> None:
        self._workspace = slack.workspace
        self._advertised = read_advertised()

    def route(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        router.add_get("/", self._page)
        router.add_get("/page/{asset}", self._asset)
        router.add_get("/files/{file}/{name}", self._file)

    async def _page(self, request: web.Request) -> web.Response:
        try:
            look = read_look(self._workspace, request.query)
        except NoSuch as error:
            return web.Response(text=str(error), status=404, headers=_HEADERS)
        shown = page(Scene(self._workspace, look, self._advertised))
        return web.Response(text=shown, content_type="text/html", headers=_HEADERS)

    async def _asset(self, request: web.Request) -> web.Response:
        name = request.match_info["asset"]
        if name not in _ASSETS:
            raise web.HTTPNotFound
        text = (_HERE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_ASSETS[name], headers=_HEADERS)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._workspace.files.get(request.match_info["file"])
        kind = shown_as(file) if file else ""
        if file is None or file.content is None or not kind:
            return download(file)
        return web.Response(body=file.content, content_type=kind, charset="utf-8", headers=_FILE_HEADERS)


def shown_as(file: File) -> str:
    """Return the type under which a browser shows a file; empty for one to be downloaded."""
    return _SHOWN.get(file.name.rpartition(".")[2].lower(), "")
