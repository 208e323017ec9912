"""What was done already, in Redis: `handlers.ports.Memory`.

Keys, all under `readiness:` with what names them percent-encoded, kept for a day:

- `answered:<request>`: there once it was answered to its end.
- `claim:<key>`: who took it.
- `gathered:<key>`: a sorted set, who was added by when (seconds since 1970).
- `posted:<key>`: `Posted` as JSON.
- `turn:<key>`: there until the next turn.
"""

import logging
import time
from typing import cast
from urllib.parse import quote

import msgspec

from bot.connection import Connection
from handlers.ports import Posted

DAY = 86_400

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

GATHER = """
if ARGV[2] ~= '' then redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('ZRANGE', KEYS[1], 0, -1)
"""

log = logging.getLogger(__name__)


class Memory:
    """See `handlers.ports.Memory`. Methods raise `StoreError`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call
        self._client = connection.client

    async def answered(self, request_id: str) -> bool:
        """Whether a request has been answered to its end."""
        found = await self._call(lambda: self._client.exists(_key("answered", request_id)))
        return bool(found)

    async def mark_answered(self, request_id: str) -> None:
        """Remember that it has."""
        await self._call(lambda: self._client.set(_key("answered", request_id), 1, ex=DAY))

    async def claim(self, key: str, by: str) -> bool:
        """Take something for oneself; true for whoever took it first, however often they ask."""
        name = _key("claim", key)

        async def taken() -> bool:
            # Whether this sets it or an earlier one did, it is read: the answer to the first may be lost.
            await self._client.set(name, by, ex=DAY, nx=True)
            return await self._client.get(name) == by.encode()

        return await self._call(taken)

    async def release(self, key: str, by: str) -> None:
        """Leave what one took to others."""
        await self._call(lambda: self._client.eval(RELEASE, 1, _key("claim", key), by))

    async def gather(self, key: str, member: str) -> tuple[str, ...]:
        """Add somebody, once, and return all that were added, the first one first; nobody is added for ""."""
        name, now = _key("gathered", key), time.time()
        found = await self._call(lambda: self._client.eval(GATHER, 1, name, now, member, DAY))
        return tuple(one.decode() for one in cast("list[bytes]", found))

    async def posted(self, key: str) -> Posted | None:
        """Return the message posted under a key; null where none was begun."""
        found = await self._call(lambda: self._client.get(_key("posted", key)))
        if found is None:
            return None
        try:
            return msgspec.json.decode(found, type=Posted)
        except msgspec.DecodeError as error:
            log.warning("what was posted as %s cannot be read: %s", key, error)
            return None

    async def remember(self, key: str, posted: Posted) -> None:
        """Remember a message, or that it is being posted."""
        told = msgspec.json.encode(posted)
        await self._call(lambda: self._client.set(_key("posted", key), told, ex=DAY))

    async def turn(self, key: str, seconds: float) -> bool:
        """Take a turn that comes once in so many seconds, over all replicas; false where it is not ours."""
        pause = max(1, round(seconds * 1000))
        taken = await self._call(lambda: self._client.set(_key("turn", key), 1, px=pause, nx=True))
        return bool(taken)


def _key(kind: str, name: str) -> str:
    return f"readiness:{kind}:{quote(name, safe='')}"
