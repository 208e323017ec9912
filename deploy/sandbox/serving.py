"""What the stand-ins share as servers: a port of this machine, from the start to the end."""

import asyncio
import contextlib
import ssl
import sys
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, Self

from aiohttp import web


class Server(ABC):
    """Listens from `start` to `close`; as an async context manager, meanwhile."""

    @abstractmethod
    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""

    @abstractmethod
    async def close(self) -> None:
        """Stop listening and end what is under way."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def listen(runner: web.BaseRunner, port: int, ssl_context: ssl.SSLContext | None = None) -> str:
    """Listen on 127.0.0.1, 0 for a free port; return `host:port`. Raises OSError where it is taken."""
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=ssl_context).start()
    host, taken = runner.addresses[0][:2]
    return f"{host}:{taken}"


def until_interrupted(serving: Coroutine[Any, Any, None]) -> int:
    """Serve until Ctrl-C; return the exit code, 2 where it cannot be served (OSError, ValueError)."""
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serving)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0
