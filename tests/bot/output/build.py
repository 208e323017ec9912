"""Findings, results and checks made up for reports, as the engine would leave them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from checks.model import (
    CLUSTER,
    Family,
    Finding,
    Layer,
    Passed,
    Ref,
    Result,
    Severity,
    Status,
    WaiverNote,
    fingerprint,
)
from checks.reads import lists
from checks.records.cluster import NODES
from checks.registry import Check
from checks.snapshot import Snapshot

HOSTILE = "[bold]<b>|`\x1b[31m\u202e"
WAIVER = WaiverNote("alice", "leader-elected, one is enough", datetime(2026, 12, 1, tzinfo=UTC))


def finding(
    check_id: str,
    ref: Ref,
    message: str,
    *,
    rule: str = "",
    fix: str = "",
    waiver: WaiverNote | None = None,
    owner: str = "",
) -> Finding:
    """Make a finding with the fingerprint that the engine would give it."""
    return Finding(ref, message, rule, fix, fingerprint(check_id, ref, rule), waiver, owner)


def result(  # noqa: PLR0913 - a row of the sample
    check_id: str,
    title: str,
    family: Family,
    severity: Severity,
    status: Status,
    *findings: Finding,
    reason: str = "",
    evidence: tuple[str, ...] = (),
    incomplete: bool = False,
    remediation: str = "",
) -> Result:
    """Make a result as the engine would."""
    still_open = [item for item in findings if item.waiver is None]
    return Result(
        id=check_id,
        title=title,
        family=family,
        severity=severity,
        layer=Layer.APPLICATION if family is Family.WORKLOADS else Layer.KUBERNETES,
        status=status,
        incomplete=incomplete,
        waived=bool(findings) and not still_open,
        reason=reason,
        evidence=evidence,
        findings=findings,
        subjects=len(findings),
        counted=len(still_open),
        failing=len(still_open),
        remediation=remediation,
        docs=f"https://example.org/{check_id}",
    )


def deployment(name: str, namespace: str = "shop", container: str = "") -> Ref:
    """Name a deployment, or a container of one."""
    return Ref("Deployment", namespace, name, container)


def judge(_: Snapshot) -> Iterator[Passed | Finding]:
    """Without a ready node nothing runs.

    `kubectl get nodes` shows them all.
    """
    yield Passed(CLUSTER)


def check(found: Result) -> Check:
    """Make the check that a result would have come from."""
    return Check(
        id=found.id,
        title=found.title,
        why="Without a ready node nothing runs.\n\n`kubectl get nodes` shows\nthem all.",
        family=found.family,
        severity=found.severity,
        layer=found.layer,
        reads=lists(NODES),
        remediation="Mend {ref}: see `kubectl describe {target}`.",
        docs=found.docs,
        own_control_plane=False,
        judge=judge,
    )
