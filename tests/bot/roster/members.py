"""Processes that are up, and what is known of them some time later."""

from typing import Any

from bot import roster as module
from bot.connection import Connection
from bot.presence import myself
from bot.roster import Roster
from handlers.ports import Cluster
from handlers.schedules.ports import Member

A, B = Cluster("cluster-a", ("eu",), "prod", {"tier": "gold"}), Cluster("cluster-b")
SOON = 0.05


def bot() -> Member:
    return myself(bot=True, listens=True)


def worker(*clusters: Cluster, pool: str = "default", chosen: bool = False) -> Member:
    return myself(bot=False, pool=pool, clusters=clusters, chosen=chosen)


async def later(connection: Connection, seconds: float) -> None:
    """Let so much time pass for Redis: all that is written is older by that."""
    client: Any = connection.client
    for key in (module.MEMBERS, module.ANNOUNCED, module.POOLS):
        for name, score in await client.zrange(key, 0, -1, withscores=True):
            await client.zadd(key, {name: score - seconds})
    since = await client.get(module.SINCE)
    await client.set(module.SINCE, float(since) - seconds)


async def names(roster: Roster) -> list[str]:
    return sorted(cluster.name for cluster in await roster.announced())
