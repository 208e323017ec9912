"""What handlers need of the world; `bot` brings it. Methods raise `checks.errors.ReadinessError` only."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Protocol

from msgspec import Struct

from checks.model import Report
from checks.summary import Summary
from handlers.charts import Chart
from handlers.conversation.topic import Topic
from handlers.intents import Format, Verb
from handlers.request import Asker


class Cluster(Struct, frozen=True):
    """A cluster that can be named."""

    name: str
    aliases: tuple[str, ...] = ()
    environment: str = ""
    labels: dict[str, str] = {}


class Reports(Protocol):
    """The stored reports, with the waivers that hold now applied. See `bot.store.Store`."""

    async def latest(self, cluster: str) -> Report | None:
        """Return the newest report."""

    async def report(self, cluster: str, run_id: str) -> Report | None:
        """Return one report by its run id, or the beginning of it."""

    async def before(self, cluster: str, moment: datetime) -> Report | None:
        """Return the newest report taken at or before a moment."""

    async def oldest(self, cluster: str) -> Report | None:
        """Return the oldest report there is."""

    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        """Sum up the reports, newest first."""


class State(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    READING = "reading"
    JUDGING = "judging"
    DONE = "done"
    FAILED = "failed"


class Progress(Struct, frozen=True, kw_only=True):
    """A run under way: reads and checks done of all, objects read, how often it was begun.

    `waits` tells that its worker has no place for it yet, while it is queued; others are being read.
    `error` and `hint` are set where it failed. `beat` is when its worker last reported; `unserved` tells that
    it has none, and no worker is there that could take it.
    """

    run_id: str
    cluster: str
    state: State = State.QUEUED
    waits: bool = False
    reads: int = 0
    reads_total: int = 0
    objects: int = 0
    checks: int = 0
    checks_total: int = 0
    attempts: int = 0
    error: str = ""
    hint: str = ""
    asked: datetime
    beat: datetime
    askers: tuple[str, ...] = ()
    unserved: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (State.DONE, State.FAILED)


class Runs(Protocol):
    """Runs of clusters: one at a time for each, which later askers join."""

    async def start(self, cluster: str, asker: str, request_id: str) -> str:
        """Start a run, or join the one under way; return its id.

        `asker` is a Slack user. The same request gets the same run, however often it is delivered.
        """

    async def progress(self, run_id: str) -> Progress | None:
        """Return how far a run is; null where it is no longer known (after an hour)."""

    async def alone(self, cluster: str) -> Report:
        """Run here and now, without the store: nobody joins, nothing is compared or remembered."""


class Access(Protocol):
    """Who may do what."""

    async def visible(self, asker: Asker) -> Sequence[Cluster]:
        """Return the clusters that somebody may view, there where they ask. Others do not exist for them."""

    async def everyone(self) -> Sequence[Cluster]:
        """Return every cluster there is, whoever may view it."""

    async def may(self, asker: Asker, verb: Verb, cluster: str) -> bool:
        """Whether somebody may do something with a cluster; an empty name is about no cluster at all."""

    async def whom_to_ask(self, verb: Verb, cluster: str) -> str:
        """Return who may, as Slack mrkdwn without mentions that notify; or what an administrator must do."""


class Entry(Struct, frozen=True, omit_defaults=True):
    """A line of the audit log. `outcome` is done, refused or failed."""

    at: datetime
    user: str
    channel: str
    verb: Verb
    what: str
    outcome: str
    cluster: str = ""
    detail: str = ""


class AuditLog(Protocol):
    """Who did what."""

    async def record(self, entry: Entry) -> None:
        """Add a line. Never raises: a log that fails is logged, and does not stop what it tells of."""

    async def entries(self, cluster: str = "", *, limit: int = 20) -> list[Entry]:
        """Return the newest lines, of one cluster or all."""


class Acceptance(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A waiver or an attestation, from readiness.yaml (without an `id`) or from Slack.

    `by` is a name; `user` the Slack user who made it. `channel` and `thread_ts` are where its end is
    announced. `subject` names the object of a finding, for people.
    """

    cluster: str
    by: str
    reason: str
    until: datetime
    attestation: bool = False
    check: str = ""
    fingerprint: str = ""
    subject: str = ""
    namespace: str = "*"
    name: str = "*"
    link: str = ""
    id: str = ""
    user: str = ""
    channel: str = ""
    thread_ts: str = ""
    made: datetime | None = None

    def is_about(self, cluster: str) -> bool:
        """Whether it is about a cluster; readiness.yaml has patterns."""
        return self.cluster == cluster if self.id else fnmatchcase(cluster, self.cluster)

    @property
    def verb(self) -> Verb:
        """What somebody must be allowed to make, change or withdraw it."""
        return Verb.ATTEST if self.attestation else Verb.WAIVE


class Acceptances(Protocol):
    """Waivers and attestations."""

    async def all(self, cluster: str = "") -> list[Acceptance]:
        """Return those of a cluster, or all, that have not ended; the first to end comes first."""

    async def find(self, acceptance_id: str, request_id: str = "") -> Acceptance | None:
        """Return one that was made in Slack; null where there is none, or it was withdrawn.

        The request that withdrew it still finds it, for a day.
        """

    async def save(self, acceptance: Acceptance) -> Acceptance:
        """Add one, or change the one with its `id`; return it with its id. Its end will be announced."""

    async def withdraw(self, acceptance_id: str, request_id: str) -> Acceptance | None:
        """End one now; null where there is none. The same request may do so again."""


class Posted(Struct, frozen=True, omit_defaults=True):
    """A message of ours; `ts` is empty where its post was begun and the answer never came."""

    channel: str
    since: datetime
    ts: str = ""


class Memory(Protocol):
    """What was done already, kept for a day: it makes jobs that are delivered twice act once."""

    async def answered(self, request_id: str) -> bool:
        """Whether a request has been answered to its end."""

    async def mark_answered(self, request_id: str) -> None:
        """Remember that it has."""

    async def claim(self, key: str, by: str) -> bool:
        """Take something for oneself; true for whoever took it first, however often they ask."""

    async def release(self, key: str, by: str) -> None:
        """Leave what one took to others."""

    async def gather(self, key: str, member: str) -> tuple[str, ...]:
        """Add somebody, once, and return all that were added, the first one first; nobody is added for ""."""

    async def posted(self, key: str) -> Posted | None:
        """Return the message posted under a key; null where none was begun."""

    async def remember(self, key: str, posted: Posted) -> None:
        """Remember a message, or that it is being posted."""

    async def turn(self, key: str, seconds: float) -> bool:
        """Take a turn that comes once in so many seconds, over all replicas; false where it is not ours."""


class Topics(Protocol):
    """What conversations are about, by place; kept for 30 days after the last word."""

    async def topic(self, channel: str, thread_ts: str) -> Topic | None:
        """Return what a thread is about, or direct messages without `thread_ts`; null where none is known."""

    async def set_topic(self, channel: str, thread_ts: str, topic: Topic) -> None:
        """Remember what it is about from now on."""


class Viewer(Struct, frozen=True):
    """Somebody who has the Home tab open, or had it open lately, and what they chose to see there.

    `shown` is the digest of what they see now; empty where that is not known.
    """

    user: str
    environment: str = ""
    page: int = 1
    shown: str = ""


class Viewers(Protocol):
    """Who is shown a Home tab; kept for a week after they last opened it."""

    async def add(self, viewer: Viewer) -> None:
        """Remember somebody, or what they chose now; not what they are shown."""

    async def show(self, user: str, digest: str) -> None:
        """Remember what somebody is shown from now on."""

    async def all(self) -> Sequence[Viewer]:
        """Return everybody, the latest first."""

    async def viewer(self, user: str) -> Viewer | None:
        """Return somebody with what they chose last."""


class Documents(Protocol):
    """Files made of reports."""

    async def report(self, report: Report, form: Format) -> bytes:
        """Return a report as a file of its own."""

    async def picture(self, chart: Chart) -> bytes | None:
        """Return a chart as PNG; null where the plotting library is not installed."""

    async def role(self) -> str:
        """Return the least ClusterRole as YAML."""
