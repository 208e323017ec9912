"""Who is shown a Home tab, in Redis: `handlers.ports.Viewers`.

Keys; of each user what is there is dropped together, a week after they last opened it:

- `readiness:viewers`: a sorted set, users by when they opened it (seconds since 1970).
- `readiness:viewers:chosen`: a hash, user → `Viewer` as JSON.
- `readiness:viewers:shown`: a hash, user → the digest of what they are shown.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
from msgspec import structs

from bot.connection import Connection
from handlers.ports import Viewer

OPENED, CHOSEN, SHOWN = KEYS = ("readiness:viewers", "readiness:viewers:chosen", "readiness:viewers:shown")
KEPT = timedelta(days=7)

ADD = """
local user, chosen, now, gone = unpack(ARGV)
redis.call('ZADD', KEYS[1], now, user)
redis.call('HSET', KEYS[2], user, chosen)
for _, old in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', gone, 'BYSCORE')) do
  redis.call('ZREM', KEYS[1], old)
  redis.call('HDEL', KEYS[2], old)
  redis.call('HDEL', KEYS[3], old)
end
"""

SHOW = """
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then redis.call('HSET', KEYS[3], ARGV[1], ARGV[2]) end
"""

log = logging.getLogger(__name__)


class Viewers:
    """See `handlers.ports.Viewers`. Methods raise `StoreError`."""

    def __init__(
        self, connection: Connection, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._call = connection.call
        self._client = connection.client
        self._now = now

    async def add(self, viewer: Viewer) -> None:
        """Remember somebody, or what they chose now; not what they are shown."""
        chosen = msgspec.json.encode(structs.replace(viewer, shown=""))
        moments = (self._now().timestamp(), self._gone())
        await self._call(lambda: self._client.eval(ADD, len(KEYS), *KEYS, viewer.user, chosen, *moments))

    async def show(self, user: str, digest: str) -> None:
        """Remember what somebody is shown from now on."""
        await self._call(lambda: self._client.eval(SHOW, len(KEYS), *KEYS, user, digest))

    async def all(self) -> Sequence[Viewer]:
        """Return everybody, the latest first."""

        async def opened() -> list[bytes]:
            found = await self._client.zrange(OPENED, "+inf", self._gone(), desc=True, byscore=True)
            return cast("list[bytes]", found)

        return await self._viewers([user.decode() for user in await self._call(opened)])

    async def viewer(self, user: str) -> Viewer | None:
        """Return somebody with what they chose last."""
        score = await self._call(lambda: self._client.zscore(OPENED, user))
        if score is None or score <= self._gone():
            return None
        return next(iter(await self._viewers([user])), None)

    async def _viewers(self, users: Sequence[str]) -> list[Viewer]:
        """Read some; those that cannot be read are left out, with a warning."""
        if not users:
            return []
        chosen, shown = await self._of(CHOSEN, users), await self._of(SHOWN, users)
        read = (_read(*row) for row in zip(users, chosen, shown, strict=True))
        return [viewer for viewer in read if viewer]

    async def _of(self, key: str, users: Sequence[str]) -> list[bytes | None]:
        found = await self._call(lambda: self._client.hmget(key, users))
        return cast("list[bytes | None]", found)

    def _gone(self) -> float:
        return (self._now() - KEPT).timestamp()


def _read(user: str, chosen: bytes | None, shown: bytes | None) -> Viewer | None:
    if chosen is None:
        return None
    try:
        return structs.replace(msgspec.json.decode(chosen, type=Viewer), shown=(shown or b"").decode())
    except msgspec.DecodeError as error:
        log.warning("what %s chose to see in the Home tab cannot be read: %s", user, error)
        return None
