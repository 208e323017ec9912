"""Jobs in a hurry, and what they answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar, cast

import yaml

from bot.clusters import resolve
from bot.connection import Connection
from bot.jobs.checking import Ways
from bot.jobs.duties import Duties, Fire
from bot.jobs.jobs import Jobs
from bot.jobs.worker import Pace
from bot.settings import Settings
from checks.catalogue import CATALOGUE
from checks.errors import ReadinessError, StoreError
from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import NO_FAULTS, Faults
from handlers.ports import Progress
from handlers.request import Asker, Request
from tests.bot.cluster.manifests import small_cluster
from tests.bot.cluster.test_credentials import with_user

T = TypeVar("T")

QUICK = Pace(redelivery=2, poll=0.05, unknown=0.1, look=0.2, deaf=2, announce=0.1, post=0.1)
PATIENCE = 30.0


def ways(kubeconfig: Path, seconds: float = 20) -> Ways:
    settings = Settings()
    return Ways(settings, lambda name: resolve(name, settings, str(kubeconfig), None), CATALOGUE, seconds)


@asynccontextmanager
async def sandbox(
    kubeconfig: Path, faults: Faults = NO_FAULTS, user: dict[str, Any] | None = None
) -> AsyncIterator[SandboxCluster]:
    """Serve the cluster prod, to which a kubeconfig leads, perhaps as another user."""
    async with SandboxCluster(small_cluster(), options=Options(name="prod"), faults=faults) as cluster:
        config = cluster.kubeconfig()
        _write(with_user(config, user) if user else config, kubeconfig)
        yield cluster


def _write(config: dict[str, Any], kubeconfig: Path) -> None:
    kubeconfig.write_text(yaml.safe_dump(config))


def request(number: int = 1, said: str = "prod") -> Request:
    return Request(id=f"T{number}", asker=Asker("U1", "C1"), at=datetime.now(UTC), said=said)


@dataclass
class Desk:
    """Answers over Redis, so that tests see what any process did.

    What is said can be `hang`, which the first to be asked does, `wait`, until `go` is set, or `fail`.
    """

    connection: Connection
    go: asyncio.Event = field(default_factory=asyncio.Event)
    announced: list[str] = field(default_factory=list)
    opens: dict[str, datetime] = field(default_factory=dict)
    """When a schedule may be posted, where that is later."""
    refusals: int = 0
    """How often Slack is away when an end is to be announced, or anything else comes by itself."""

    mistake: Exception | None = None
    """What fails whatever comes by itself."""

    @property
    def duties(self) -> Duties:
        return Duties(self.answer, self.announce, self.renew, self.digest, self.alert)

    async def answer(self, request: Request) -> None:
        begun = await self.connection.client.rpush("begun", request.id)
        if request.said == "hang" and begun == 1:
            await asyncio.Event().wait()
        if request.said == "wait":
            await self.go.wait()
        if request.said == "fail":
            raise ValueError("of this answer")
        await self.connection.client.rpush("done", request.id)

    async def announce(self, acceptance_id: str) -> None:
        self.announced.append(acceptance_id)
        if len(self.announced) <= self.refusals:
            raise ReadinessError("Slack is away")

    async def digest(self, fire: Fire) -> datetime | None:
        tries = await self.connection.client.rpush("digests", fire.key)
        if tries <= self.refusals:
            raise ReadinessError("Slack is away")
        if self.mistake:
            raise self.mistake
        return self.opens.pop(fire.schedule, None)

    async def alert(self, cluster: str, run_id: str) -> None:
        tries = await self.connection.client.rpush("alerts", f"{cluster} {run_id}")
        if tries <= self.refusals:
            raise ReadinessError("Slack is away")
        if self.mistake:
            raise self.mistake

    async def renew(self) -> None:
        await self.connection.client.rpush("renewed", "")

    async def begun(self) -> list[str]:
        return await self._list("begun")

    async def done(self) -> list[str]:
        return await self._list("done")

    async def digests(self) -> list[str]:
        return await self._list("digests")

    async def alerts(self) -> list[str]:
        return await self._list("alerts")

    async def renewed(self) -> int:
        return len(await self._list("renewed"))

    async def _list(self, name: str) -> list[str]:
        found = await self.connection.call(lambda: self.connection.client.lrange(name, 0, -1))
        return [item.decode() for item in cast("list[bytes]", found)]


@asynccontextmanager
async def working(jobs: Jobs, desk: Desk) -> AsyncIterator[None]:
    """Do jobs meanwhile; what still runs at the end is handed back."""
    task = asyncio.create_task(jobs.run_forever(desk.duties))
    try:
        yield
    finally:
        await jobs.stop(0)
        await task


async def eventually(look: Callable[[], Awaitable[T]], right: Callable[[T], object]) -> T:
    """Look until it is right."""
    deadline = monotonic() + PATIENCE
    while not right(seen := await look()):
        assert monotonic() < deadline, seen
        await asyncio.sleep(0.02)
    return seen


async def ask(jobs: Jobs, asked: Request) -> None:
    """Ask until the server takes it."""

    async def taken() -> bool:
        try:
            await jobs.ask(asked)
        except StoreError:
            return False
        return True

    await eventually(taken, bool)


async def ended(jobs: Jobs, run_id: str) -> Progress:
    progress = await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.finished)
    assert progress
    return progress
