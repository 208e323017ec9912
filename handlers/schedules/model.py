"""What is posted when, and where: schedules as they are kept, and what became of them."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct, structs


class Mode(StrEnum):
    """What a schedule posts: every digest, only one in which something changed, or none, only alerts."""

    DIGEST = "digest"
    CHANGES = "only-changes"
    ALERTS = "only-alerts"


class Timing(Struct, frozen=True, omit_defaults=True):
    """When something is due.

    Either a crontab of five fields, in a time zone of IANA, with weekdays by name; or every so many seconds,
    counted from when the schedule was made.
    """

    cron: str = ""
    every: int = 0
    zone: str = "UTC"


class Selection(Struct, frozen=True, omit_defaults=True):
    """Which clusters are meant.

    Those whose names match one of the shell patterns, and those that have the environment and all the labels,
    where any of these is given.
    """

    clusters: tuple[str, ...] = ()
    environment: str = ""
    labels: dict[str, str] = {}


class Schedule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A schedule, from readiness.yaml (`configured`, its id is its name there) or from Slack (`s-7f3a9c`).

    `alerts` tells whether changes between two digests are posted too. `user` made it, called `by`, at the
    moment `made`, from which intervals count; all three are empty for what is configured.
    """

    id: str
    selection: Selection
    timing: Timing
    channel: str
    mode: Mode = Mode.DIGEST
    alerts: bool = True
    configured: bool = False
    paused: bool = False
    user: str = ""
    by: str = ""
    made: datetime | None = None


def alike(one: Schedule, other: Schedule) -> bool:
    """Whether two schedules post the same at the same times, whoever made them."""
    return _posted(one) == _posted(other)


def _posted(schedule: Schedule) -> tuple[object, ...]:
    chosen = schedule.selection
    which = (frozenset(chosen.clusters), chosen.environment, chosen.labels)
    return (which, schedule.timing, schedule.channel, schedule.mode, schedule.alerts)


class Outcome(StrEnum):
    """What became of a fire time."""

    POSTED = "posted"
    UNCHANGED = "nothing changed"
    READ = "read"
    HELD = "held back"
    SKIPPED = "skipped"
    FAILED = "failed"


class Fired(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fire time and what became of it; `detail` is a sentence for people.

    `runs` are the runs that it told of, by cluster: the next digest tells what changed since. `ts` is its
    message in the channel, empty where none was posted. `unread` are the clusters that could not be read.
    `told` is why nothing can be posted, as whoever made the schedule was told; it counts until something is.
    """

    nominal: datetime
    at: datetime
    outcome: Outcome
    detail: str = ""
    ts: str = ""
    runs: dict[str, str] = {}
    unread: tuple[str, ...] = ()
    told: str = ""


def unposted(last: Fired | None, nominal: datetime, at: datetime, outcome: Outcome, detail: str) -> Fired:
    """Return what became of a fire time of which nothing was posted: what was told before still counts."""
    fired = Fired(nominal=nominal, at=at, outcome=outcome, detail=detail)
    return structs.replace(fired, runs=last.runs, unread=last.unread, told=last.told) if last else fired
