"""A report for a terminal: a screen or two by default, everything when verbose."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.text.changes import changes
from bot.output.text.families import Families
from bot.output.text.findings import finding_line, findings_with_fixes, fix_lines, more, title_line
from bot.output.text.parts import (
    SEVERITY_STYLES,
    VERDICT_STYLES,
    Blank,
    field,
    hanging,
    heading,
    hint,
    prose,
)
from bot.output.view import View
from checks.model import Report, Result, Severity, Status
from checks.presentation.grouping import (
    Outcome,
    by_family,
    described,
    failures,
    fix,
    having,
    headline,
    laptop,
    reason,
    waivers,
)
from checks.presentation.prose import ago, counted, local, plain

CHECKS_SHOWN = {Severity.CRITICAL: 5, Severity.HIGH: 5, Severity.MEDIUM: 3, Severity.LOW: 2, Severity.INFO: 1}
FINDINGS_SHOWN = {Severity.CRITICAL: 2, Severity.HIGH: 2}
FIX_LINES = 3
OTHERS_SHOWN = 8
"""Lines of every other section that is shown unless verbose."""


def render_report(view: View) -> RenderableType:
    """Return the whole report, to be printed by a console of any width."""
    return Group(*_sections(view))


def _sections(view: View) -> Iterator[RenderableType]:
    yield from _head(view)
    if view.report.results:
        yield Blank()
        yield Families(by_family(view.report.results))
    for level, results in failures(view.report.results).items():
        yield Blank()
        yield from _failing(view, level, results)
    yield from _unknown(view)
    yield from _waived(view)
    if view.options.verbose:
        yield from _passed(view)
        yield from _not_applicable(view)
    yield Blank()
    if view.report.delta is None:
        yield heading("CHANGES", detail=view.without_changes)
    else:
        yield from changes(view.report.delta, view.options.now, verbose=view.options.verbose)
    yield from _foot(view)


def _head(view: View) -> Iterator[RenderableType]:
    report, now = view.report, view.options.now
    yield verdict_line(report)
    yield Blank()
    yield field("cluster", Text(plain(report.cluster)))
    yield field("platform", Text(described(report.platform)))
    if laptop(report.platform):
        yield field("", Text(laptop(report.platform), "yellow"))
    yield field("taken", Text(f"{ago(report.taken_at, now)} ({local(report.taken_at, now)})"))
    if report.partial:
        yield field("partial", Text("only some of the checks were asked for", "yellow"))
    if view.note:
        yield field("filter", Text(view.note, "yellow"))


def verdict_line(report: Report) -> Text:
    """Return `NOT READY  grade C  score 64  coverage 97 %`."""
    verdict, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    return Text.assemble((verdict, VERDICT_STYLES[report.verdict]), *(f"  {number}" for number in numbers))


def _failing(view: View, level: Severity, results: list[Result]) -> Iterator[RenderableType]:
    most = None if view.options.verbose else CHECKS_SHOWN[level]
    yield heading(level.upper(), SEVERITY_STYLES[level], f"{counted(len(results), 'check')} failing")
    for result in results[:most]:
        yield title_line(result, counted(len(result.open_findings), "finding"))
        yield from _findings(view, result)
        if result.incomplete:
            yield hanging(4, "? ", prose(f"judged in part: {reason(result)}"), style="yellow")
    yield from more(len(results), most, "check")


def _findings(view: View, result: Result) -> Iterator[RenderableType]:
    found = result.open_findings
    if not view.options.verbose:
        shown = found[: FINDINGS_SHOWN.get(result.severity, 1)]
        yield from map(finding_line, shown)
        yield from more(len(found), len(shown), "finding", indent=4)
        yield from fix_lines(fix(result, found[0], view.options.checks) if found else "", FIX_LINES)
        return
    yield from findings_with_fixes(
        [(finding, fix(result, finding, view.options.checks)) for finding in found]
    )


def _unknown(view: View) -> Iterator[RenderableType]:
    unknown = having(view.report.results, Outcome.UNKNOWN)
    if unknown:
        most = None if view.options.verbose else OTHERS_SHOWN
        yield Blank()
        yield heading("COULD NOT BE JUDGED", "yellow", counted(len(unknown), "check"))
        for result in unknown[:most]:
            yield title_line(result, "error" if result.status is Status.ERROR else "")
            yield hanging(4, "", prose(reason(result)))
        yield from more(len(unknown), most, "check")
    unread = view.report.unread
    if unread:
        most = None if view.options.verbose else OTHERS_SHOWN
        yield Blank()
        yield heading("UNREAD", "yellow", counted(len(unread), "read"))
        for item in unread[:most]:
            yield hanging(0, "? ", Text(plain(str(item))), style="yellow")
        yield from more(len(unread), most, "read")


def _waived(view: View) -> Iterator[RenderableType]:
    found = list(waivers(view.report.results))
    if not found:
        return
    most = None if view.options.verbose else OTHERS_SHOWN
    yield Blank()
    yield heading("WAIVED", "blue", counted(sum(len(item.findings) for item in found), "finding"))
    for item in found[:most]:
        yield hanging(0, "~ ", Text(f"{plain(item.result.id)}: {item.words}"), style="blue")
        if view.options.verbose:
            yield from (finding_line(finding) for finding in item.findings)
    yield from more(len(found), most, "waiver")


def _passed(view: View) -> Iterator[RenderableType]:
    passed = having(view.report.results, Outcome.PASS)
    if passed:
        yield Blank()
        yield heading("PASSED", "green", counted(len(passed), "check"))
    for result in passed:
        yield title_line(result)
        yield from (hanging(4, "", prose(item)) for item in result.evidence)


def _not_applicable(view: View) -> Iterator[RenderableType]:
    spared = having(view.report.results, Outcome.NOT_APPLICABLE)
    if spared:
        yield Blank()
        yield heading("DOES NOT APPLY", "dim", counted(len(spared), "check"))
    for result in spared:
        yield title_line(result)
        yield hanging(4, "", prose(reason(result)))


def _foot(view: View) -> Iterator[RenderableType]:
    if view.report.notes:
        yield Blank()
    for note in view.report.notes:
        yield hanging(0, "note: ", prose(note), style="dim")
    if not view.options.verbose and having(view.report.results, Outcome.FAIL):
        yield Blank()
        yield hint("-v shows every finding with its fix; `readiness explain CHECK` says why it matters.")
