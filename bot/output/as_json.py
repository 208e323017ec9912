"""The documented JSON of a report, and its schema.

Every key is always there, empty or null where there is nothing to say, so that a script need not ask.
Stored reports (`checks.model`) leave empty ones out; hence classes of their own.
"""

import json
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bot.output.view import View
from checks.model import (
    Delta,
    DeltaFinding,
    Family,
    Layer,
    Management,
    Report,
    Severity,
    Status,
    StatusChange,
    Unread,
    Verdict,
    WaiverNote,
)
from checks.shapes import decoder

Percent = Annotated[int, Meta(ge=0, le=100)]
Moment = Annotated[datetime, Meta(tz=True)]


class RefOut(Struct, frozen=True, forbid_unknown_fields=True):
    """One object, or one container of it; names are empty where they do not apply."""

    kind: str
    namespace: str
    name: str
    container: str


class FindingOut(Struct, frozen=True, forbid_unknown_fields=True):
    """One object that fails one check; `owner` is whom its labels name, `fingerprint` lasts across runs."""

    ref: RefOut
    owner: str
    message: str
    fingerprint: str
    waiver: WaiverNote | None


class ResultOut(Struct, frozen=True, forbid_unknown_fields=True):
    """What one check said. `remediation` mends its first finding that is not waived."""

    id: str
    title: str
    family: Family
    severity: Severity
    layer: Layer
    status: Status
    incomplete: bool
    waived: bool
    reason: str
    evidence: tuple[str, ...]
    findings: tuple[FindingOut, ...]
    remediation: str
    docs: str


class ChangedFindingOut(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that only one of two runs has; `id` is its check."""

    id: str
    severity: Severity
    ref: RefOut
    owner: str
    message: str
    fingerprint: str
    waiver: WaiverNote | None


class DeltaOut(Struct, frozen=True, forbid_unknown_fields=True):
    """What changed since the run of `since`. Of the checks in `unreadable` nothing is known."""

    since: Moment
    new: tuple[ChangedFindingOut, ...]
    resolved: tuple[ChangedFindingOut, ...]
    changed: tuple[StatusChange, ...]
    unreadable: tuple[str, ...]


class PlatformOut(Struct, frozen=True, forbid_unknown_fields=True):
    """What kind of cluster this is; `management` is null where it could not be told."""

    distribution: str
    title: str
    management: Management | None
    laptop: bool
    version: str
    nodes: int | None


class ReportOut(Struct, frozen=True, forbid_unknown_fields=True):
    """One run's whole result. `score` and `coverage` are null where nothing applies."""

    schema: int
    run_id: str
    cluster: str
    cluster_uid: str
    platform: PlatformOut
    taken_at: Moment
    partial: bool
    verdict: Verdict
    score: Percent | None
    grade: str
    coverage: Percent | None
    unread: tuple[Unread, ...]
    results: tuple[ResultOut, ...]
    delta: DeltaOut | None
    notes: tuple[str, ...]


decoder(ReportOut)  # exports are made in threads


def render(view: View) -> str:
    """Return the report as JSON, filtered, in ASCII."""
    return dumps(document(view.report))


def document(report: Report) -> ReportOut:
    """Return a report as it is documented."""
    plain = {name: getattr(report, name) for name in ReportOut.__struct_fields__ if name != "delta"}
    return msgspec.convert(
        {**plain, "delta": report.delta and changes(report.delta)}, ReportOut, from_attributes=True
    )


def changes(delta: Delta) -> DeltaOut:
    """Return what changed as it is documented."""
    return DeltaOut(
        since=delta.since,
        new=tuple(map(_changed, delta.new)),
        resolved=tuple(map(_changed, delta.resolved)),
        changed=delta.changed,
        unreadable=delta.unreadable,
    )


def _changed(item: DeltaFinding) -> ChangedFindingOut:
    return ChangedFindingOut(
        id=item.id,
        severity=item.severity,
        ref=msgspec.convert(item.finding.ref, RefOut, from_attributes=True),
        owner=item.finding.owner,
        message=item.finding.message,
        fingerprint=item.finding.fingerprint,
        waiver=item.finding.waiver,
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `render` writes."""
    return msgspec.json.schema(ReportOut)


def dumps(value: object) -> str:
    """Return JSON that is safe to print: ASCII, so that no name can steer a terminal or break an encoding."""
    return json.dumps(msgspec.to_builtins(value), indent=2) + "\n"
