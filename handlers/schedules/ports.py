"""What schedules, digests and alerts need of the world; `bot.scheduling` brings it.

Methods raise `checks.errors.ReadinessError` only.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from checks.model import Severity
from handlers.ports import Cluster
from handlers.schedules.model import Fired, Schedule

POOL_QUEUE = "readiness-pool-"
"""What the name of the queue of a pool begins with, before that of the pool."""

StillOurs = Callable[[], Awaitable[bool]]
"""Asked just before something is posted: whether nobody else has taken it over meanwhile."""


class Schedules(Protocol):
    """The schedules of readiness.yaml, which are only read, and of Slack. See `bot.scheduling.schedules`."""

    async def all(self) -> list[Schedule]:
        """Return every schedule, those of readiness.yaml first, each kind by id."""

    async def find(self, schedule_id: str, request_id: str = "") -> Schedule | None:
        """Return one; null where there is none. The request that removed it still finds it, for a day."""

    async def save(self, schedule: Schedule) -> Schedule:
        """Add one, or change the one with its `id`; return it with its id.

        The same one without an id again, down to the moment it was made, is the one that is there. Where
        another posts the same already, nothing is done, and that one is returned.
        """

    async def remove(self, schedule_id: str, request_id: str) -> Schedule | None:
        """Remove one; null where there is none. The same request may do so again."""

    async def run_now(self, schedule_id: str, request_id: str) -> None:
        """Have its digest made now, once for each request."""

    async def last(self, schedule_id: str) -> Fired | None:
        """Return what became of its last fire time."""

    async def record(self, schedule_id: str, fired: Fired) -> None:
        """Remember what became of a fire time, unless a later one is remembered."""

    async def overdue(self, schedule: Schedule, last: Fired | None, now: datetime) -> datetime | None:
        """Return the first fire time that has come, and of which nothing became yet; null for none."""

    def next_time(self, schedule: Schedule, now: datetime) -> datetime | None:
        """Return its next fire time after a moment, in its zone; null for none, and where it is paused."""


class Hours(Protocol):
    """Quiet hours and holidays of channels, as readiness.yaml has them. See `bot.scheduling.hours`."""

    def opens(self, channel: str, moment: datetime) -> datetime:
        """Return when something may be posted: the moment itself outside of quiet hours and holidays.

        Where that is later, it is told in the zone of the channel.
        """

    def holiday(self, channel: str, day: date) -> str:
        """Return what a channel celebrates on a day; empty for nothing."""

    def put_off(self, channel: str, moment: datetime) -> datetime:
        """Return when a digest that is due at a moment may be posted, told in the same way.

        That is when the channel `opens` but, for what is due on a day off, not before the same time of day.
        """

    def works(self, channel: str, day: date) -> bool:
        """Whether a day is no holiday of a channel, nor of a weekend that is quiet there."""


class Alerting(Struct, frozen=True):
    """How changes are told between digests.

    A finding of a check at least as severe as `severity` is told once it has lasted `readings` readings.
    `mentions` are users (U…) and user groups (S…) of Slack by the owner that findings name.
    """

    readings: int = 2
    severity: Severity = Severity.HIGH
    mentions: Mapping[str, str] = {}


class Watches(Protocol):
    """What is known of alerts, by cluster and channel: opaque bytes. See `bot.scheduling.watches`."""

    async def load(self, cluster: str, channel: str) -> bytes | None:
        """Return what was kept; null for nothing."""

    async def keep(self, cluster: str, channel: str, state: bytes) -> None:
        """Keep it, for 90 days."""

    async def again(self, cluster: str, when: datetime) -> None:
        """Have the latest reading of a cluster looked at once more, at a moment."""


class Roster(Protocol):
    """Who works here: see `bot.roster`."""

    async def members(self) -> Sequence["Member"]:
        """Return every replica and worker that gave a sign of life within half a minute, the oldest first."""

    async def lines(self) -> Sequence["Line"]:
        """Return the queues that there are."""

    async def pool(self, cluster: str) -> str:
        """Return the pool that serves a cluster. Raises `UsageError` where no worker does.

        Just after a start it waits for signs of life, for some seconds, before it says so.
        """

    async def served(self, cluster: str) -> bool:
        """Whether a worker serves a cluster at this moment."""

    async def young(self) -> bool:
        """Whether everybody may have just been started: some have yet to be heard of. Raises `StoreError`."""

    async def announced(self) -> Sequence[Cluster]:
        """Return the clusters that members serve now, and those that workers served within a week.

        Never raises: while it cannot be known, what was known last counts.
        """


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A replica of the bot, a worker, or both in one.

    `pool` is empty where it reads no clusters; `clusters` are those it serves, `chosen` tells that it was
    told which, rather than to serve whatever it can reach. `beat` is its last sign of life. `socket` tells
    that it hears Slack over Socket Mode, and `connected` since when that connection stands.
    """

    id: str
    host: str
    pid: int
    version: str
    started: datetime
    beat: datetime
    bot: bool = False
    pool: str = ""
    clusters: tuple[Cluster, ...] = ()
    chosen: bool = False
    socket: bool = False
    connected: datetime | None = None

    def serves(self, cluster: str) -> bool:
        """Whether it reads a cluster."""
        return bool(self.pool) and any(one.name == cluster for one in self.clusters)


class Line(Struct, frozen=True, kw_only=True):
    """A queue: how many jobs wait for a worker, wait for a later time, and run.

    `oldest` is since when the oldest one waits for a worker.
    """

    name: str
    waiting: int
    later: int
    running: int
    oldest: datetime | None = None
