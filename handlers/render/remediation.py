"""How to mend what fails: the gravest first, with real names and lines to copy."""

from collections.abc import Callable
from datetime import datetime

from checks.catalogue import BY_ID
from checks.model import Finding, Report, Result
from checks.presentation.commands import commands
from checks.presentation.grouping import fix, outcome, reason
from checks.presentation.prose import counted, web
from handlers.intents import Explain, Fix, Intent, Run, Waive
from handlers.render.budget import Row, message, share, size, squeezed
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import (
    SEVERITY_MARKS,
    cluster_name,
    finding_line,
    more,
    reading,
    title,
    worst,
)
from handlers.render.text import block, flat, link, prose

CHECKS_A_PAGE = 4
FINDINGS_A_PAGE = 5
FINDINGS_SHOWN = 3
"""Findings of each check where all checks are told."""
WHY_MOST = 240
REASON_MOST = 300


def remediation(
    report: Report, check_id: str, page: int, now: datetime, *, filtered: bool = False
) -> Message:
    """Return how to mend what fails, or what one check found.

    Of a `filtered` report only the first page is shown: from there it goes on to everything that fails.
    """
    failing = [result for result in worst(report.results) if check_id in ("", result.id)]
    if not failing:
        return _nothing(report, check_id, now)
    if check_id:
        return findings(
            report, failing[0], page, now, lambda to: Fix(report.cluster, check_id, report.run_id, to)
        )
    shown = turn(failing, page, CHECKS_A_PAGE)
    told = f"{shown.span('failing check')}, {reading(report, now)}"
    head = [section(f":wrench: *How to fix*  {cluster_name(report.cluster)}\n{told}")]
    every = offer("How to fix everything", Fix(report.cluster, run_id=report.run_id))
    turns = (
        [every] if filtered else shown.turns(lambda to: Fix(report.cluster, run_id=report.run_id, page=to))
    )
    tail = [actions(*turns)] if turns else []
    room = share(len(shown.shown), head, tail)
    rows = [made for result in shown.shown for made in _check(report, result, room)]
    return message(f"How to fix {cluster_name(report.cluster)}: {told}", [*head, *rows, *tail])


def _nothing(report: Report, check_id: str, now: datetime) -> Message:
    """Say that nothing fails, or what became of the one check."""
    told = f"Nothing fails on {cluster_name(report.cluster)}"
    found = next((result for result in report.results if result.id == check_id), None)
    if found:
        why = flat(reason(found), REASON_MOST) if found.reason else ""
        told = f"{title(found)} on {cluster_name(report.cluster)}: {outcome(found)}" + (why and f". {why}")
    elif check_id:
        told = f"{flat(check_id, WHY_MOST)} is not in this report of {cluster_name(report.cluster)}"
    words = f"{told}, {reading(report, now)}."
    return message(words, [section(words), actions(offer("Run again", Run(report.cluster)))])


def _check(report: Report, result: Result, room: int) -> Row:
    """Return a failing check: what it found, why it matters, and how to mend it."""
    found = result.open_findings
    shown = found[:FINDINGS_SHOWN]
    others = len(found) - len(shown)
    every = Fix(report.cluster, result.id, report.run_id)
    buttons = actions(
        *([offer(f"All {len(found):,} findings", every)] if len(found) > 1 else []),
        offer("Waive", Waive(report.cluster, result.id, run_id=report.run_id)),
        offer("Explain", Explain(result.id, report.cluster)),
    )
    lines = [
        _heading(result),
        *(f"• {finding_line(finding)}" for finding in shown),
        more(others, "finding"),
        _why(result),
        _mend(result, shown[0]),
    ]
    return [squeezed("\n".join(filter(None, lines)), room - size([buttons])), buttons]


def findings(
    report: Report, result: Result, page: int, now: datetime, to: Callable[[int], Intent]
) -> Message:
    """Return a page of the open findings of a check, each with its own fix; `to` leads to another page."""
    shown = turn(result.open_findings, page, FINDINGS_A_PAGE)
    told = f"{cluster_name(report.cluster)}: {shown.span('finding')}"
    lines = [_heading(result), f"{told}, {reading(report, now)}", _why(result)]
    head = [section("\n".join(filter(None, lines)))]
    tail = [
        actions(
            *shown.turns(to),
            offer("Waive the check", Waive(report.cluster, result.id, run_id=report.run_id)),
            offer("Explain", Explain(result.id, report.cluster)),
        )
    ]
    if result.incomplete:
        tail.insert(0, context(f"Judged in part: {flat(reason(result), REASON_MOST)}"))
    room = share(len(shown.shown), head, tail)
    rows = [_finding(report, result, finding, room) for finding in shown.shown]
    return message(f"{title(result)} on {told}", [*head, *rows, *tail])


def _finding(report: Report, result: Result, finding: Finding, room: int) -> Block:
    """Return one finding with its own fix, and a button that accepts it."""
    waive = Waive(report.cluster, result.id, finding.fingerprint, report.run_id)
    text = "\n".join(filter(None, [finding_line(finding), _mend(result, finding)]))
    return squeezed(text, room, offer("Waive", waive))


def _heading(result: Result) -> str:
    found = counted(len(result.open_findings), "finding")
    return f"{SEVERITY_MARKS[result.severity]} {title(result)}  {result.severity}, {found}"


def _why(result: Result) -> str:
    """Return why a check matters and where to read on; empty where neither is known."""
    known = BY_ID.get(result.id)
    why = flat(known.why.split("\n\n")[0], WHY_MOST) if known else ""
    return " ".join(filter(None, [why, link(result.docs, "Documentation") if web(result.docs) else ""]))


def _mend(result: Result, finding: Finding) -> str:
    """Return how to mend a finding, then its commands, each in a block of its own: to paste one is enough."""
    words = fix(result, finding, BY_ID)
    told = prose(words)
    return "\n".join([f"Fix: {told}", *map(block, commands(words, finding.ref))]) if told else ""
