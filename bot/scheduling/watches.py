"""What is known of alerts, by cluster and channel, in Redis: `readiness:watches:<cluster>:<channel>`.

The names are percent-encoded, the value is whatever `handlers.alerts` made of it; kept for 90 days.
"""

from datetime import datetime
from typing import Protocol, cast
from urllib.parse import quote

from bot.connection import Connection

KEPT = 90 * 86_400


class Looks(Protocol):
    """Has clusters looked at once more: `bot.jobs.jobs`."""

    async def look(self, cluster: str, when: datetime) -> None:
        """Look at the latest report of a cluster at a moment. Raises `StoreError`."""


class Watches:
    """See `handlers.schedules.ports.Watches`. Methods raise `StoreError`."""

    def __init__(self, connection: Connection, looks: Looks) -> None:
        self._call = connection.call
        self._client = connection.client
        self._looks = looks

    async def load(self, cluster: str, channel: str) -> bytes | None:
        """Return what was kept; null for nothing."""
        return cast("bytes | None", await self._call(lambda: self._client.get(_key(cluster, channel))))

    async def keep(self, cluster: str, channel: str, state: bytes) -> None:
        """Keep it, for 90 days."""
        await self._call(lambda: self._client.set(_key(cluster, channel), state, ex=KEPT))

    async def again(self, cluster: str, when: datetime) -> None:
        """Have the latest reading of a cluster looked at once more, at a moment."""
        await self._looks.look(cluster, when)


def _key(cluster: str, channel: str) -> str:
    return f"readiness:watches:{quote(cluster, safe='')}:{quote(channel, safe='')}"
