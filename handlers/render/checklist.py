"""The whole checklist: a message a family for the thread of a run, and any page of a report."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import structs

from checks.model import Family, Finding, Report, Result, Status
from checks.presentation.grouping import Outcome, by_family, outcome, reason, waivers
from checks.presentation.prose import accepted
from handlers.intents import Filters, Fix, Run, Show
from handlers.render.budget import Row, fit, message, share, squeezed
from handlers.render.elements import actions, context, section
from handlers.render.filtered import filtered, remark
from handlers.render.glance import family_line
from handlers.render.message import Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import (
    OUTCOME_MARKS,
    SEVERITY_MARKS,
    VERDICT_MARKS,
    check_name,
    cluster_name,
    finding_line,
    more,
    reading,
    title,
    worst,
)
from handlers.render.remediation import findings
from handlers.render.text import cut, escape, flat, shorten, weight

PAGE = 10
"""Findings, and checks without one, on one page."""
FINDINGS_SHOWN = 3
WAIVERS_SHOWN = 2
TITLE_MOST = 120
LINE_MOST = 240
ROW_BYTES = 1_300
LINE_BYTES = 350
BRIEF_LINES = 8
"""Of checks that need but one line, in one section."""

ORDER = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS, Outcome.NOT_APPLICABLE)
BRIEF = (Outcome.PASS, Outcome.NOT_APPLICABLE)


def checklists(report: Report, filters: Filters, now: datetime) -> list[Message]:
    """Return a message for each family that has checks, in the order of the checklist."""
    kept = filtered(report, filters)
    return [
        _family(kept, structs.replace(filters, families=(family,)), _ordered(kept.results, family), now)
        for family in by_family(kept.results)
    ]


def _ordered(results: Sequence[Result], family: Family | None = None) -> list[Result]:
    """Return results with what needs attention first."""
    wanted = [result for result in results if family in (None, result.family)]
    return sorted(wanted, key=lambda result: (ORDER.index(outcome(result)), result.severity.rank))


def _family(report: Report, filters: Filters, results: Sequence[Result], now: datetime) -> Message:
    """Return one family: what fails with its first findings, then everything else on a line each."""
    ((family, counts),) = by_family(results).items()
    every = offer("Show all of it", Show(report.cluster, filters, run_id=report.run_id))
    shortened = any(len(result.findings) > FINDINGS_SHOWN for result in results)
    groups = list(_groups(results))

    def left_out(number: int) -> Row:
        checks = sum(len(group) for group in groups[-number:])
        return [section(f"{more(checks, 'check').capitalize()}.", *([] if shortened else [every]))]

    rows = [[section("\n".join(map(_told, group)))] for group in groups]
    head = [section(family_line(family, counts))]
    tail = [actions(every)] if shortened else []
    text = f"{family} on {cluster_name(report.cluster)}, {reading(report, now)}"
    return fit(text, head, rows, tail, left_out)[0]


def _groups(results: Sequence[Result]) -> Iterator[list[Result]]:
    """Yield the checks that share a section: one, or several that need but a line."""
    for brief, group in groupby(results, key=lambda result: outcome(result) in BRIEF):
        checks = list(group)
        most = BRIEF_LINES if brief else 1
        yield from (checks[start : start + most] for start in range(0, len(checks), most))


def _told(result: Result) -> str:
    """Return a check with its outcome: what it found, or why it found nothing."""
    match outcome(result):
        case Outcome.FAIL:
            return cut(_failing(result), ROW_BYTES, weight)
        case Outcome.WAIVED:
            return cut(_waived(result), ROW_BYTES, weight)
        case _:
            return cut(_settled(result), LINE_BYTES, weight)


def _failing(result: Result) -> str:
    found = result.open_findings
    lines = [
        f"{OUTCOME_MARKS[Outcome.FAIL]} {title(result)}  {result.severity}",
        *(f"• {finding_line(finding)}" for finding in found[:FINDINGS_SHOWN]),
        more(len(found) - len(found[:FINDINGS_SHOWN]), "finding"),
        f"Judged in part: {flat(reason(result), LINE_MOST)}" if result.incomplete else "",
    ]
    return "\n".join(filter(None, lines))


def _waived(result: Result) -> str:
    notes = list(waivers([result]))
    lines = [
        f"{OUTCOME_MARKS[Outcome.WAIVED]} {title(result)}",
        *(f"• {escape(shorten(item.words, LINE_MOST))}" for item in notes[:WAIVERS_SHOWN]),
        more(len(notes) - len(notes[:WAIVERS_SHOWN]), "waiver"),
    ]
    return "\n".join(filter(None, lines))


def _settled(result: Result) -> str:
    """Return a check without findings on one line, with the reason where it did not pass."""
    what = outcome(result)
    crashed = "error: " if result.status is Status.ERROR else ""
    why = "" if what is Outcome.PASS else f": {crashed}{flat(reason(result), LINE_MOST)}"
    name = f"{escape(shorten(result.title, TITLE_MOST))} {check_name(result.id)}"
    return f"{OUTCOME_MARKS[what]} {name}{why}"


def page(report: Report, filters: Filters, page: int, now: datetime) -> Message:
    """Return one page of what the filters leave of a report; of one failing check each finding's fix too."""
    kept = filtered(report, filters)

    def turned(to: int) -> Show:
        return Show(report.cluster, filters, report.run_id, to)

    if len(filters.checks) == 1 and (failing := next(worst(kept.results), None)):
        return findings(kept, failing, page, now, turned)
    entries = [entry for result in _ordered(kept.results) for entry in _entries(result)]
    shown = turn(entries, page, PAGE)
    told = f"{shown.span('result')}, {reading(report, now)}"
    name = cluster_name(report.cluster)
    head = [section(f"{VERDICT_MARKS[report.verdict]} *Report*  {name}\n{told}")]
    note = cut(remark(report, kept, filters), ROW_BYTES, weight)
    next_steps = Fix(report.cluster, run_id=report.run_id)
    tail = [
        *([context(note)] if note else []),
        actions(
            *shown.turns(turned),
            *([offer("How to fix", next_steps)] if any(worst(kept.results)) else []),
            offer("Run again", Run(report.cluster)),
        ),
    ]
    room = share(len(shown.shown), head, tail)
    rows = [squeezed(_entry(result, finding), room) for result, finding in shown.shown]
    return message(f"{name}: {told}", [*head, *rows, *tail])


def _entries(result: Result) -> Iterator[tuple[Result, Finding | None]]:
    """Yield the findings of a check, those in force first; the check itself where nothing is proved."""
    if outcome(result) not in (Outcome.FAIL, Outcome.WAIVED):
        yield result, None
    yield from ((result, finding) for finding in sorted(result.findings, key=_is_waived))


def _is_waived(finding: Finding) -> bool:
    return finding.waiver is not None


def _entry(result: Result, finding: Finding | None) -> str:
    if finding is None:
        return _settled(result)
    line = f"{finding_line(finding)} {check_name(result.id)}"
    if finding.waiver is None:
        return f"{SEVERITY_MARKS[result.severity]} {result.severity}  {line}"
    by = escape(shorten(accepted(finding.waiver), LINE_MOST))
    return f"{OUTCOME_MARKS[Outcome.WAIVED]} {line}\nWaived {by}"
