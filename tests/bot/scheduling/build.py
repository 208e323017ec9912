"""Schedules that are due when a test wants them to be, and what is done about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import cast

from msgspec import structs

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.scheduling.schedules import Schedules
from bot.settings import Settings
from handlers.schedules.model import Schedule, Selection, Timing

HOUR = timedelta(hours=1)
NO_JITTER: Callable[[str], timedelta] = lambda _: timedelta()  # noqa: E731
QUICK = 0.05
"""Seconds between two looks at the schedules."""


@dataclass(frozen=True)
class Planned:
    """Settings, of which only the schedules are asked."""

    schedules: Sequence[Schedule] = ()

    def planned(self) -> list[Schedule]:
        return list(self.schedules)


def settings(*schedules: Schedule) -> Settings:
    return cast("Settings", Planned(schedules))


def made(**other: object) -> Schedule:
    """Return a schedule as Slack asks for it."""
    schedule = Schedule(
        id="",
        selection=Selection(clusters=("prod",)),
        timing=Timing(every=3600),
        channel="C1",
        user="U1",
        by="ann",
        made=datetime(2026, 11, 1, 12, tzinfo=UTC),
    )
    return structs.replace(schedule, **other)


def configured(name: str, **other: object) -> Schedule:
    """Return one of readiness.yaml."""
    return made(id=name, configured=True, user="", by="", made=None, **other)


def soon(seconds: float = 1.5) -> Timing:
    """Return when something of readiness.yaml is due once, in so many seconds, or one more."""
    return Timing(every=ceil(datetime.now(UTC).timestamp() + seconds))


def moment(timing: Timing) -> datetime:
    """Return when that is."""
    return datetime.fromtimestamp(timing.every, UTC)


@dataclass
class Noted:
    """Writes down what is to be made, and how often what is shown has changed."""

    fires: list[tuple[Fire, datetime]] = field(default_factory=list)
    changes: int = 0

    async def fire(self, fire: Fire, when: datetime) -> None:
        self.fires.append((fire, when))

    async def changed(self) -> None:
        self.changes += 1

    async def nominals(self) -> list[tuple[str, datetime]]:
        return [(fire.schedule, fire.nominal) for fire, _ in self.fires]


@dataclass
class Clock:
    """A clock that is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def known(connection: Connection, *schedules: Schedule, noted: Noted | None = None) -> Schedules:
    return Schedules(settings(*schedules), connection, noted)
