"""Signed HTTP: Slack's deliveries at /slack/events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from checks.errors import UsageError

PATH = "/slack/events"


@asynccontextmanager
async def listening(app: AsyncApp, host: str, port: int) -> AsyncIterator[tuple[str, int]]:
    """Listen while entered; yields the host and the port (a free one for port 0)."""
    runner = web.AppRunner(app.web_app(PATH), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host or None, port).start()
        bound = runner.addresses[0]
        yield str(bound[0]), int(bound[1])
    except OSError as error:
        raise UsageError(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    finally:
        await runner.cleanup()


def address(text: str) -> tuple[str, int]:
    """Read `:3000`, `127.0.0.1:3000` or `3000`. Raises `UsageError`."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65_535:
        raise UsageError(f"{text} is no address to listen on", "write it as :3000 or 127.0.0.1:3000")
    return host.strip("[]"), int(port)
