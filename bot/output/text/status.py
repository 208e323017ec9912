"""How bots and workers are, for a terminal and for scripts."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.output.text.parts import Blank, bare_table
from checks.presentation.prose import ago, local, plain
from handlers.condition import PATIENCE, Condition, Planned, Problem, Process, Served, waited
from handlers.condition import listed as listed_names
from handlers.schedules.model import Outcome
from handlers.schedules.ports import Line
from handlers.schedules.timing import told

WRONG = "bold red"


class ProcessOut(Struct, frozen=True):
    """A bot or a worker. `connected` is null where its socket to Slack does not stand, or it has none."""

    host: str
    pid: int
    version: str
    bot: bool
    pool: str
    clusters: tuple[str, ...]
    started: datetime
    last_heard: datetime
    connected: datetime | None


class ClusterOut(Struct, frozen=True):
    """A cluster and the pools that serve it; none is wrong."""

    name: str
    environment: str
    pools: tuple[str, ...]


class QueueOut(Struct, frozen=True):
    """A queue; `oldest` is since when the oldest job waits for a worker, null where none does."""

    name: str
    running: int
    waiting: int
    later: int
    oldest: datetime | None


class ScheduleOut(Struct, frozen=True):
    """A schedule; `last` is null where it was never due, `next` where it never will be, or is paused."""

    id: str
    channel: str
    timing: str
    paused: bool
    last: datetime | None
    outcome: str
    detail: str
    next: datetime | None


class StatusOut(Struct, frozen=True):
    """What `status --output json` gives; every key is always there."""

    at: datetime
    well: bool
    problems: tuple[Problem, ...]
    bots: tuple[ProcessOut, ...]
    workers: tuple[ProcessOut, ...]
    clusters: tuple[ClusterOut, ...]
    queues: tuple[QueueOut, ...]
    schedules: tuple[ScheduleOut, ...]

    @classmethod
    def of(cls, found: Condition) -> "StatusOut":
        """Return a condition as it is documented."""
        return cls(
            at=found.at,
            well=not found.problems,
            problems=found.problems,
            bots=tuple(_process(it) for it in found.processes if it.bot),
            workers=tuple(_process(it) for it in found.processes if it.worker),
            clusters=tuple(
                ClusterOut(it.cluster.name, it.cluster.environment, it.pools) for it in found.clusters
            ),
            queues=tuple(
                QueueOut(it.name, it.running, it.waiting, it.later, it.oldest) for it in found.lines
            ),
            schedules=tuple(map(_schedule, found.schedules)),
        )


def _process(it: Process) -> ProcessOut:
    return ProcessOut(
        it.host, it.pid, it.version, it.bot, it.pool, it.clusters, it.started, it.beat, it.connected
    )


def _schedule(planned: Planned) -> ScheduleOut:
    schedule, last = planned.schedule, planned.last
    return ScheduleOut(
        id=schedule.id,
        channel=schedule.channel,
        timing=told(schedule.timing),
        paused=schedule.paused,
        last=last.at if last else None,
        outcome=last.outcome if last else "",
        detail=last.detail if last else "",
        next=planned.next,
    )


def render_status(found: Condition) -> RenderableType:
    """Return what is wrong first, with what to do, then everybody and everything."""
    parts = [*_problems(found), *_processes(found), *_clusters(found), *_queues(found), *_schedules(found)]
    return Group(*(piece for part in parts for piece in (part, Blank())))


def _problems(found: Condition) -> Iterator[RenderableType]:
    if not found.problems:
        yield Text("✓ All is well.", "green")
    for problem in found.problems:
        yield Text(f"✗ {plain(problem.what)}\n", WRONG).append(f"  {plain(problem.todo)}", "not bold default")


def _processes(found: Condition) -> Iterator[Table]:
    if not found.processes:
        return
    table = bare_table("host", "process", "version", "up since", "last heard", "Slack", "pool", "clusters")
    for it in found.processes:
        slack = "-"
        if it.bot:
            since = f"since {local(it.connected, found.at)}" if it.connected else "not connected"
            slack = since if it.socket else "HTTP"
        table.add_row(
            Text(plain(it.host)),
            str(it.pid),
            Text(plain(it.version)),
            local(it.started, found.at),
            # By the clock of Redis, which may be ahead of ours.
            Text(f"{max(0, (found.at - it.beat).total_seconds()):.0f} s ago", WRONG if it.silent else ""),
            Text(slack, WRONG if slack == "not connected" else ""),
            Text(plain(it.pool) or "-"),
            Text(plain(listed_names(it.clusters)) or "-"),
        )
    yield table


def _clusters(found: Condition) -> Iterator[Table]:
    if not found.clusters:
        return
    table = bare_table("cluster", "environment", "pools")
    for it in found.clusters:
        table.add_row(Text(plain(it.cluster.name)), Text(plain(it.cluster.environment)), _pools(it))
    yield table


def _pools(served: Served) -> Text:
    return Text(plain(", ".join(served.pools))) if served.pools else Text("no worker", WRONG)


def _queues(found: Condition) -> Iterator[Table]:
    if not found.lines:
        return
    table = bare_table("queue", "running", "waiting", "later", "oldest waits")
    for it in found.lines:
        table.add_row(
            Text(plain(it.name)), f"{it.running:,}", f"{it.waiting:,}", f"{it.later:,}", _oldest(it, found)
        )
    yield table


def _oldest(line: Line, found: Condition) -> Text:
    if line.oldest is None:
        return Text("-")
    return Text(waited(line.oldest, found.at), WRONG if found.at - line.oldest > PATIENCE else "")


def _schedules(found: Condition) -> Iterator[Table]:
    if not found.schedules:
        return
    table = bare_table("schedule", "when", "channel", "last", "next")
    for it in found.schedules:
        failed = it.last is not None and it.last.outcome is Outcome.FAILED
        last = f"{it.last.outcome} {ago(it.last.at, found.at)}" if it.last else "-"
        coming = local(it.next, found.at) if it.next else "-"
        table.add_row(
            Text(plain(it.schedule.id)),
            Text(plain(told(it.schedule.timing))),
            Text(plain(it.schedule.channel)),
            Text(last, WRONG if failed else ""),
            "paused" if it.schedule.paused else coming,
        )
    yield table
