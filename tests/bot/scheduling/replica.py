"""A replica that posts into a file, which stands for the channel: here, or as a process to be killed."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec

from bot.connection import Connection, connect
from bot.jobs.jobs import Jobs
from bot.jobs.lease import Leases
from bot.jobs.worker import Pace
from bot.scheduling.digests import Digests
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.schedules import Schedules
from handlers.delivery.errors import TakenOver
from handlers.desk import Desk
from handlers.schedules.model import Fired, Outcome, Schedule
from tests.bot.jobs.build import QUICK, ways
from tests.bot.jobs.build import Desk as Duties
from tests.bot.scheduling.build import settings
from tests.bot.scheduling.posting import Told, posting
from tests.handlers.planned import FixedHours


@dataclass
class Replica:
    """One of several. The first of all to post waits until `go` is there, where `wait` is."""

    folder: Path
    schedules: Sequence[Schedule] = ()
    ahead: timedelta = timedelta()
    """By how much its clock is ahead."""
    jitter: timedelta = timedelta()
    pace: Pace = QUICK
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def run(self, url: str) -> None:
        """Do what a replica does until cancelled."""
        async with connect(url) as connection, Jobs(connection, ways(self.folder), pace=self.pace) as jobs:
            await self._work(connection, jobs)

    async def _work(self, connection: Connection, jobs: Jobs) -> None:
        schedules = Schedules(settings(*self.schedules), connection, jobs, now=self.now)
        leases = Leases(connection, seconds=self.pace.redelivery * 2 / 3, kind="digesting", strict=True)
        desk = cast("Desk", SimpleNamespace(now=self.now, hours=FixedHours()))
        digests = Digests(desk, schedules, leases, posting(self.post))
        scheduler = Scheduler(schedules, jobs.fire, now=self.now, jitter=lambda _: self.jitter, pause=0.1)
        async with asyncio.TaskGroup() as group:
            work = group.create_task(
                jobs.run_forever(replace(Duties(connection).duties, digest=digests.digest))
            )
            timer = group.create_task(scheduler.run_forever())
            try:
                await asyncio.Event().wait()
            finally:
                timer.cancel()
                await jobs.stop(0)
                work.cancel()

    async def post(self, told: Told) -> Fired:
        if first(self.folder):
            while not has(self.folder, "go"):  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.02)
        if not await told.still():
            note(self.folder, "taken over")
            raise TakenOver
        if not (told.look and told.key in posts(self.folder)):
            with (self.folder / "posts").open("a") as channel:
                channel.write(f"{told.key}\n")
        return Fired(nominal=told.nominal, at=self.now(), outcome=Outcome.POSTED)


def first(folder: Path) -> bool:
    """Whether nobody has begun to post, where the first is to wait."""
    if not has(folder, "wait"):
        return False
    (folder / "wait").unlink()
    note(folder, "waiting")
    return True


def has(folder: Path, what: str) -> bool:
    """Whether somebody let it be known."""
    return (folder / what).exists()


def note(folder: Path, what: str) -> None:
    """Let the others know."""
    (folder / what).touch()


def posts(folder: Path) -> list[str]:
    """Return the keys of what is in the channel."""
    path = folder / "posts"
    return path.read_text().splitlines() if path.exists() else []


@asynccontextmanager
async def running(url: str, *replicas: Replica) -> AsyncIterator[None]:
    """Run replicas here, and end them well."""
    tasks = [asyncio.create_task(replica.run(url)) for replica in replicas]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def process(url: str, folder: Path, schedules: Sequence[Schedule]) -> AsyncIterator[Process]:
    """Run a replica as a process until it is killed, at the end at the latest."""
    told = msgspec.json.encode(schedules).decode()
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, url, folder, told, cwd=Path(__file__).parents[3], stderr=PIPE
    )
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            started.kill()
        await started.communicate()


if __name__ == "__main__":
    given = msgspec.json.decode(sys.argv[3], type=list[Schedule])
    asyncio.run(Replica(Path(sys.argv[2]), given).run(sys.argv[1]))
