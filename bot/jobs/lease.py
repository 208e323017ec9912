"""Who answers a request, in Redis: `readiness:answering:<request>`, percent-encoded, for some seconds.

A job can be delivered while its first delivery is still worked on, here or in another process.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote
from weakref import WeakValueDictionary

from bot.connection import Connection
from bot.memory import RELEASE
from checks.errors import StoreError

LOOK = 0.25
"""Seconds between two looks whether somebody else is done."""

TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""Takes a lease, or renews it; 0 where it is another's."""

log = logging.getLogger(__name__)


class Leases:
    """Let one at a time answer a request; `seconds` after a holder was killed it is the next one's turn."""

    def __init__(self, connection: Connection, *, seconds: float) -> None:
        self._call = connection.call
        self._client = connection.client
        self._seconds = seconds
        # Within this process it does not take a store.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def held(self, request_id: str) -> AsyncIterator[None]:
        """Wait until nobody else answers a request, then keep others from it.

        While the store is away only this process is kept from it, and others again once it is back.
        """
        key, token = f"readiness:answering:{quote(request_id, safe='')}", secrets.token_hex(8)
        async with self._locks.setdefault(request_id, asyncio.Lock()):
            while not await self._taken(key, token):  # noqa: ASYNC110 - the holder may be another process
                await asyncio.sleep(LOOK)
            keeping = asyncio.create_task(self._keep(key, token))
            try:
                yield
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])
                with suppress(StoreError):
                    await self._call(lambda: self._client.eval(RELEASE, 1, key, token))

    async def _taken(self, key: str, token: str) -> bool:
        """Whether a request is not another's; nobody can tell while the store is away."""
        milliseconds = str(round(1000 * self._seconds))
        try:
            return bool(await self._call(lambda: self._client.eval(TAKE, 1, key, token, milliseconds)))
        except StoreError as error:
            log.debug("answered without a lease: %s", error)
            return True

    async def _keep(self, key: str, token: str) -> None:
        """Renew a lease until cancelled."""
        while True:
            await asyncio.sleep(self._seconds / 4)
            if not await self._taken(key, token):
                log.warning("the lease %s went to somebody else meanwhile", key)
                return
