"""Signed HTTP: Slack's deliveries at /slack/events."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import gaierror

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from checks.errors import UsageError

PATH = "/slack/events"


@asynccontextmanager
async def listening(app: AsyncApp, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    """Listen while entered; yields the host and the port (a free one for port 0). Raises `UsageError`."""
    runner = web.AppRunner(app.web_app(PATH), access_log=None)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        bound = runner.addresses[0]
        yield str(bound[0]), int(bound[1])
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host or None, port).start()
    except OSError as error:
        # asyncio has a sentence of its own for the system's, except where it is about a name.
        reason = error.strerror if isinstance(error, gaierror) else os.strerror(error.errno or 0)
        raise UsageError(f"{host}:{port} cannot be listened on: {reason}", "choose another") from error


def address(text: str) -> tuple[str, int]:
    """Read `:3000`, `127.0.0.1:3000` or `3000`. Raises `UsageError`."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or int(port) > 65_535:
        raise UsageError(f"{text} is no address to listen on", "write it as :3000 or 127.0.0.1:3000")
    return host.strip("[]"), int(port)
