"""A desk that reads one cluster hour by hour, and tells in its channels what turned."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

from msgspec import structs

from checks.errors import StoreError
from checks.model import Report, Result
from deploy.sandbox.slack.model import Message as Seen
from deploy.sandbox.slack.seeing import words_of
from handlers.alerts.alerts import look
from handlers.desk import Desk
from handlers.ports import Reports
from handlers.schedules.model import Schedule, Selection, Timing
from handlers.schedules.ports import Alerting, Watches
from tests.bot.output.sample import NOW, SAMPLE
from tests.checks.watching import found
from tests.handlers.bureau import Bureau, bureau

CLUSTER = "prod-eu"
HOUR = timedelta(hours=1)
MENTIONS = {"payments": "S0604QSJC"}


def failing(*names: str) -> Result:
    """A check that finds fault with what these are called, which belongs to the payments team."""
    result = found(names)
    return structs.replace(
        result, findings=tuple(structs.replace(it, owner="payments") for it in result.findings)
    )


FINE = found()
BAD = failing("cart")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Readings:
    """`Reports` of one cluster, the last one the latest."""

    every: dict[str, Report] = field(default_factory=dict)

    async def report(self, cluster: str, run_id: str) -> Report | None:
        return self.every.get(run_id) if cluster == CLUSTER else None

    async def latest(self, cluster: str) -> Report | None:
        return [*self.every.values()][-1] if self.every and cluster == CLUSTER else None


@dataclass
class Fragile:
    """`Watches` in a process that is killed at a call, counted from 0; before or after it is done."""

    watches: Watches
    at: int
    after: bool

    async def load(self, cluster: str, channel: str) -> bytes | None:
        return await self.watches.load(cluster, channel)

    async def keep(self, cluster: str, channel: str, state: bytes) -> None:
        self.at -= 1
        if self.at == -1 and not self.after:
            raise Killed
        await self.watches.keep(cluster, channel, state)
        if self.at == -1:
            raise Killed

    async def again(self, cluster: str, when: object) -> None:
        raise StoreError(f"not asked here: {cluster} {when}")


@dataclass
class Lookout:
    """See above. `ours` tells whether what is done is still for us to do."""

    bureau: Bureau
    readings: Readings
    desk: Desk
    ours: bool = True

    def plan(self, channel: str = "#ops", **told: object) -> Schedule:
        """Have alerts of the cluster told in a channel."""
        place = self.bureau.office.slack.workspace.channel(channel).id
        schedules = self.bureau.schedules.held
        usual: Mapping[str, object] = {
            "id": f"plan-{len(schedules)}",
            "selection": Selection((CLUSTER,)),
            "timing": Timing("0 9 * * *"),
            "channel": place,
            "configured": True,
        }
        schedule = Schedule(**{**usual, **told})  # type: ignore[arg-type]
        schedules[schedule.id] = schedule
        return schedule

    def read(self, *results: Result) -> Report:
        """Read the cluster once more, an hour later."""
        self.bureau.office.slack.workspace.advance(HOUR.total_seconds())
        number = len(self.readings.every) + 1
        report = structs.replace(
            SAMPLE, run_id=f"r-{number}", taken_at=NOW + number * HOUR, results=results, delta=None
        )
        self.readings.every[report.run_id] = report
        return report

    async def look(self, report: Report | None = None, desk: Desk | None = None) -> None:
        """Tell what a reading turned, the latest where none is given."""
        await look(desk or self.desk, CLUSTER, report.run_id if report else "", self.still)

    async def see(self, *results: Result) -> Report:
        """Read the cluster once more and tell what that turned."""
        report = self.read(*results)
        await self.look(report)
        return report

    async def turn_bad(self) -> None:
        """Let the cluster turn bad, and be so for as long as an alert takes."""
        for result in (FINE, BAD, BAD):
            await self.see(result)

    async def still(self) -> bool:
        return self.ours

    def killed_at(self, step: int, *, after: bool) -> Desk:
        """A desk of a process that is killed when it keeps something for the `step`th time."""
        return replace(self.desk, watches=cast("Watches", Fragile(self.bureau.watches, step, after)))

    def told(self, channel: str = "#ops") -> list[Seen]:
        """What stands in a channel."""
        return self.bureau.office.seen(channel)

    def recovered(self, channel: str = "#ops") -> bool:
        """Whether the only message of a channel tells of a recovery."""
        (message,) = self.told(channel)
        return "*Recovered*" in words_of(message)


@asynccontextmanager
async def lookout() -> AsyncIterator[Lookout]:
    """Open one."""
    async with bureau() as one:
        readings = Readings()
        desk = replace(one.desk, reports=cast("Reports", readings), alerting=Alerting(mentions=MENTIONS))
        yield Lookout(one, readings, desk)


async def alerted(lookout: Lookout) -> None:
    """Let an alert be told."""
    await lookout.turn_bad()
    assert len(lookout.told()) == 1
