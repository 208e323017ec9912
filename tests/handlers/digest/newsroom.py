"""Digests in a sandbox workspace: clusters whose runs go as a test says, and a clock that sleeping moves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from msgspec import structs

from checks.errors import ReadinessError, StoreError
from checks.model import Family, Finding, Report, Severity, Status, Verdict
from checks.summary import Summary
from handlers.desk import Desk
from handlers.digest.digest import post
from handlers.intents import Verb
from handlers.ports import Acceptance, Cluster, Progress, State
from handlers.request import Asker
from handlers.schedules.model import Fired, Schedule, Selection, Timing
from handlers.schedules.ports import StillOurs
from tests.bot.output.build import deployment, finding, result
from tests.bot.output.sample import SAMPLE
from tests.handlers.bureau import Bureau
from tests.handlers.delivery.office import Office
from tests.handlers.render.shown import texts_in


def probe(name: str) -> Finding:
    """A finding on a deployment."""
    return finding("sample-probes", deployment(name), "no readiness probe", fix="Add a readinessProbe.")


def judged(*findings: Finding, status: Status = Status.FAIL, **changed: Any) -> Report:  # noqa: ANN401
    """A report of one check that found this."""
    found = result(
        "sample-probes",
        "Every container behind a Service has a readiness probe",
        Family.WORKLOADS,
        Severity.HIGH,
        status if findings or status is not Status.FAIL else Status.PASS,
        *findings,
    )
    verdict = Verdict.NOT_READY if findings else Verdict.READY
    score = 100 - 10 * len(findings)
    return structs.replace(SAMPLE, **{"verdict": verdict, "score": score, "results": (found,), **changed})


@dataclass
class Fleet:
    """`Reports`, `Runs`, `Access`, `Acceptances` and `Roster` of a few clusters.

    `coming` is what the next run of a cluster comes to: a report, why it fails, or null for nothing ever.
    With `away` the store is away; `queued` runs are not begun, and with `leaves` their workers leave; with
    `moves` they are begun once they are asked for again; where it all `starts`, some have yet to be heard of.
    What is `broken` is so by a mistake of ours.
    """

    now: Callable[[], datetime]
    clusters: list[Cluster] = field(default_factory=list)
    stored: dict[str, list[Report]] = field(default_factory=dict)
    coming: dict[str, Report | str | None] = field(default_factory=dict)
    started: list[tuple[str, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    unserved: set[str] = field(default_factory=set)
    accepted: list[Acceptance] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    beating: bool = True
    queued: bool = False
    leaves: bool = False
    moves: bool = False
    starts: bool = False
    away: bool = False
    running: int = 0
    at_once: int = 0
    _seen: set[str] = field(default_factory=set)

    def add(self, name: str, coming: Report | str | None = None, **cluster: Any) -> None:  # noqa: ANN401
        """Add a cluster whose next run comes to something."""
        self.clusters.append(Cluster(name, **cluster))
        self.coming[name] = coming or judged()

    def keep(self, name: str, report: Report, age: timedelta = timedelta()) -> str:
        """Store a report, made so long ago; return its run."""
        runs = self.stored.setdefault(name, [])
        run_id = f"{name}-{len(runs)}"
        runs.append(structs.replace(report, cluster=name, run_id=run_id, taken_at=self.now() - age))
        runs.sort(key=lambda it: it.taken_at)
        return run_id

    async def everyone(self) -> Sequence[Cluster]:
        return self.clusters

    async def visible(self, _: Asker) -> Sequence[Cluster]:
        return [it for it in self.clusters if it.name not in self.hidden]

    async def may(self, asker: Asker, verb: Verb, cluster: str) -> bool:
        assert asker.user
        assert verb is Verb.SCHEDULE
        return cluster not in self.denied

    async def whom_to_ask(self, _: Verb, __: str) -> str:
        return "ask ops"

    async def all(self, _: str = "") -> list[Acceptance]:
        return self.accepted

    async def latest(self, cluster: str) -> Report | None:
        self._work()
        return next(iter(self.stored.get(cluster, [])[-1:]), None)

    async def oldest(self, cluster: str) -> Report | None:
        return next(iter(self.stored.get(cluster, [])), None)

    async def report(self, cluster: str, run_id: str) -> Report | None:
        self._work()
        return next((it for it in self.stored.get(cluster, []) if it.run_id == run_id), None)

    async def history(self, cluster: str, *, since: datetime) -> list[Summary]:
        return [Summary.of(it) for it in reversed(self.stored.get(cluster, [])) if it.taken_at >= since]

    async def start(self, cluster: str, asker: str, request_id: str) -> str:
        self._work()
        assert asker == ""
        if cluster in self.broken:
            raise KeyError(cluster)
        if cluster in self.unserved:
            raise ReadinessError(f"no worker serves {cluster}", "start one")
        if self.moves and (cluster, request_id) in self.started:
            self.queued, self.coming[cluster] = False, judged()
        if (cluster, request_id) not in self.started:
            self.started.append((cluster, request_id))
            self.running += 1
            self.at_once = max(self.at_once, self.running)
        return f"{cluster}|{request_id}"

    async def progress(self, run_id: str) -> Progress | None:
        self._work()
        name = run_id.partition("|")[0]
        beat = self.now() if self.beating else datetime.min.replace(tzinfo=self.now().tzinfo)
        state = State.QUEUED if self.queued else State.READING
        progress = Progress(run_id=run_id, cluster=name, state=state, asked=self.now(), beat=beat)
        if run_id not in self._seen:
            self._seen.add(run_id)
            return progress
        match self.coming[name]:
            case None:
                return progress
            case str(why):
                return structs.replace(progress, state=State.FAILED, error=why)
            case report:
                if not await self.report(name, run_id):
                    done = structs.replace(report, cluster=name, run_id=run_id, taken_at=self.now())
                    self.stored.setdefault(name, []).append(done)
                    self.running -= 1
                return structs.replace(progress, state=State.DONE)

    async def served(self, cluster: str) -> bool:
        return not (self.leaves or cluster in self.unserved)

    async def young(self) -> bool:
        return self.starts

    def _work(self) -> None:
        if self.away:
            raise StoreError("the store is away")


async def always() -> bool:
    return True


@dataclass
class Newsroom:
    """Where digests are made."""

    bureau: Bureau
    fleet: Fleet
    desk: Desk

    @classmethod
    def of(cls, bureau: Bureau) -> "Newsroom":
        fleet = Fleet(bureau.office.now)
        desk = replace(
            bureau.desk,
            reports=cast("Any", fleet),
            runs=cast("Any", fleet),
            access=fleet,
            acceptances=cast("Any", fleet),
            roster=cast("Any", fleet),
        )
        return cls(bureau, fleet, desk)

    @property
    def office(self) -> Office:
        return self.bureau.office

    def schedule(self, *clusters: str, **changed: Any) -> Schedule:  # noqa: ANN401
        """A schedule of readiness.yaml for #ops."""
        made = Schedule(
            id="morning",
            selection=Selection(clusters or ("*",)),
            timing=Timing(cron="0 9 * * *", zone="Europe/Berlin"),
            channel=self.office.slack.workspace.channel("#ops").id,
            configured=True,
        )
        return structs.replace(made, **changed)

    def slack_schedule(self, *clusters: str, **changed: Any) -> Schedule:  # noqa: ANN401
        """A schedule that alice made in Slack."""
        alice = self.office.slack.workspace.user("alice").id
        made = {"id": "s-7f3a9c", "configured": False, "user": alice, "by": "alice", **changed}
        return self.schedule(*clusters, **made)

    async def post(
        self,
        schedule: Schedule,
        *,
        key: str = "digest:1",
        still: StillOurs = always,
        **more: Any,  # noqa: ANN401
    ) -> Fired:
        """Post the digest of a fire time that is now, and put it on record."""
        desk, more = more.pop("desk", self.desk), {"late": "", "nominal": self.office.now(), **more}
        fired = await post(desk, schedule, more.pop("nominal"), more.pop("late"), still, key=key, **more)
        await self.bureau.schedules.record(schedule.id, fired)
        return fired

    def roots(self) -> list[str]:
        """What is read in the channel, each message whole."""
        return [_read(it.blocks) for it in self.office.seen() if not it.thread_ts]

    def thread(self) -> list[str]:
        """What is read in its threads."""
        return [_read(it.blocks) for it in self.office.seen() if it.thread_ts]

    def posted(self) -> list[str]:
        """The keys of everything that is posted."""
        return [it.metadata["event_payload"]["key"] for it in self.office.seen() if it.metadata]


def _read(blocks: Iterable[dict[str, Any]]) -> str:
    return "\n".join(texts_in([*blocks]))
