"""From a snapshot to a report: run each check, and turn what it raised into a status."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import structs

from checks.attestations import Attestation, attested
from checks.model import (
    Delta,
    DeltaFinding,
    Finding,
    Management,
    Passed,
    Platform,
    Ref,
    Report,
    Result,
    Status,
    Unread,
    fingerprint,
)
from checks.owners import owned
from checks.reads import Path
from checks.registry import Check, NotApplicable, Unknown
from checks.scorecard import scorecard
from checks.snapshot import Snapshot, UnreadError
from checks.waivers import Sorted, Waiver, note

log = logging.getLogger(__name__)

EVIDENCE_SHOWN = 5
"""Distinct pieces of evidence kept in a result; the rest is counted."""


def assess(  # noqa: PLR0913 - each is given by name
    snapshot: Snapshot,
    checks: Sequence[Check],
    *,
    now: datetime,
    run_id: str,
    waivers: Sequence[Waiver] = (),
    attestations: Sequence[Attestation] = (),
    partial: bool = False,
    notes: Sequence[str] = (),
    tell: Callable[[int], None] = lambda _: None,
) -> Report:
    """Judge a snapshot.

    `now` decides which waivers and attestations still hold; ages of objects are seen from when the snapshot
    was taken. `tell` is told how many checks are done.
    """
    results = []
    known = Sorted(waivers)
    for item in checks:
        result = _waived(run(item, snapshot), item, snapshot.cluster, known, now)
        results.append(attested(result, attestations, snapshot.cluster, now))
        tell(len(results))
    judged = owned(results, snapshot, checks)
    card = scorecard(judged)
    return Report(
        run_id=run_id,
        cluster=snapshot.cluster,
        cluster_uid=snapshot.uid,
        platform=_platform(snapshot),
        taken_at=snapshot.taken_at,
        partial=partial,
        verdict=card.verdict,
        score=card.score,
        grade=card.grade,
        coverage=card.coverage,
        unread=tuple(sorted({*snapshot.unread.values(), *snapshot.unread_groups.values()})),
        results=judged,
        notes=tuple(notes),
    )


def rewaived(report: Report, waivers: Sequence[Waiver], now: datetime, checks: Mapping[str, Check]) -> Report:
    """Return a report with the waivers that hold now in place of those it was judged with.

    `checks` are the catalogue by id: they give the fix of what is open again. Attestations stay as they were
    when the report was made, and so do the notes of resolved findings.
    """
    known = Sorted(waivers)
    results = tuple(
        _waived(result, checks.get(result.id), report.cluster, known, now) for result in report.results
    )
    if results == report.results:
        return report
    card = scorecard(results)
    return structs.replace(
        report,
        verdict=card.verdict,
        score=card.score,
        grade=card.grade,
        coverage=card.coverage,
        results=results,
        delta=report.delta and _in_step(report.delta, results),
    )


def run(item: Check, snapshot: Snapshot) -> Result:
    """Run one check; whatever happens in it becomes a status."""
    passed: dict[Ref, Passed] = {}
    findings: dict[str, Finding] = {}
    evidence: Counter[str] = Counter()
    view = snapshot.restricted(item.reads)
    try:
        _applies(item, view)
        for outcome in item.judge(view):
            if isinstance(outcome, Passed):
                passed[outcome.ref] = outcome
                evidence.update([outcome.evidence] if outcome.evidence else [])
            else:
                key = fingerprint(item.id, outcome.ref, outcome.rule)
                findings.setdefault(key, structs.replace(outcome, fingerprint=key))
    except NotApplicable as answer:
        return _result(item, Status.NOT_APPLICABLE, reason=str(answer))
    except (UnreadError, Unknown) as answer:
        status = Status.FAIL if findings else Status.UNKNOWN
        result = _judged(item, status, passed, findings, reason=str(answer), incomplete=bool(findings))
        return structs.replace(result, unread=_lacked(item, snapshot))
    except Exception as error:
        log.exception("check %s crashed", item.id)
        return _result(item, Status.ERROR, reason=f"check {item.id} crashed: {type(error).__name__}: {error}")
    if not passed and not findings:
        return _result(item, Status.NOT_APPLICABLE, reason="no subject")
    if findings:
        return _judged(item, Status.FAIL, passed, findings)
    return _judged(item, Status.PASS, passed, findings, evidence=_evidence(passed, evidence))


def _lacked(item: Check, snapshot: Snapshot) -> tuple[Unread, ...]:
    """Return the reads of a check that failed."""
    lacked = [snapshot.unread[read.key] for read in item.reads if read.key in snapshot.unread]
    groups = {read.kind.group for read in item.reads if not isinstance(read, Path)}
    lacked += [snapshot.unread_groups[group] for group in groups if group in snapshot.unread_groups]
    return tuple(sorted(lacked))


def _applies(item: Check, snapshot: Snapshot) -> None:
    """Leave the control plane to whoever runs it."""
    if not item.own_control_plane:
        return
    platform = snapshot.platform
    if platform.management is None:
        raise Unknown("who runs the control plane does not show: set `management` for this cluster")
    if platform.management is not Management.SELF_MANAGED:
        title = platform.title if platform.distribution != "unknown" else "the provider"
        raise NotApplicable(f"run by {title}")


def _judged(
    item: Check,
    status: Status,
    passed: dict[Ref, Passed],
    findings: dict[str, Finding],
    *,
    reason: str = "",
    incomplete: bool = False,
    evidence: tuple[str, ...] = (),
) -> Result:
    failing = {finding.ref for finding in findings.values()}
    subjects = len(failing | passed.keys())
    result = _result(item, status, reason=reason)
    return structs.replace(
        result,
        incomplete=incomplete,
        evidence=evidence,
        findings=tuple(sorted(findings.values(), key=lambda finding: (finding.ref, finding.rule))),
        subjects=subjects,
        counted=subjects,
        failing=len(failing),
    )


def _waived(result: Result, item: Check | None, cluster: str, waivers: Sorted, now: datetime) -> Result:
    """Attach waivers; a subject whose findings are all waived leaves the score."""

    def noted(finding: Finding) -> Finding:
        found = note(waivers.naming(result.id, finding), cluster, result.id, finding, now)
        return finding if found == finding.waiver else structs.replace(finding, waiver=found)

    findings = tuple(noted(finding) for finding in result.findings)
    failing = {finding.ref for finding in findings if finding.waiver is None}
    excused = {finding.ref for finding in findings} - failing
    still_open = next((finding for finding in findings if finding.waiver is None), None)
    return structs.replace(
        result,
        findings=findings,
        waived=bool(findings) and still_open is None,
        counted=result.subjects - len(excused),
        failing=len(failing),
        remediation=_fix(result, item, still_open),
    )


def _fix(result: Result, item: Check | None, finding: Finding | None) -> str:
    """Return how to mend the first finding that is open; a check that is no longer known cannot say."""
    if finding is None:
        return ""
    if result.remediation and finding == result.first_open:
        return result.remediation
    return item.fix(finding) if item else finding.fix


def _in_step(delta: Delta, results: Sequence[Result]) -> Delta:
    """Give the new findings the notes that they have in the results."""
    known = {(result.id, finding.fingerprint): finding for result in results for finding in result.findings}
    new = (
        DeltaFinding(item.id, item.severity, known.get((item.id, item.finding.fingerprint), item.finding))
        for item in delta.new
    )
    return structs.replace(delta, new=tuple(new))


def _result(item: Check, status: Status, *, reason: str) -> Result:
    return Result(
        id=item.id,
        title=item.title,
        family=item.family,
        severity=item.severity,
        layer=item.layer,
        status=status,
        reason=reason,
        docs=item.docs,
    )


def _evidence(passed: dict[Ref, Passed], evidence: Counter[str]) -> tuple[str, ...]:
    """Return what was seen; where the subjects brought no words of their own, how many there were."""
    if not evidence:
        kinds = Counter("container" if ref.container else ref.kind for ref in passed)
        counted = (f"{count} {_plural(kind) if count > 1 else kind}" for kind, count in kinds.items())
        return (", ".join(counted),)
    shown = tuple(evidence)[:EVIDENCE_SHOWN]
    rest = len(evidence) - len(shown)
    return (*shown, f"and {rest} more") if rest else shown


def _plural(kind: str) -> str:
    if kind.endswith("s"):
        return f"{kind}es"
    return f"{kind[:-1]}ies" if kind.endswith("cy") else f"{kind}s"


def _platform(snapshot: Snapshot) -> Platform:
    try:
        return snapshot.platform
    except UnreadError:
        return Platform(management=snapshot.facts.management)
