"""Filters of what is shown. They never touch the verdict, the score or the coverage."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import structs

from checks.model import Delta, DeltaFinding, Finding, Report, Result, Severity
from checks.presentation.grouping import fix
from checks.presentation.prose import counted, plain
from checks.registry import Check

Meant = Callable[[Finding], bool]
"""Whether a finding is among those that were asked for."""


def shown(
    report: Report,
    checks: Mapping[str, Check],
    severity: Severity | None = None,
    namespace: str | None = None,
    owner: str | None = None,
) -> Report:
    """Return the report with what the reader asked for.

    `severity` keeps checks that are at least that severe. `namespace` keeps findings on objects in that
    namespace, `owner` those on objects that are theirs, in capitals or not; a failed check without any is
    left out, as it fails elsewhere, and one with some is told by those: its fix, and whether all are waived.
    What passed, could not be judged or does not apply concerns everybody, and stays.
    """
    if severity is None and not namespace and not owner:
        return report

    def meant(finding: Finding) -> bool:
        return (not namespace or finding.ref.namespace == namespace) and (
            not owner or finding.owner.casefold() == owner.casefold()
        )

    known = {result.id: result for result in report.results}
    results = tuple(
        kept
        for result in report.results
        if _severe(result.severity, severity) and (kept := _with(meant, result, checks))
    )
    dropped = known.keys() - {result.id for result in results}
    return structs.replace(
        report,
        results=results,
        delta=report.delta and _changes(report.delta, severity, meant, dropped),
    )


def left_out(
    report: Report,
    filtered: Report,
    severity: Severity | None = None,
    namespace: str | None = None,
    owner: str | None = None,
) -> str:
    """Say which filter is on and how much failing it hides; empty where none is."""
    if severity is None and not namespace and not owner:
        return ""
    asked = [f"severity {severity} and above"] if severity else []
    asked += [f"namespace {plain(namespace)}"] if namespace else []
    words = " in ".join(asked)
    if owner:
        words += (" of " if words else "") + f"owner {plain(owner)}"
    hidden = _open(report.results) - _open(filtered.results)
    return (
        f"Only {words} is shown, which leaves out {counted(hidden, 'open finding')}."
        " Verdict, score and coverage are the whole cluster's."
    )


def _severe(severity: Severity, least: Severity | None) -> bool:
    return least is None or severity.at_least(least)


def _with(meant: Meant, result: Result, checks: Mapping[str, Check]) -> Result | None:
    findings = tuple(filter(meant, result.findings))
    if len(findings) == len(result.findings):
        return result
    if not findings:
        return None
    kept = structs.replace(result, findings=findings)
    first = kept.first_open
    return structs.replace(
        kept, waived=first is None, remediation=fix(result, first, checks) if first else ""
    )


def _changes(delta: Delta, severity: Severity | None, meant: Meant, dropped: Iterable[str]) -> Delta:
    def kept(items: tuple[DeltaFinding, ...]) -> tuple[DeltaFinding, ...]:
        return tuple(item for item in items if _severe(item.severity, severity) and meant(item.finding))

    return structs.replace(
        delta,
        new=kept(delta.new),
        resolved=kept(delta.resolved),
        changed=tuple(change for change in delta.changed if change.id not in dropped),
        unreadable=tuple(check_id for check_id in delta.unreadable if check_id not in dropped),
    )


def _open(results: Iterable[Result]) -> int:
    return sum(len(result.open_findings) for result in results)
