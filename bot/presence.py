"""The signs of life of this process, in Redis; `bot.roster` has the keys, and reads them."""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Self

import msgspec

from bot.connection import Connection
from bot.roster import GONE, KEPT, KEYS, MEMBERS, SAID
from bot.version import VERSION
from checks.errors import StoreError
from handlers.ports import Cluster
from handlers.schedules.ports import Member

EVERY = 5.0
"""Seconds between two signs of life."""
LOOK = 0.5
"""Seconds between two looks at the socket: what changes there is told at once."""
LEAVE = 2.0
"""Seconds that taking oneself off may take."""

BEAT = """
local members, said, since, announced, announced_said, pools = unpack(KEYS)
local id, told, gone, kept, pool = unpack(ARGV, 1, 5)
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local function forget(scores, texts, seconds)
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', scores, '-inf', now - seconds)) do
    redis.call('ZREM', scores, old)
    if texts then redis.call('HDEL', texts, old) end
  end
end
forget(members, said, gone)
forget(announced, announced_said, kept)
forget(pools, nil, kept)
redis.call('ZADD', members, now, id)
redis.call('HSET', said, id, told)
redis.call('SET', since, string.format('%.6f', now), 'NX')
redis.call('EXPIRE', since, gone)
if pool ~= '' then redis.call('ZADD', pools, now, pool) end
for i = 6, #ARGV, 2 do
  redis.call('ZADD', announced, now, ARGV[i])
  redis.call('HSET', announced_said, ARGV[i], ARGV[i + 1])
end
"""
"""Gives a sign of life; what nobody has given one of for too long goes."""

log = logging.getLogger(__name__)


def myself(
    *,
    bot: bool,
    pool: str = "",
    clusters: Sequence[Cluster] = (),
    chosen: bool = False,
    listens: bool = False,
) -> Member:
    """Return this process as a member. `listens` where it hears Slack over Socket Mode."""
    host, pid, now = socket.gethostname(), os.getpid(), datetime.now(UTC)
    return Member(
        id=f"{host}#{pid}#{secrets.token_hex(4)}",
        host=host,
        pid=pid,
        version=VERSION,
        started=now,
        beat=now,
        bot=bot,
        pool=pool,
        clusters=tuple(clusters),
        chosen=chosen,
        socket=listens,
    )


class Presence:
    """An async context manager: meanwhile this process gives signs of life, and takes itself off at the end.

    `connected` tells since when the socket to Slack stands; null while it does not.
    """

    def __init__(
        self,
        connection: Connection,
        member: Member,
        connected: Callable[[], datetime | None] = lambda: None,
        *,
        every: float | None = None,
    ) -> None:
        self._connection = connection
        self._member = member
        self._connected = connected
        self._every = every or EVERY
        self._given = 0.0
        self._said: datetime | None = None
        self._away = False
        self._beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._beat()
        self._beating = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._beating:
            self._beating.cancel()
            await asyncio.wait([self._beating])
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(LEAVE):
                await self._connection.call(self._leave)

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(min(LOOK, self._every))
            if time.monotonic() - self._given >= self._every or self._connected() != self._said:
                await self._beat()

    async def _beat(self) -> None:
        """Give a sign of life. The workers tell of a store that is away, in its place."""
        self._given, self._said = time.monotonic(), self._connected()
        try:
            await self._connection.call(self._tell)
        except StoreError as error:
            if not self._away:
                log.info("nobody sees that this process is up: %s", error)
            self._away = True
        else:
            self._away = False

    async def _tell(self) -> None:
        member = msgspec.structs.replace(self._member, connected=self._said)
        # A bot's own are those of its readiness.yaml: once they are gone from there, they are gone.
        announced = () if member.bot else member.clusters
        told = [text for one in announced for text in (one.name.encode(), msgspec.json.encode(one))]
        arguments: tuple[str | bytes, ...] = (
            member.id,
            msgspec.json.encode(member),
            str(GONE),
            str(KEPT),
            member.pool,
            *told,
        )
        await self._connection.client.eval(BEAT, len(KEYS), *KEYS, *arguments)

    async def _leave(self) -> None:
        leaving: Any = self._connection.client.pipeline(transaction=False)
        leaving.zrem(MEMBERS, self._member.id).hdel(SAID, self._member.id)
        await leaving.execute()
