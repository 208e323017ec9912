"""Who does what others must not do meanwhile, in Redis: `readiness:<kind>:<what>`, for some seconds.

What is done is percent-encoded. A job can be delivered while its first delivery is still worked on, here or
in another process.
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

RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
"""Renews a lease; 0 where it ended meanwhile, be it that nobody has it."""

log = logging.getLogger(__name__)


class Lease:
    """What is held, until `Leases` lets it go."""

    def __init__(self, connection: Connection, key: str, milliseconds: int) -> None:
        self._call = connection.call
        self._client = connection.client
        self._milliseconds = str(milliseconds)
        self._token = secrets.token_hex(8)
        self.key = key

    async def still(self) -> bool:
        """Whether nobody else can have had it since it was taken. False while the store cannot tell."""
        try:
            return await self._call(lambda: self._client.get(self.key)) == self._token.encode()
        except StoreError as error:
            log.warning("it is not known who has %s: %s", self.key, error)
            return False

    async def take(self) -> bool:
        """Take it, also where it has ended; false where it is another's. Raises `StoreError`."""
        return await self._eval(TAKE)

    async def renew(self) -> bool:
        """Keep it for longer; false where it has ended. Raises `StoreError`."""
        return await self._eval(RENEW)

    async def release(self) -> None:
        """Let it go, where it is ours. Raises `StoreError`."""
        await self._call(lambda: self._client.eval(RELEASE, 1, self.key, self._token))

    async def _eval(self, script: str) -> bool:
        arguments = (self.key, self._token, self._milliseconds)
        return bool(await self._call(lambda: self._client.eval(script, 1, *arguments)))


class Leases:
    """Let one at a time do something; `seconds` after a holder was killed it is the next one's turn.

    Where they are `strict`, nothing begins while the store is away, and a lease that has ended stays so: in
    between somebody else may have had it, and be done.
    """

    def __init__(
        self, connection: Connection, *, seconds: float, kind: str = "answering", strict: bool = False
    ) -> None:
        self._connection = connection
        self._seconds = seconds
        self._kind = kind
        self._strict = strict
        # Within this process it does not take a store.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def held(self, what: str) -> AsyncIterator[Lease]:
        """Wait until nobody else does something, then keep others from it.

        While the store is away only this process is kept from it, and others again once it is back; where
        that is too little (`strict`), raises `StoreError`.
        """
        key = f"readiness:{self._kind}:{quote(what, safe='')}"
        async with self._locks.setdefault(what, asyncio.Lock()):
            lease = Lease(self._connection, key, round(1000 * self._seconds))
            while not await self._taken(lease):  # noqa: ASYNC110 - the holder may be another process
                await asyncio.sleep(LOOK)
            keeping = asyncio.create_task(self._keep(lease))
            try:
                yield lease
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])
                with suppress(StoreError):
                    await lease.release()

    async def _taken(self, lease: Lease) -> bool:
        """Whether something is not another's; nobody can tell while the store is away."""
        try:
            return await lease.take()
        except StoreError as error:
            if self._strict:
                raise
            log.debug("%s is not taken: %s", lease.key, error)
            return True

    async def _keep(self, lease: Lease) -> None:
        """Renew a lease until cancelled, or until it is lost."""
        while True:
            await asyncio.sleep(self._seconds / 4)
            try:
                ours = await (lease.renew() if self._strict else lease.take())
            except StoreError as error:
                log.debug("%s is not renewed: %s", lease.key, error)
                continue
            if not ours:
                log.warning("the lease %s went to somebody else meanwhile", lease.key)
                return
