"""How many runs all the workers of a pool do at a time together: a line in Redis, its head is at work.

Keys, by the clock of Redis, as the clocks of machines may differ:

- `readiness:places:<pool>`: a sorted set, whoever waits or reads by when it came, microseconds since 1970.
- `readiness:places:<pool>:heard`: the same by when it is taken to be gone, milliseconds since 1970.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from bot.connection import Connection
from checks.errors import StoreError

LOOK = 0.5
"""Seconds between two signs of life of one who waits, which are also the looks whether it is its turn."""
KEEP = LOOK / 2
"""Seconds between two of one who has a place: back in the line before one who waits has looked twice."""
KEPT = 3_600
"""Seconds after which a line is forgotten in which nobody stands."""

STAND = f"""
local line, heard = KEYS[1], KEYS[2]
local me, came, patience = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', heard, '-inf', now)
for _, it in ipairs(redis.call('ZRANGE', line, 0, -1)) do
  if not redis.call('ZSCORE', heard, it) then redis.call('ZREM', line, it) end
end
local new = came == ''
if new then
  local last = redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')[2] or 0
  came = string.format('%.0f', math.max(time[1] * 1000000 + time[2], last + 1))
end
local missing = redis.call('ZADD', line, 'NX', came, me) == 1 and not new
redis.call('ZADD', heard, now + patience, me)
redis.call('EXPIRE', line, {KEPT})
redis.call('EXPIRE', heard, {KEPT})
return {{not missing and redis.call('ZRANK', line, me), came}}
"""
"""Gives a sign of life; returns how many are ahead, and when one came: nobody is put ahead of who was there.

Who was missing, as after Redis was emptied, stands again where it stood; how many are ahead is null then,
as others may be missing still.
"""

log = logging.getLogger(__name__)


class Places:
    """Places for `most` runs at a time in a whole pool; whoever waits longest is next.

    A place is free again `seconds` after its holder was killed. Each worker goes by its own `most`, so while
    an update rolls, one with a larger number may also wait behind one with a smaller; a worker without a
    number is not counted.
    """

    def __init__(self, connection: Connection, pool: str, most: int, *, seconds: float) -> None:
        self._connection = connection
        self._key = f"readiness:places:{pool}"
        self._most = most
        self._milliseconds = round(1000 * seconds)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Wait for a place, and keep it. While the store is away nobody gets one; what is at work goes on.

        A holder that others took to be gone goes on as well, and is counted again: what it reads, it reads.
        """
        spot = _Spot(self._connection, self._key, self._milliseconds)
        try:
            await self._turn(spot)
            keeping = asyncio.create_task(self._keep(spot))
            try:
                yield
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])
        finally:
            with suppress(StoreError):
                await spot.leave()

    async def _turn(self, spot: "_Spot") -> None:
        # Whoever is ahead may be in another process.
        while (ahead := await self._ahead(spot)) is None or ahead >= self._most:  # noqa: ASYNC110
            await asyncio.sleep(LOOK)

    async def _keep(self, spot: "_Spot") -> None:
        while True:
            await asyncio.sleep(KEEP)
            await self._ahead(spot)

    async def _ahead(self, spot: "_Spot") -> int | None:
        """Return how many are ahead of one who stands; null while that is not known."""
        try:
            return await spot.stand()
        except StoreError as error:
            log.debug("%s is not seen: %s", self._key, error)
            return None


class _Spot:
    """Where one run stands in a line. Methods raise `StoreError`."""

    def __init__(self, connection: Connection, line: str, milliseconds: int) -> None:
        self._connection = connection
        self._keys = line, f"{line}:heard"
        self._milliseconds = str(milliseconds)
        self._token = secrets.token_hex(8)
        self._came = ""

    async def stand(self) -> int | None:
        """Give a sign of life; return how many are ahead, null where it was missing."""
        client = self._connection.client
        arguments = (*self._keys, self._token, self._came, self._milliseconds)
        found = await self._connection.call(lambda: client.eval(STAND, 2, *arguments))
        ahead, came = cast("tuple[int | None, bytes]", found)
        self._came = came.decode()
        return ahead

    async def leave(self) -> None:
        """Make room."""
        leaving: Any = self._connection.client.pipeline(transaction=False)
        for key in self._keys:
            leaving.zrem(key, self._token)
        await self._connection.call(leaving.execute)
