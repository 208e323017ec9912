"""Who works here, in Redis: `handlers.schedules.ports.Roster`.

Keys. Moments are seconds since 1970 by the clock of Redis, as the clocks of machines may differ:

- `readiness:members`: a sorted set, members by their last sign of life; one is gone 30 s after that.
- `readiness:members:said`: a hash, member → `Member` as JSON.
- `readiness:members:since`: since when there has been a member all the time.
- `readiness:announced`: a sorted set, clusters by when a worker last announced them; kept for a week.
- `readiness:announced:said`: a hash, cluster → `ports.Cluster` as JSON.
- `readiness:pools`: a sorted set, pools by the last sign of life of one of theirs; kept for a week.
"""

import asyncio
import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import structs

from bot.connection import Connection
from bot.lines import line
from checks.errors import StoreError, UsageError
from handlers.ports import Cluster
from handlers.schedules.ports import POOL_QUEUE, Line, Member

T = TypeVar("T")

KEYS = MEMBERS, SAID, SINCE, ANNOUNCED, ANNOUNCED_SAID, POOLS = (
    "readiness:members",
    "readiness:members:said",
    "readiness:members:since",
    "readiness:announced",
    "readiness:announced:said",
    "readiness:pools",
)

GONE = 30
"""Seconds without a sign of life after which a member is gone."""
KEPT = 7 * 86_400
"""Seconds for which is remembered what a worker served."""
FRESH = 2.0
"""Seconds for which a look counts."""
YOUNG = 10.0
"""Seconds after a start within which a worker that is not there may only not have been heard of yet."""
LOOK = 0.5
"""Seconds between two looks for one that is waited for."""
QUICK = 0.5
"""Seconds that a look may take on which somebody's first answer depends."""
BOTS = ("readiness", "readiness-digests")
"""The queues of those who can speak to Slack."""

log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """A look at the roster. Ages are in seconds; `announced` has that of each cluster's last announcement."""

    age: float = 0.0
    members: Sequence[Member] = ()
    announced: Mapping[str, tuple[Cluster, float]] = {}
    pools: Sequence[str] = ()


class Roster:
    """See `handlers.schedules.ports.Roster`. Methods raise `StoreError`, but for `announced`.

    `own` is this process, which counts whether Redis knows of it or not. `offered` are the clusters that it
    was told of; its pool is asked for those that nobody ever served: it says in its log what is wrong there.
    """

    def __init__(
        self, connection: Connection, own: Member | None = None, *, offered: Sequence[Cluster] = ()
    ) -> None:
        self._connection = connection
        self._own = own
        self._offered = {cluster.name for cluster in offered} if own and own.pool else set[str]()
        self._seen = Seen()
        self._announced: tuple[Cluster, ...] = ()
        self._looked = -math.inf
        self._away_until = 0.0
        # Thirty who ask at once are one look.
        self._lock = asyncio.Lock()

    async def members(self) -> Sequence[Member]:
        """Return every replica and worker that gave a sign of life within half a minute, the oldest first."""
        return self._present(await self._look(again=True))

    async def lines(self) -> Sequence[Line]:
        """Return the queues of the bots, and those of pools that have members, or jobs left."""
        seen = await self._look(again=True)
        present = {member.pool for member in self._present(seen) if member.pool}
        pools = sorted({*seen.pools, *present})
        found = [await line(self._connection, name) for name in BOTS]
        for pool in pools:
            told = await line(self._connection, POOL_QUEUE + pool)
            if pool in present or told.waiting or told.later or told.running:
                found.append(told)
        return found

    async def pool(self, cluster: str) -> str:
        """Return the pool that serves a cluster, rather one that was told to. Raises `UsageError` for none.

        Just after a start it waits for signs of life, for some seconds, before it says so.
        """
        deadline = time.monotonic() + YOUNG
        seen = await self._look()
        while not (pools := self._pools(seen, cluster)):
            if time.monotonic() > deadline or not _may_come(seen, cluster):
                raise UsageError(
                    f"no worker serves {cluster}",
                    f"start one where it can be reached: `readiness worker --clusters {cluster}`",
                )
            await asyncio.sleep(LOOK)
            seen = await self._look(again=True)
        return min(pools)[-1]

    async def elsewhere(self, cluster: str) -> bool:
        """Whether a cluster is not this process's to read, but another's of its pool. Never raises.

        While the store cannot tell it may be another's: a run that is left to it comes back.
        """
        own = self._own
        if own is None or own.serves(cluster):
            return False
        try:
            present = self._present(await self._look())
        except StoreError as error:
            log.info("who else reads %s cannot be seen: %s", cluster, error)
            return True
        return any(member.pool == own.pool and member.serves(cluster) for member in present)

    def is_own(self, cluster: str) -> bool:
        """Whether a cluster is this process's to read, or was at least meant to be."""
        return self._own is not None and (self._own.serves(cluster) or cluster in self._offered)

    async def served(self, cluster: str) -> bool:
        """Whether a worker serves a cluster at this moment."""
        return any(self._pools(await self._look(), cluster))

    async def young(self) -> bool:
        """Whether everybody may have just been started, or Redis emptied: some have yet to be heard of."""
        return (await self._look(again=True)).age < YOUNG

    async def announced(self) -> Sequence[Cluster]:
        """Return the clusters that members serve now, and those that workers served within a week."""
        seen = self._seen
        if time.monotonic() >= self._away_until:
            try:
                async with asyncio.timeout(QUICK):
                    seen = await self._look()
            except (StoreError, TimeoutError) as error:
                log.debug("the clusters that were announced last count: %s", error)
                self._away_until = time.monotonic() + FRESH
        served = (cluster for member in self._present(seen) for cluster in member.clusters)
        found: dict[str, Cluster] = {}
        # Just after Redis was emptied, those who serve the others have yet to say so.
        before = self._announced if seen.age < YOUNG else ()
        for cluster in (*served, *(known for known, _ in seen.announced.values()), *before):
            found.setdefault(cluster.name, cluster)
        self._announced = tuple(found.values())
        return self._announced

    def _present(self, seen: Seen) -> list[Member]:
        own = self._own
        unheard = own is not None and all(member.id != own.id for member in seen.members)
        present = [*seen.members, own] if own and unheard else [*seen.members]
        return sorted(present, key=lambda member: (member.started, member.id))

    def _pools(self, seen: Seen, cluster: str) -> list[tuple[bool, int, str]]:
        """Return the pools that serve a cluster, the best is the least: the one with the narrowest choice."""
        serving = [member for member in self._present(seen) if member.serves(cluster)]
        if not serving and self._own and cluster in self._offered and cluster not in seen.announced:
            serving = [self._own]
        return [(not member.chosen, len(member.clusters), member.pool) for member in serving]

    async def _look(self, *, again: bool = False) -> Seen:
        """Return what is known, of now or of lately; with `again` for somebody who wants the latest."""
        async with self._lock:
            if time.monotonic() - self._looked >= (min(LOOK / 2, FRESH) if again else FRESH):
                self._seen = await self._connection.call(self._read)
                self._looked = time.monotonic()
            return self._seen

    async def _read(self) -> Seen:
        # A server without memory left takes no transaction, but is read.
        reading: Any = self._connection.client.pipeline(transaction=False)
        reading.time().get(SINCE)
        for scores, said in ((MEMBERS, SAID), (ANNOUNCED, ANNOUNCED_SAID)):
            reading.zrange(scores, 0, -1, withscores=True).hgetall(said)
        reading.zrange(POOLS, 0, -1, withscores=True)
        (
            (seconds, parts),
            since,
            members,
            members_said,
            announced,
            announced_said,
            pools,
        ) = await reading.execute()
        now = seconds + parts / 1e6
        present = _said(members, members_said, Member, now - GONE)
        clusters = _said(announced, announced_said, Cluster, now - KEPT)
        return Seen(
            age=now - float(since) if since else 0.0,
            members=[
                structs.replace(member, beat=datetime.fromtimestamp(heard, UTC)) for member, heard in present
            ],
            announced={cluster.name: (cluster, now - heard) for cluster, heard in clusters},
            pools=[pool.decode() for pool, heard in pools if heard > now - KEPT],
        )


def _may_come(seen: Seen, cluster: str) -> bool:
    """Whether a worker may be about to be heard of: all, or this cluster's, may have just been restarted."""
    _, age = seen.announced.get(cluster, (None, YOUNG))
    return min(seen.age, age) < YOUNG


def _said(
    scores: Sequence[tuple[bytes, float]], said: Mapping[bytes, bytes], kind: type[T], after: float
) -> Iterator[tuple[T, float]]:
    """Yield what is newer than a moment; what a newer version wrote in a way of its own is left out."""
    for name, heard in scores:
        text: Any = said.get(name)
        if text is None or heard <= after:
            continue
        try:
            yield msgspec.json.decode(text, type=kind), heard
        except msgspec.DecodeError as error:
            log.info("what %s says of itself cannot be read: %s", name.decode(errors="replace"), error)
