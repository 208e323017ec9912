"""Lines that several messages share."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from checks.catalogue import BY_ID
from checks.model import CLUSTER, DeltaFinding, Finding, Report, Result, Severity, Status, Verdict
from checks.presentation.grouping import Outcome, failures, fix, headline
from checks.presentation.prose import counted, named
from checks.summary import Summary
from handlers.render.text import aged, bold, code, escape, flat, shorten, user

VERDICT_MARKS = {
    Verdict.READY: ":white_check_mark:",
    Verdict.NOT_READY: ":x:",
    Verdict.UNDETERMINED: ":grey_question:",
}
OUTCOME_MARKS = {
    Outcome.PASS: ":white_check_mark:",
    Outcome.FAIL: ":x:",
    Outcome.WAIVED: ":ballot_box_with_check:",
    Outcome.UNKNOWN: ":grey_question:",
    Outcome.NOT_APPLICABLE: ":heavy_minus_sign:",
}
SEVERITY_MARKS = {
    Severity.CRITICAL: ":red_circle:",
    Severity.HIGH: ":large_orange_circle:",
    Severity.MEDIUM: ":large_yellow_circle:",
    Severity.LOW: ":large_blue_circle:",
    Severity.INFO: ":white_circle:",
}
STATUS_WORDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.NOT_APPLICABLE: "n/a",
    Status.UNKNOWN: "unknown",
    Status.ERROR: "error",
    None: "not run",
}

CLUSTER_MOST = 100
TITLE_MOST = 120
NAME_MOST = 120
OWNER_MOST = 40
MESSAGE_MOST = 280
FIX_MOST = 320
ID_MOST = 60
"""Characters of a check's or a run's id."""
ASKERS_SHOWN = 5


def cluster_name(cluster: str) -> str:
    """Return a cluster's name as code."""
    return code(shorten(cluster, CLUSTER_MOST)) or "the cluster"


def check_name(check_id: str) -> str:
    """Return a check's id as code."""
    return code(shorten(check_id, ID_MOST))


def title(result: Result) -> str:
    """Return a check by its title and its id."""
    return f"{bold(shorten(result.title, TITLE_MOST))} {check_name(result.id)}".strip()


def verdict(report: Report) -> str:
    """Return the verdict of a cluster on one line, its numbers on the next."""
    words, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    return (
        f"{VERDICT_MARKS[report.verdict]} *{words}*  {cluster_name(report.cluster)}\n"
        f"{escape(' · '.join(numbers))}"
    )


def state(report: Report | Summary, now: datetime) -> str:
    """Return verdict, score and age of a report on one line."""
    words, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    told = escape(", ".join([words, *numbers[:2]]))
    return f"{VERDICT_MARKS[report.verdict]} {told}, read {aged(report.taken_at, now)}"


def spoken(report: Report) -> str:
    """Return the verdict as a notification reads it."""
    words, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    return f"{words}: {cluster_name(report.cluster)}, {escape(', '.join(numbers))}"


def subject(finding: Finding) -> str:
    """Return the object of a finding as code; the cluster itself in words."""
    name = shorten(named(finding.ref), NAME_MOST)
    return name if finding.ref == CLUSTER else code(name)


def finding_line(finding: Finding, most: int = MESSAGE_MOST) -> str:
    """Return a finding on one line, with whose the object is."""
    owner = escape(shorten(finding.owner, OWNER_MOST))
    return f"{subject(finding)}{f' ({owner})' if owner else ''}: {flat(finding.message, most)}"


def changed_line(item: DeltaFinding, mark: str) -> str:
    """Return a finding that is new or resolved on one line."""
    waived = ", waived" if item.finding.waiver else ""
    return f"{mark} {item.severity}{waived}  {finding_line(item.finding)} {check_name(item.id)}"


def first_fix(result: Result, finding: Finding) -> str:
    """Return how to mend a finding on one line; empty where nothing is known."""
    words = flat(fix(result, finding, BY_ID), FIX_MOST)
    return f"Fix: {words}" if words else ""


def worst(results: Sequence[Result]) -> Iterator[Result]:
    """Yield what fails, the gravest first."""
    for group in failures(results).values():
        yield from group


def asked_by(askers: Sequence[str]) -> str:
    """Return who asked, as mentions; empty where nobody did."""
    if not askers:
        return ""
    shown = [user(asker) for asker in askers[:ASKERS_SHOWN]]
    if len(askers) > len(shown):
        shown.append(f"{len(askers) - len(shown):,} more")
    return f"Asked by {enumerated(shown)}"


def enumerated(items: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def run_name(run_id: str) -> str:
    """Return a run by its id."""
    return f"run {code(shorten(run_id, ID_MOST))}"


def more(number: int, noun: str) -> str:
    """Return `and 3 more findings`; empty for none."""
    return f"and {counted(number, f'more {noun}')}" if number else ""


def reading(report: Report, now: datetime) -> str:
    """Return when a report was made."""
    return f"last read {aged(report.taken_at, now)}"
