"""How full a queue is, as docket keeps it on our Redis.

What is due is in a stream, of which each worker's part is pending until it is done; what is due later is in a
sorted set by its time, seconds since 1970.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docket import Docket
from redis.exceptions import ResponseError

from bot.connection import Connection
from handlers.schedules.ports import Line

LOST = 45.0
"""Seconds without a sign of life of its worker after which a job waits for another; see `bot.jobs.worker`."""
OVERDUE = 10.0
"""Seconds after its time at which a job that nobody has fetched yet waits for a worker."""
MOST = 1000
"""Jobs under way that are looked at: a worker has at most a hundred."""


async def line(connection: Connection, name: str) -> Line:
    """Look at a queue; one that nobody ever used is empty. Raises `StoreError`."""
    docket = Docket(name, connection.url)
    client: Any = connection.client
    stream, group, later = docket.stream_key, docket.worker_group_name, docket.queue_key

    async def look() -> Line:
        due = await client.xlen(stream)
        pending, last = await _taken(client, stream, group)
        lost = [it["message_id"] for it in pending if it["time_since_delivered"] >= 1000 * LOST]
        untaken = await client.xrange(stream, min=f"({last}", max="+", count=1)
        overdue = await client.zrangebyscore(
            later, "-inf", time.time() - OVERDUE, start=0, num=MOST, withscores=True
        )
        since = [int(ident.split(b"-")[0]) / 1000 for ident in (*lost[:1], *(it[0] for it in untaken))]
        since += [score for _, score in overdue[:1]]
        running = len(pending) - len(lost)
        return Line(
            name=name,
            waiting=max(0, due - running) + len(overdue),
            later=await client.zcard(later) - len(overdue),
            running=running,
            oldest=datetime.fromtimestamp(min(since), UTC) if since else None,
        )

    return await connection.call(look)


async def _taken(client: Any, stream: str, group: str) -> tuple[Sequence[Any], str]:  # noqa: ANN401 - redis-py's
    """Return what workers have taken, and the id of the last."""
    try:
        groups = await client.xinfo_groups(stream)
        found = next((it for it in groups if it["name"] == group.encode()), None)
        if found is None:
            return (), "0-0"
        pending = await client.xpending_range(stream, group, "-", "+", MOST)
        return pending, found["last-delivered-id"].decode()
    except ResponseError:
        return (), "0-0"  # nobody has asked for anything yet
