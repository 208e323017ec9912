"""One WebSocket of the app: what Slack says on it beside the deliveries."""

import asyncio
import contextlib
from typing import Any

from aiohttp import web


class Connection:
    """An open connection. Once deaf, it stays open, says nothing more and hears only that it is closed."""

    def __init__(self, request: web.Request, host: str) -> None:
        # Pings reach `receive`, so that a deaf connection can leave them unanswered.
        self.socket = web.WebSocketResponse(autoping=False, timeout=1)
        self.deaf = False
        self.warned = asyncio.Event()
        self._request = request
        self._host = host

    async def send(self, message: dict[str, Any]) -> None:
        """Send, or lose it where nobody listens."""
        if not self.deaf:
            with contextlib.suppress(ConnectionError):
                await self.socket.send_json(message)

    async def disconnect(self, reason: str) -> None:
        """Send the message that asks the app to leave."""
        await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": self._host}})

    async def end(self, reason: str) -> None:
        """Ask the app to leave and close; a deaf connection stays."""
        if not self.deaf:
            await self.disconnect(reason)
            await self.socket.close()

    async def keep_pinging(self, interval: float) -> None:
        """Ping every `interval` seconds."""
        while True:
            await asyncio.sleep(interval)
            if not self.deaf:
                with contextlib.suppress(ConnectionError):
                    await self.socket.ping(f"Ping from {self._host}".encode())

    async def age(self, lifetime: float, warning: float) -> None:
        """Wait for the end of the lifetime, or for an earlier warning, and refresh."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.warned.wait(), lifetime - warning)
        await self.disconnect("warning")
        await asyncio.sleep(warning)
        await self.end("refresh_requested")

    def cut(self) -> None:
        """Drop the TCP connection without a word."""
        if self._request.transport:
            self._request.transport.abort()
