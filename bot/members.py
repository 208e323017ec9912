"""Who is in a user group, as Slack says it, remembered for a while.

Keys, both under `readiness:members:`:

- `<group>`: a set of users as JSON, what Slack answered last; kept for a day.
- `<group>:asked`: there while Slack need not be asked again.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

import msgspec

from bot.connection import Connection
from checks.errors import StoreError

Members = Callable[[str], Awaitable[frozenset[str]]]
"""From the ID of a user group to the IDs of its users."""

FRESH = 300
"""Seconds for which an answer of Slack's is taken without asking again."""
AGAIN = 30
"""Seconds until Slack is asked again where it did not answer."""
KEPT = 86_400
"""Seconds for which its last answer counts while it does not answer."""
PATIENCE = 10.0
"""Seconds that Slack has to answer."""

log = logging.getLogger(__name__)


class CachedMembers:
    """Asks `ask` rarely. Never raises: a group that cannot be read has no members."""

    def __init__(self, connection: Connection, ask: Members) -> None:
        self._call = connection.call
        self._client = connection.client
        self._ask = ask
        # Thirty people at once are one question: Slack answers twenty a minute.
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, group: str) -> frozenset[str]:
        """Return the users of a group."""
        async with self._locks[group]:
            last, fresh = await self._remembered(group)
            if fresh:
                return last or frozenset()
            try:
                async with asyncio.timeout(PATIENCE):
                    members = await self._ask(group)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other rules still count
                known = "nobody is taken to be" if last is None else f"the {len(last)} it had last are"
                log.warning("Slack does not say who is in %s, %s in it: %r", group, known, error)
                await self._remember(group, None)
                return last or frozenset()
            await self._remember(group, members)
            return members

    async def _remembered(self, group: str) -> tuple[frozenset[str] | None, bool]:
        """Return the last answer, null where there is none, and whether Slack need not be asked."""
        key = _key(group)
        try:
            last, fresh = await self._call(lambda: self._client.mget(key, f"{key}:asked"))
            members = msgspec.json.decode(last, type=frozenset[str]) if last else None
        except (StoreError, msgspec.DecodeError) as error:
            log.warning("who was in user group %s cannot be looked up: %s", group, error)
            return None, False
        return members, fresh is not None

    async def _remember(self, group: str, members: frozenset[str] | None) -> None:
        """Keep an answer, or that there was none."""
        key = _key(group)

        async def write() -> None:
            if members is not None:
                await self._client.set(key, msgspec.json.encode(members), ex=KEPT)
            await self._client.set(f"{key}:asked", "", ex=AGAIN if members is None else FRESH)

        try:
            await self._call(write)
        except StoreError as error:
            log.warning("who is in user group %s cannot be remembered: %s", group, error)


def _key(group: str) -> str:
    return f"readiness:members:{group}"
