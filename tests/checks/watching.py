"""A channel in which whatever turned is told at once, reading by reading."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import structs

from checks.model import Finding, Ref, Report, Result, Severity, Status, WaiverNote
from checks.turning import Rules, Turn, shown, step
from checks.turns import Alert, State
from tests.checks.build import NOW, a_finding, a_report, a_result

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ref(name: str) -> Ref:
    return Ref("Deployment", "shop", name)


def found(
    names: Sequence[str] = (),
    check_id: str = "a",
    *,
    waived: Sequence[str] = (),
    incomplete: bool = False,
    severity: Severity = Severity.HIGH,
) -> Result:
    """What a check says that finds fault with deployments of these names, some of them waived."""
    note = WaiverNote("ann", "known", NOW + timedelta(days=90))
    findings: list[Finding] = [a_finding(check_id, ref(name)) for name in names]
    findings += [structs.replace(a_finding(check_id, ref(name)), waiver=note) for name in waived]
    if incomplete and not findings:
        return a_result(check_id, Status.UNKNOWN, severity)
    status = Status.FAIL if findings else Status.PASS
    return a_result(check_id, status, severity, findings=findings, incomplete=incomplete)


def unread(check_id: str = "a", status: Status = Status.UNKNOWN) -> Result:
    return a_result(check_id, status)


@dataclass
class Channel:
    """What is said there: `posts` and `edits`, with the hour at which each was.

    Without `open` nothing is posted.
    """

    rules: Rules = field(default_factory=Rules)
    state: State | None = None
    at: datetime = NOW
    runs: int = 0
    open: bool = True
    posts: list[tuple[float, Alert]] = field(default_factory=list)
    edits: list[tuple[float, Alert]] = field(default_factory=list)
    last: Report | None = None

    def reading(self, *results: Result, after: timedelta = HOUR, uid: str = "u") -> Report:
        self.runs += 1
        self.at += after
        report = structs.replace(a_report(*results, run_id=f"r-{self.runs}"), taken_at=self.at)
        return structs.replace(report, cluster_uid=uid)

    def read(
        self, *results: Result, after: timedelta = HOUR, uid: str = "u", told: Report | None = None
    ) -> Sequence[Turn]:
        """Let a reading come; return what was said of it."""
        return self.look(self.reading(*results, after=after, uid=uid), told)

    def look(self, report: Report, told: Report | None = None) -> Sequence[Turn]:
        self.last = report
        kept = State.decode(self.state.encode()) if self.state else None
        assert kept == self.state
        self.state, turns = step(kept, report, self.rules, told)
        said = [turn for turn in turns if turn.alert.ts or self.open]
        for turn in said:
            ts = turn.alert.ts or f"{len(self.posts) + 1}"
            (self.edits if turn.alert.ts else self.posts).append(((report.taken_at - NOW) / HOUR, turn.alert))
            self.state = shown(self.state, turn.alert, ts)
        return said


def begun(rules: Rules | None = None, *names: str) -> Channel:
    """A channel that knows the cluster as it is when only these fail."""
    channel = Channel(rules or Rules())
    assert not channel.read(found(names))
    return channel


def alerted(*names: str) -> Channel:
    """A channel in which an alert of these was posted, an hour after they were first seen."""
    channel = begun()
    for _ in range(2):
        channel.read(found(names or ("cart",)))
    assert len(channel.posts) == 1
    return channel
