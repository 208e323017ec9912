"""A desk whose ports are in memory, in a sandbox workspace: for what becomes of a request in the end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from msgspec import structs

from checks.errors import StoreError
from checks.model import Report
from checks.summary import Summary
from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.scopes import ALL_BOT_SCOPES
from deploy.sandbox.slack.server import SandboxSlack
from handlers.desk import Desk
from handlers.intents import Intent, Verb
from handlers.ports import Acceptance, Cluster, Documents, Entry, Reports, Runs
from handlers.request import Asker, Request
from handlers.schedules.ports import Alerting
from tests.bot.output.sample import NOW, SAMPLE
from tests.handlers.delivery.office import Office
from tests.handlers.memory import RememberingTopics, RememberingViewers
from tests.handlers.planned import FixedHours, FixedRoster, RememberingSchedules, RememberingWatches


@dataclass
class Ports:
    """`Access`, `AuditLog`, `Acceptances`, and of `Reports` and `Runs` what is asked here."""

    clusters: Sequence[str] = ("prod-eu",)
    denied: set[Verb] = field(default_factory=set)
    entries_: list[Entry] = field(default_factory=list)
    held: dict[str, Acceptance] = field(default_factory=dict)
    withdrawn: dict[tuple[str, str], Acceptance] = field(default_factory=dict)
    configured: list[Acceptance] = field(default_factory=list)
    report_: Report | None = SAMPLE
    away: bool = False
    asked: list[tuple[Verb, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    async def visible(self, _: Asker) -> Sequence[Cluster]:
        self._work()
        return [Cluster(name) for name in self.clusters]

    async def everyone(self) -> Sequence[Cluster]:
        return [Cluster(name) for name in self.clusters]

    async def may(self, _: Asker, verb: Verb, cluster: str) -> bool:
        self.asked.append((verb, cluster))
        return verb not in self.denied

    async def whom_to_ask(self, _: Verb, __: str) -> str:
        return "ask ops"

    async def record(self, entry: Entry) -> None:
        self.entries_.append(entry)

    async def entries(self, _: str = "", *, limit: int = 20) -> list[Entry]:
        return self.entries_[:limit]

    async def all(self, cluster: str = "") -> list[Acceptance]:
        self.fetched.append(cluster)
        return [*self.held.values(), *self.configured]

    async def find(self, acceptance_id: str, request_id: str = "") -> Acceptance | None:
        return self.held.get(acceptance_id) or self.withdrawn.get((acceptance_id, request_id))

    async def save(self, acceptance: Acceptance) -> Acceptance:
        saved = structs.replace(acceptance, id=acceptance.id or f"w-{len(self.held):06}")
        self.held[saved.id] = saved
        return saved

    async def withdraw(self, acceptance_id: str, request_id: str) -> Acceptance | None:
        if acceptance_id in self.held:
            self.withdrawn[acceptance_id, request_id] = self.held.pop(acceptance_id)
        return self.withdrawn.get((acceptance_id, request_id))

    async def latest(self, _: str) -> Report | None:
        return self.report_

    async def report(self, _: str, run_id: str) -> Report | None:
        return self.report_ if self.report_ and self.report_.run_id == run_id else None

    async def history(
        self, _: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        self._work()
        if self.report_ is None or (since and self.report_.taken_at < since):
            return []
        return [Summary.of(self.report_)][:limit]

    async def progress(self, _: str) -> None:
        self._work()

    def _work(self) -> None:
        if self.away:
            raise StoreError("the store at unix:///run/secret cannot be reached", "look at /run/secret")


@dataclass
class Bureau:
    """A desk with what it stands on."""

    office: Office
    ports: Ports
    desk: Desk
    topics: RememberingTopics
    schedules: RememberingSchedules
    hours: FixedHours
    watches: RememberingWatches
    roster: FixedRoster

    def request(
        self,
        said: str = "",
        ident: str = "T1",
        *,
        intent: Intent | None = None,
        **asker: Any,  # noqa: ANN401
    ) -> Request:
        """Make a request of alice's."""
        return Request(ident, self.office.asker(**asker), NOW, said, intent)

    def told(self) -> str:
        """What alice was told alone, all of it."""
        return "\n".join(str(message.blocks) for message in self.office.whispered())

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """What is on record: what was asked, and how it went."""
        return [(entry.what, entry.outcome) for entry in self.ports.entries_]


@asynccontextmanager
async def bureau() -> AsyncIterator[Bureau]:
    """Open one."""
    async with SandboxSlack(app=App(scopes=ALL_BOT_SCOPES), clock=NOW.timestamp) as slack:
        office, ports, topics = Office(slack), Ports(), RememberingTopics()
        schedules, hours, watches, roster = (
            RememberingSchedules(),
            FixedHours(),
            RememberingWatches(),
            FixedRoster(),
        )
        desk = Desk(
            reports=cast("Reports", ports),
            runs=cast("Runs", ports),
            access=ports,
            audit=ports,
            acceptances=ports,
            memory=office.memory,
            topics=topics,
            viewers=RememberingViewers(),
            documents=cast("Documents", None),
            schedules=schedules,
            hours=hours,
            watches=watches,
            alerting=Alerting(),
            roster=roster,
            courier=office.courier,
            now=office.now,
            sleep=office.sleep,
        )
        yield Bureau(office, ports, desk, topics, schedules, hours, watches, roster)
