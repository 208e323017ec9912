"""The order in which every format tells a report: families, failures by severity, doubts, waivers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from checks.model import Family, Finding, Management, Platform, Result, Severity, Status, Verdict, WaiverNote
from checks.presentation.prose import accepted, counted, plain
from checks.registry import Check

VERDICTS = {
    Verdict.READY: "READY",
    Verdict.NOT_READY: "NOT READY",
    Verdict.UNDETERMINED: "UNDETERMINED",
}
MANAGEMENT = {
    Management.SELF_MANAGED: "self-managed",
    Management.MANAGED: "managed",
    Management.FULLY_MANAGED: "fully managed",
}


class Outcome(StrEnum):
    """A result as a reader counts it; the value is the word for it."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "n/a"


class Waived(NamedTuple):
    """The findings of one check that one note accepts."""

    result: Result
    note: WaiverNote
    findings: tuple[Finding, ...]

    @property
    def words(self) -> str:
        """Who waived how many findings, until when and why."""
        return f"{counted(len(self.findings), 'finding')} waived {accepted(self.note)}"


def outcome(result: Result) -> Outcome:
    """Sort a result.

    A check that crashed is unknown. So is one whose findings are all waived while something could not be
    read: nothing says that the rest is in order.
    """
    match result.status:
        case Status.PASS:
            return Outcome.PASS
        case Status.NOT_APPLICABLE:
            return Outcome.NOT_APPLICABLE
        case Status.FAIL if not result.waived:
            return Outcome.FAIL
        case Status.FAIL if not result.incomplete:
            return Outcome.WAIVED
        case _:
            return Outcome.UNKNOWN


def having(results: Iterable[Result], wanted: Outcome) -> list[Result]:
    """Return the results with one outcome, in the order of the report."""
    return [result for result in results if outcome(result) is wanted]


def by_family(results: Iterable[Result]) -> dict[Family, Counter[Outcome]]:
    """Count outcomes by family, in the order of the checklist; families without a check are left out."""
    counts = {family: Counter[Outcome]() for family in Family}
    for result in results:
        counts[result.family][outcome(result)] += 1
    return {family: count for family, count in counts.items() if count}


def outcomes(counts: Iterable[Counter[Outcome]]) -> list[Outcome]:
    """Return the columns that a table of counts needs: `waived` only where something is."""
    present = {found for count in counts for found in count}
    return [column for column in Outcome if column is not Outcome.WAIVED or column in present]


def failures(results: Iterable[Result]) -> dict[Severity, list[Result]]:
    """Return what fails by severity, the worst first; severities without a failure are left out."""
    failing = having(results, Outcome.FAIL)
    groups = {level: [result for result in failing if result.severity is level] for level in Severity}
    return {level: group for level, group in groups.items() if group}


def waivers(results: Iterable[Result]) -> Iterator[Waived]:
    """Yield what was waived, by check and note."""
    for result in results:
        notes: dict[WaiverNote, list[Finding]] = {}
        for finding in result.findings:
            if finding.waiver:
                notes.setdefault(finding.waiver, []).append(finding)
        for note, findings in notes.items():
            yield Waived(result, note, tuple(findings))


def fix(result: Result, finding: Finding, checks: Mapping[str, Check]) -> str:
    """Return how to mend one finding; empty where its check is no longer known and it brought none."""
    if result.id in checks:
        return checks[result.id].fix(finding)
    if finding.fix:
        return finding.fix
    return result.remediation if finding.waiver is None and finding == result.first_open else ""


def reason(result: Result) -> str:
    """Return why a result is unknown or only partly judged, in words."""
    return result.reason or "no reason was given"


def headline(verdict: Verdict, grade: str, score: int | None, coverage: int | None) -> tuple[str, list[str]]:
    """Return the verdict, and the numbers that go with it: `grade C`, `score 64`, `coverage 97 %`."""
    covered = "coverage -" if coverage is None else f"coverage {coverage} %"
    return VERDICTS[verdict], [f"grade {grade}", f"score {'-' if score is None else score}", covered]


def described(platform: Platform) -> str:
    """Return a platform on one line: title, version, nodes and who manages it."""
    nodes = [] if platform.nodes is None else [counted(platform.nodes, "node")]
    management = [MANAGEMENT[platform.management]] if platform.management else []
    title = f"{platform.title} {platform.version}".strip()
    return plain(", ".join([title, *nodes, *management]))


def laptop(platform: Platform) -> str:
    """Return the sentence that a laptop cluster is owed; empty for any other."""
    if not platform.laptop:
        return ""
    return f"a laptop cluster ({plain(platform.distribution)}) is not a production cluster"
