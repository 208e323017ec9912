"""Results, checks and snapshots made up for the tests of the engine and what follows it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from checks.engine import assess
from checks.model import (
    Family,
    Finding,
    Layer,
    Management,
    Passed,
    Platform,
    Ref,
    Report,
    Result,
    Severity,
    Status,
    Unread,
    Verdict,
    fingerprint,
)
from checks.reads import List, Read
from checks.records.base import Record
from checks.records.cluster import NODES
from checks.registry import Check, Judge, check
from checks.snapshot import Facts, Snapshot

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CART = Ref("Deployment", "shop", "cart")


def a_finding(check_id: str, ref: Ref = CART, rule: str = "") -> Finding:
    """Return a finding as the engine leaves it."""
    return Finding(ref, "it is wrong", rule=rule, fingerprint=fingerprint(check_id, ref, rule))


def a_result(
    check_id: str = "a",
    status: Status = Status.PASS,
    severity: Severity = Severity.HIGH,
    *,
    counted: int = 1,
    failing: int = 0,
    findings: Sequence[Finding] = (),
    incomplete: bool = False,
    unread: tuple[Unread, ...] = (),
) -> Result:
    """Return a result; a failure without findings gets one for each failing subject, up to three."""
    if status is Status.FAIL and not findings:
        refs = (Ref("Pod", "shop", f"p{number}") for number in range(min(failing, 3)))
        findings = [a_finding(check_id, ref) for ref in refs]
    return Result(
        id=check_id,
        title=check_id,
        family=Family.WORKLOADS,
        severity=severity,
        layer=Layer.APPLICATION,
        status=status,
        incomplete=incomplete,
        unread=unread,
        findings=tuple(findings),
        subjects=counted,
        counted=counted,
        failing=failing,
    )


def a_report(*results: Result, run_id: str = "run") -> Report:
    """Return a report of these results; its score and verdict are made up."""
    return Report(
        run_id=run_id,
        cluster="test",
        platform=Platform(),
        taken_at=NOW,
        verdict=Verdict.READY,
        score=100,
        grade="A",
        coverage=100,
        results=results,
    )


def a_check(
    judge: Judge,
    check_id: str = "a",
    *,
    severity: Severity = Severity.HIGH,
    reads: tuple[Read, ...] = (),
    own_control_plane: bool = False,
) -> Check:
    """Declare a check around a judge."""
    return check(
        check_id,
        check_id,
        family=Family.WORKLOADS,
        severity=severity,
        layer=Layer.APPLICATION,
        reads=reads,
        remediation="Mend {ref}.",
        docs="https://example.com/",
        own_control_plane=own_control_plane,
    )(judge)


def saying(*outcomes: Passed | Finding) -> Judge:
    """Return a judge that says the same of every cluster."""

    def judge(_: Snapshot) -> Iterator[Passed | Finding]:
        yield from outcomes

    return judge


def a_snapshot(
    records: Mapping[str, tuple[Record, ...]] | None = None,
    unread: Mapping[str, Unread] | None = None,
    management: Management | None = None,
) -> Snapshot:
    """Return a snapshot in which every list of the core group is empty unless given."""
    known: dict[str, tuple[Record, ...]] = {NODES.key: (), **(records or {})}
    return Snapshot(
        cluster="test",
        uid="1",
        taken_at=NOW,
        today=NOW.date(),
        groups={"": frozenset(known)},
        records=known,
        texts={"/version": "v1.36.2"},
        unread=unread or {},
        facts=Facts(management=management),
    )


def forbidden(read: List) -> dict[str, Unread]:
    """Return what a snapshot holds of a list that was forbidden."""
    return {read.key: Unread("list", read.kind.resource, read.kind.group, "forbidden")}


def assessed(*checks: Check) -> Report:
    """Judge an empty cluster."""
    return assess(a_snapshot(), checks, now=NOW, run_id="run")
