"""The store of a process that serves."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.connection import Connection, connect, sentences
from bot.migrations import migrate


@asynccontextmanager
async def store() -> AsyncIterator[Connection]:
    """Open the store of $REDIS_URL, else that of this machine. Raises `StoreError`."""
    async with connect(os.environ.get("REDIS_URL") or None) as connection:
        with sentences(connection.where):
            await migrate(connection.client)
        yield connection
