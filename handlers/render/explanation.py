"""One check explained: why, who mends it and how, and what the last report of a cluster says of it."""

from collections.abc import Iterator
from datetime import datetime

from checks.model import Layer, Report, Result, Status
from checks.presentation.explaining import pattern, reads
from checks.presentation.grouping import outcome, reason, waivers
from checks.presentation.prose import counted
from checks.registry import Check
from handlers.intents import Attest, Filters, Fix, Run, Show, Waive
from handlers.render.budget import message
from handlers.render.choices import attestable
from handlers.render.elements import actions, context, divider, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import (
    OUTCOME_MARKS,
    SEVERITY_MARKS,
    check_name,
    cluster_name,
    finding_line,
    more,
    reading,
)
from handlers.render.text import bold, code, cut, escape, flat, link, prose, weight

FINDINGS_SHOWN = 3
EVIDENCE_SHOWN = 3
LINE_BYTES = 700
READS_BYTES = 1_200
REASON_MOST = 400
MENDERS = {
    Layer.INFRASTRUCTURE: "whoever provides the machines",
    Layer.KUBERNETES: "the operators of the cluster",
    Layer.PLATFORM: "the platform team",
    Layer.APPLICATION: "the developers",
}


def explanation(check: Check, cluster: str, report: Report | None, now: datetime) -> Message:
    """Return what a check is about and, where a cluster is named, what its last report says."""
    told = f"{bold(check.title)} {check_name(check.id)}"
    grave = f"{SEVERITY_MARKS[check.severity]} {check.severity}"
    facts = f"{grave} · {check.family} · mended by {MENDERS[check.layer]}"
    read = ", ".join(map(code, reads(check)))
    blocks = [
        section(f"{told}\n{facts}\n{prose(check.why)}"),
        section(f"*How to mend it*\n{prose(pattern(check))}"),
        context(
            cut(f"Reads {read or 'nothing but the platform'}", READS_BYTES, weight),
            link(check.docs, "Documentation"),
        ),
    ]
    if cluster:
        blocks += [divider(), *_on(check, cluster, report, now)]
    return message(f"{check_name(check.id)}: {escape(check.title)}", blocks)


def _on(check: Check, cluster: str, report: Report | None, now: datetime) -> Iterator[Block]:
    """Yield what a cluster's last report says of the check, with what can be done about it."""
    name = cluster_name(cluster)
    run = offer("Check now", Run(cluster))
    if report is None:
        yield section(f"{name} was never checked.", run)
        return
    result = next((it for it in report.results if it.id == check.id), None)
    if result is None:
        yield section(f"The report of {name} does not have this check, {reading(report, now)}.", run)
        return
    word = "error" if result.status is Status.ERROR else outcome(result)
    head = f"{OUTCOME_MARKS[outcome(result)]} *{word}* on {name}, {reading(report, now)}"
    lines = [cut(line, LINE_BYTES, weight) for line in _said(result)]
    yield section("\n".join([head, *lines]))
    yield actions(*_offers(result, report))


def _said(result: Result) -> Iterator[str]:
    found = result.open_findings
    yield from (f"• {finding_line(finding)}" for finding in found[:FINDINGS_SHOWN])
    if others := more(max(0, len(found) - FINDINGS_SHOWN), "finding"):
        yield others
    if waived := sum(len(item.findings) for item in waivers([result])):
        yield f"{counted(waived, 'finding')} waived"
    if result.incomplete:
        yield f"Judged in part: {flat(reason(result), REASON_MOST)}"
    elif result.status not in (Status.PASS, Status.FAIL):
        yield flat(reason(result), REASON_MOST)
    yield from (f"• {flat(item, REASON_MOST)}" for item in result.evidence[:EVIDENCE_SHOWN])


def _offers(result: Result, report: Report) -> Iterator[Block]:
    cluster, run_id = report.cluster, report.run_id
    if len(result.open_findings) > FINDINGS_SHOWN:
        yield offer("All findings", Show(cluster, Filters(checks=(result.id,)), run_id))
    if result.open_findings:
        yield offer("How to fix", Fix(cluster, result.id, run_id))
        yield offer("Waive", Waive(cluster, result.id, run_id=run_id))
    if attestable(result):
        yield offer("Attest", Attest(cluster, result.id))
    yield offer("Run again", Run(cluster))
