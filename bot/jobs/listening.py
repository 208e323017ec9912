"""docket, made to notice a connection that the kernel has given up."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from docket import Docket
from docket._redis import KeyT, PubSubClient
from redis import exceptions as refused

EMPTY = 3
"""Answers in a row that come before their time, without a message: then the connection is taken for lost."""


class HeedfulDocket(Docket):
    """docket, whose listeners end where their connection is lost.

    The kernel's ETIMEDOUT is the same error as a wait that has ended, which redis-py takes for "no message":
    on such a connection it says so at once, again and again, and docket asks again without a pause. Nothing
    else would run in that process any more.
    """

    @asynccontextmanager
    async def _pubsub(self) -> AsyncGenerator[PubSubClient, None]:
        async with super()._pubsub() as pubsub:
            yield _Heedful(pubsub)


class _Heedful:
    """Listens as another does. Raises `redis.ConnectionError` where that no longer waits for anything."""

    def __init__(self, listener: PubSubClient) -> None:
        self._listener = listener
        self._empty = 0

    async def subscribe(self, *channels: KeyT) -> None:
        await self._listener.subscribe(*channels)

    async def psubscribe(self, *patterns: KeyT) -> None:
        await self._listener.psubscribe(*patterns)

    async def get_message(
        self,
        ignore_subscribe_messages: bool = False,  # noqa: FBT001, FBT002 - as redis-py has it
        timeout: float | None = 0.0,  # noqa: ASYNC109 - the same
    ) -> dict[str, Any] | None:
        began = time.monotonic()
        message = await self._listener.get_message(ignore_subscribe_messages, timeout)
        if message is not None or not timeout or time.monotonic() - began > timeout / 2:
            self._empty = 0
            return message
        self._empty += 1
        if self._empty > EMPTY:
            raise refused.ConnectionError("nothing comes from the server any more, and nothing waits for it")
        await asyncio.sleep(timeout)
        return None

    def listen(self) -> AsyncIterator[dict[str, Any]]:
        return self._listener.listen()

    async def aclose(self) -> None:
        await self._listener.aclose()
