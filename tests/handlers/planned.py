"""The ports of schedules, digests and alerts, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from msgspec import structs

from checks.errors import StoreError, UsageError
from handlers.ports import Cluster
from handlers.schedules.model import Fired, Schedule, alike
from handlers.schedules.ports import Line, Member


@dataclass
class RememberingSchedules:
    """`Schedules` without a store; with `broken` every method raises `StoreError`.

    The next time of each is an hour away.
    """

    held: dict[str, Schedule] = field(default_factory=dict)
    removed: dict[tuple[str, str], Schedule] = field(default_factory=dict)
    fired: dict[str, Fired] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False

    async def all(self) -> list[Schedule]:
        self._work()
        return sorted(self.held.values(), key=lambda it: (not it.configured, it.id))

    async def find(self, schedule_id: str, request_id: str = "") -> Schedule | None:
        self._work()
        return self.held.get(schedule_id) or self.removed.get((schedule_id, request_id))

    async def save(self, schedule: Schedule) -> Schedule:
        self._work()
        if known := next(
            (it for it in self.held.values() if it.id != schedule.id and alike(it, schedule)), None
        ):
            return known
        saved = structs.replace(schedule, id=schedule.id or f"s-{len(self.held):06}")
        self.held[saved.id] = saved
        return saved

    async def remove(self, schedule_id: str, request_id: str) -> Schedule | None:
        self._work()
        if schedule_id in self.held:
            self.removed[schedule_id, request_id] = self.held.pop(schedule_id)
        return self.removed.get((schedule_id, request_id))

    async def run_now(self, schedule_id: str, request_id: str) -> None:
        self._work()
        self.asked.append((schedule_id, request_id))

    async def last(self, schedule_id: str) -> Fired | None:
        self._work()
        return self.fired.get(schedule_id)

    async def record(self, schedule_id: str, fired: Fired) -> None:
        self._work()
        known = self.fired.get(schedule_id)
        if known is None or known.nominal <= fired.nominal:
            self.fired[schedule_id] = fired

    async def overdue(self, schedule: Schedule, last: Fired | None, now: datetime) -> datetime | None:
        self._work()
        return None if last or schedule.paused else now - timedelta(minutes=7)

    def next_time(self, schedule: Schedule, now: datetime) -> datetime | None:
        return None if schedule.paused else now + timedelta(hours=1)

    def _work(self) -> None:
        if self.broken:
            raise StoreError("the store is away")


@dataclass
class FixedHours:
    """`Hours` that are always open, but for what is set here."""

    opens_at: datetime | None = None
    holidays: dict[date, str] = field(default_factory=dict)

    def opens(self, _: str, moment: datetime) -> datetime:
        return max(moment, self.opens_at) if self.opens_at else moment

    def holiday(self, _: str, day: date) -> str:
        return self.holidays.get(day, "")

    def put_off(self, channel: str, moment: datetime) -> datetime:
        return self.opens(channel, moment)

    def works(self, channel: str, day: date) -> bool:
        return not self.holiday(channel, day)


@dataclass
class RememberingWatches:
    """`Watches` without a store; with `broken` every method raises `StoreError`."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    later: list[tuple[str, datetime]] = field(default_factory=list)
    broken: bool = False

    async def load(self, cluster: str, channel: str) -> bytes | None:
        self._work()
        return self.kept.get((cluster, channel))

    async def keep(self, cluster: str, channel: str, state: bytes) -> None:
        self._work()
        self.kept[cluster, channel] = state

    async def again(self, cluster: str, when: datetime) -> None:
        self._work()
        self.later.append((cluster, when))

    def _work(self) -> None:
        if self.broken:
            raise StoreError("the store is away")


@dataclass
class FixedRoster:
    """`Roster` of whoever is put here; every cluster is served unless `pools` says otherwise."""

    members_: list[Member] = field(default_factory=list)
    lines_: list[Line] = field(default_factory=list)
    pools: dict[str, str] | None = None

    async def members(self) -> Sequence[Member]:
        return self.members_

    async def lines(self) -> Sequence[Line]:
        return self.lines_

    async def pool(self, cluster: str) -> str:
        if self.pools is None:
            return "default"
        if cluster not in self.pools:
            raise UsageError(f"no worker serves {cluster}")
        return self.pools[cluster]

    async def served(self, cluster: str) -> bool:
        return self.pools is None or cluster in self.pools

    async def young(self) -> bool:
        return False

    async def announced(self) -> Sequence[Cluster]:
        return [cluster for member in self.members_ for cluster in member.clusters]
