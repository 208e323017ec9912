"""How the bot itself is: who is up, which clusters are read, what waits, and what is wrong with that."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs

from checks.presentation.prose import ago, counted
from handlers.ports import Cluster
from handlers.schedules.model import Fired, Outcome, Schedule
from handlers.schedules.ports import POOL_QUEUE, Line, Member, Roster, Schedules
from handlers.schedules.selecting import selected

RUNS = "runs of clusters"
"""What the queues of pools are called together for those who are not to know pools."""
PATIENCE = timedelta(minutes=5)
"""A job that has waited for longer is taken to be stuck."""
CONNECTING = timedelta(minutes=1)
"""After its start a bot has so long to connect to Slack."""
SILENT = timedelta(seconds=12)
"""Without a sign of life for longer, which comes every 5 s, somebody may be gone."""
NAMED = 3
"""Clusters that a sentence names; the rest is counted."""


class Process(Struct, frozen=True, kw_only=True):
    """A bot, a worker, or both in one; `clusters` are those it reads.

    `host`, `pid` and `pool` are empty for those who are not to know them.
    """

    bot: bool
    worker: bool
    host: str = ""
    pid: int = 0
    pool: str = ""
    version: str
    started: datetime
    beat: datetime
    silent: bool
    socket: bool
    connected: datetime | None
    clusters: tuple[str, ...]


class Served(Struct, frozen=True):
    """A cluster, and whether a worker reads it; `pools` is empty for those who are not to know them."""

    cluster: Cluster
    served: bool
    pools: tuple[str, ...] = ()


class Planned(Struct, frozen=True):
    """A schedule, what became of its last fire time, and its next one.

    `overdue` is the first one that has come and of which nothing became yet.
    """

    schedule: Schedule
    last: Fired | None
    next: datetime | None
    overdue: datetime | None = None


class Problem(Struct, frozen=True):
    """Something that is wrong, in a sentence, and what to do about it."""

    what: str
    todo: str


class Condition(Struct, frozen=True, kw_only=True):
    """All of it at a moment."""

    at: datetime
    processes: tuple[Process, ...]
    clusters: tuple[Served, ...]
    lines: tuple[Line, ...]
    schedules: tuple[Planned, ...]
    problems: tuple[Problem, ...] = ()


async def look(
    roster: Roster, schedules: Schedules, clusters: Sequence[Cluster], now: datetime, *, whole: bool
) -> Condition:
    """Look at everything that is about these clusters. Raises `StoreError`.

    Without `whole` hosts and pools are left out, and what is about other clusters alone.
    """
    members = await roster.members()
    shown = [it for it in await schedules.all() if whole or selected(it.selection, clusters)]
    # One after another a thousand would take seconds.
    plans = await asyncio.gather(*(_plan(schedules, schedule, now) for schedule in shown))
    lines = await roster.lines()
    return condition(members, lines, plans, clusters, now, whole=whole)


async def _plan(schedules: Schedules, schedule: Schedule, now: datetime) -> Planned:
    last = await schedules.last(schedule.id)
    overdue = await schedules.overdue(schedule, last, now)
    return Planned(schedule, last, schedules.next_time(schedule, now), overdue)


def condition(
    members: Sequence[Member],
    lines: Sequence[Line],
    plans: Sequence[Planned],
    clusters: Sequence[Cluster],
    now: datetime,
    *,
    whole: bool,
) -> Condition:
    """Put together what is known, and what is wrong with it."""
    names = {cluster.name for cluster in clusters}
    pools = {member.pool for member in members if any(one.name in names for one in member.clusters)}
    found = Condition(
        at=now,
        processes=tuple(_processes(members, names, now, whole=whole)),
        clusters=tuple(_served(cluster, members, whole=whole) for cluster in clusters),
        lines=tuple(lines if whole else _merged(lines, pools)),
        schedules=tuple(plans if whole else map(_without_detail, plans)),
    )
    known = bool(clusters) or any(member.clusters for member in members)
    return structs.replace(found, problems=tuple(_problems(found, known=known)))


def _processes(
    members: Sequence[Member], names: Collection[str], now: datetime, *, whole: bool
) -> Iterator[Process]:
    for member in members:
        read = tuple(one.name for one in member.clusters if member.pool and (whole or one.name in names))
        if not (member.bot or read or whole):
            continue
        yield Process(
            bot=member.bot,
            worker=bool(member.pool and (whole or read)),
            host=member.host if whole else "",
            pid=member.pid if whole else 0,
            pool=member.pool if whole else "",
            version=member.version,
            started=member.started,
            beat=member.beat,
            silent=now - member.beat > SILENT,
            socket=member.socket,
            connected=member.connected,
            clusters=read,
        )


def _served(cluster: Cluster, members: Sequence[Member], *, whole: bool) -> Served:
    pools = sorted({member.pool for member in members if member.serves(cluster.name)})
    return Served(cluster, bool(pools), tuple(pools) if whole else ())


def _merged(lines: Sequence[Line], pools: Collection[str]) -> Iterator[Line]:
    """Yield the queues of the bots, and those of some pools as one: names of pools are made of clusters'."""
    yield from (line for line in lines if not line.name.startswith(POOL_QUEUE))
    queues = {POOL_QUEUE + pool for pool in pools}
    runs = [line for line in lines if line.name in queues]
    if runs:
        yield Line(
            name=RUNS,
            waiting=sum(line.waiting for line in runs),
            later=sum(line.later for line in runs),
            running=sum(line.running for line in runs),
            oldest=min((line.oldest for line in runs if line.oldest), default=None),
        )


def _without_detail(planned: Planned) -> Planned:
    """Leave out of the last time what may name other clusters."""
    last = planned.last and structs.replace(planned.last, detail="", runs={}, unread=())
    return structs.replace(planned, last=last)


def _problems(found: Condition, *, known: bool) -> Iterator[Problem]:
    """Yield what is wrong, the gravest first; `known` is whether there is any cluster, shown or not."""
    if not any(process.bot for process in found.processes):
        yield Problem("no bot is up", "start `readiness serve` with the same REDIS_URL")
    for process in found.processes:
        if process.socket and process.connected is None and found.at - process.started > CONNECTING:
            where = f" on {process.host}" if process.host else ""
            yield Problem(
                f"a bot{where} is not connected to Slack", "see its log, and `readiness slack check`"
            )
    if not known:
        todo = "start `readiness worker` with a kubeconfig of yours, and the same REDIS_URL"
        yield Problem("no cluster is known to any bot or worker", todo)
    unserved = [served.cluster.name for served in found.clusters if not served.served]
    if unserved:
        todo = f"`readiness worker --clusters {','.join(unserved[:NAMED])}`"
        yield Problem(
            f"no worker serves {listed(unserved)}", f"start one where that can be reached, such as {todo}"
        )
    pools = {process.pool for process in found.processes}
    for line in found.lines:
        if line.oldest and found.at - line.oldest > PATIENCE:
            what = f"a job in the queue {line.name} has been waiting for {waited(line.oldest, found.at)}"
            yield Problem(what, _what_to_start(line.name, pools))
    for planned in found.schedules:
        yield from _with_digest(planned, found.at)


def _with_digest(planned: Planned, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with the digests of a schedule."""
    schedule, last = planned.schedule, planned.last
    if planned.overdue and now - planned.overdue > PATIENCE:
        yield Problem(
            f"the digest of {schedule.id} has been due for {waited(planned.overdue, now)}",
            "the log of the bots says why it is not posted; it is tried again until it is 6 h late",
        )
    if last and last.outcome is Outcome.FAILED and not schedule.paused:
        why = f": {last.detail}" if last.detail else ""
        yield Problem(
            f"the last digest of {schedule.id} failed{why}",
            f"mend that; `/readiness trigger {schedule.id}` posts it once more",
        )


def _what_to_start(queue: str, pools: Collection[str]) -> str:
    """Say what would take a job that waits."""
    if queue == RUNS:
        return "tell whoever looks after the bot: its workers are too few, or gone"
    if not queue.startswith(POOL_QUEUE):
        return "see the log of the bots; start another `readiness serve` where they are busy"
    pool = queue.removeprefix(POOL_QUEUE)
    if pool in pools:
        return "see the log of its workers; start more, or give them a larger `--at-once` or `--pool-at-once`"
    return f"start one: `readiness worker --pool {pool}` with the clusters it had"


def waited(since: datetime, now: datetime) -> str:
    """Return how long something has been waiting: `7 min`, `less than a minute`."""
    said = ago(since, now)
    return said.removesuffix(" ago") if said.endswith(" ago") else "less than a minute"


def listed(names: Sequence[str]) -> str:
    """Return `a, b, c and 4 more clusters`."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {counted(more, 'more cluster')}" if more > 0 else "")
