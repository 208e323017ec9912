"""The layout of the store has a number, its schema: how a store of an older one becomes one of today."""

from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from redis.asyncio import Redis

from checks.errors import StoreError

Step = Callable[[Redis], Awaitable[None]]
STEPS: Sequence[Step] = ()
"""The first takes schema 1 to 2, and so on. One that was killed half-way is run again from its start."""
KEY = "readiness:schema"
DEAD = 60.0
"""Seconds after which a program that migrates the store is taken for dead."""


async def migrate(client: Redis, steps: Sequence[Step] = STEPS) -> None:
    """Bring a store to the schema that this program knows, one more than there are steps.

    Raises `StoreError` where a newer program has written it; nothing is touched then.
    """
    known = len(steps) + 1
    if not await client.exists(KEY):
        await client.set(KEY, known, nx=True)
    if await _schema(client, known) == known:
        return
    async with client.lock("readiness:migration", timeout=DEAD):
        for number in range(await _schema(client, known), known):
            await steps[number - 1](client)
            await client.set(KEY, number + 1)


async def _schema(client: Redis, known: int) -> int:
    """Return the store's schema, which this program must know."""
    found = cast("bytes", await client.get(KEY)).decode(errors="replace")
    if not found.isdecimal() or int(found) < 1:
        raise StoreError(f"this is no store of readiness: its {KEY} is {found!r}", "use another one")
    if int(found) > known:
        raise StoreError(
            f"the store is written by a newer version (schema {found}, this program knows {known})",
            "upgrade readiness or use another store",
        )
    return int(found)
