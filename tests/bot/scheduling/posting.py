"""A schedule, what posts its digest, and what both stand on."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.jobs.lease import Leases
from bot.scheduling.digests import Digests, Post
from bot.scheduling.schedules import Schedules
from handlers.desk import Desk
from handlers.schedules.model import Fired, Outcome, Schedule, Timing
from handlers.schedules.ports import StillOurs
from tests.bot.scheduling.build import Clock, configured, settings
from tests.handlers.planned import FixedHours

NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
DAILY = configured("morning", timing=Timing(cron="0 9 * * *"))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
KEY = "digest:morning:nine"
FIRE = Fire("morning", NINE, KEY)
BEFORE = Fired(nominal=NINE - DAY, at=NINE - DAY, outcome=Outcome.POSTED, runs={"prod": "r1"})
"""What became of the day before."""


@dataclass(frozen=True)
class Told:
    """What `handlers.digest.digest.post` is told."""

    schedule: Schedule
    nominal: datetime
    late: str
    still: StillOurs
    key: str
    now: bool
    look: bool


def posting(answer: Callable[[Told], Awaitable[Fired]]) -> Post:
    """Return what posts a digest as `answer` does."""

    async def post(
        _desk: Desk,
        schedule: Schedule,
        nominal: datetime,
        late: str,
        still: StillOurs,
        /,
        *,
        key: str,
        now_: bool,
        look: bool,
    ) -> Fired:
        return await answer(Told(schedule, nominal, late, still, key, now_, look))

    return post


@dataclass
class Poster:
    """Posts, or fails as it is told to."""

    clock: Clock
    posts: list[dict[str, Any]] = field(default_factory=list)
    ends: list[Fired | Exception] = field(default_factory=list)

    async def post(self, told: Told) -> Fired:
        what = {"schedule": told.schedule.id, "nominal": told.nominal, "late": told.late, "key": told.key}
        self.posts.append({**what, "now": told.now, "look": told.look, "still": await told.still()})
        end = self.ends.pop(0) if self.ends else None
        if isinstance(end, Exception):
            raise end
        return end or Fired(nominal=told.nominal, at=self.clock.now, outcome=Outcome.POSTED, ts="1.2")


@dataclass
class Stage:
    """A schedule, its digest and what they stand on."""

    connection: Connection
    configured: Sequence[Schedule] = (DAILY,)
    clock: Clock = field(default_factory=lambda: Clock(NINE + timedelta(seconds=20)))
    hours: FixedHours = field(default_factory=FixedHours)

    def __post_init__(self) -> None:
        self.desk = cast("Desk", SimpleNamespace(now=self.clock, hours=self.hours))
        self.schedules = Schedules(settings(*self.configured), self.connection, now=self.clock)
        self.poster = Poster(self.clock)
        self.leases = Leases(self.connection, seconds=10, kind="digesting", strict=True)
        self.digests = Digests(self.desk, self.schedules, self.leases, posting(self.poster.post))

    async def known(self) -> "Stage":
        """Have the schedules be known for long."""
        await Schedules(settings(*self.configured), self.connection, now=lambda: NINE - 9 * DAY).plan()
        return self

    async def last(self) -> Fired:
        last = await self.schedules.last("morning")
        assert last
        return last
