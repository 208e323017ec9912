"""A report as SARIF 2.1.0, for code scanning views.

A result is an open or a waived finding, or a check that could not be judged (kind `open`). Besides its
logical location each has a physical one, named after the object: GitHub refuses a file without.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from bot.output.as_json import dumps
from bot.output.view import View
from checks.model import CLUSTER, Finding, Ref, Report, Result, Severity, Status
from checks.presentation.grouping import Outcome, fix, having, reason
from checks.presentation.prose import flowed, named, plain, utc, web, whose
from checks.words import last_day

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "readiness/v1"
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

Json = dict[str, Any]


def render(view: View) -> str:
    """Return the report as SARIF."""
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(view)]})


def _run(view: View) -> Json:
    report, options = view.report, view.options
    driver: Json = {"name": "readiness", "rules": [_rule(view, result) for result in report.results]}
    if options.version:
        driver["version"] = options.version
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"readiness/{plain(report.cluster)}/"},
        "invocations": [_invocation(report)],
        "results": list(_results(view)),
        "columnKind": "unicodeCodePoints",
        "properties": _scorecard(view),
    }


def _scorecard(view: View) -> Json:
    report = view.report
    numbers: Json = {
        "verdict": report.verdict,
        "score": report.score,
        "grade": report.grade,
        "coverage": report.coverage,
    }
    return {**numbers, "filter": view.note} if view.note else numbers


def _rule(view: View, result: Result) -> Json:
    check = view.options.checks.get(result.id)
    rule: Json = {
        "id": plain(result.id),
        "shortDescription": _message(result.title),
        "defaultConfiguration": {"level": LEVELS[result.severity]},
        "properties": {"tags": list(dict.fromkeys(map(str, (result.family, result.layer, result.severity))))},
    }
    if check and check.why:
        rule["fullDescription"] = _message(check.why)
    if address := web(result.docs):
        rule["helpUri"] = quote(address, safe=":/?#@!$&'()*+,;=%~")
    return rule


def _message(text: str) -> Json:
    """Return a message that holds neither a placeholder nor a link: braces are doubled, `](` is parted."""
    return {"text": flowed(text).replace("{", "{{").replace("}", "}}").replace("](", "] (") or "-"}


def _results(view: View) -> Iterator[Json]:
    for index, result in enumerate(view.report.results):
        for finding in result.findings:
            yield _finding(view, index, result, finding)
    for result in having(view.report.results, Outcome.UNKNOWN):
        yield {
            "ruleId": plain(result.id),
            "kind": "open",
            "level": "none",
            "message": _message(f"could not be judged: {reason(result)}"),
            "locations": [_location(view.report.cluster, CLUSTER)],
            "suppressions": [],
        }


def _finding(view: View, index: int, result: Result, finding: Finding) -> Json:
    words = fix(result, finding, view.options.checks)
    text = f"{named(finding.ref)}{whose(finding)}: {finding.message}" + (f". Fix: {words}" if words else "")
    # Suppressions are given for every result or for none: an empty list says that this one is open.
    suppressions: list[Json] = []
    if note := finding.waiver:
        because = plain(f"{note.reason} (by {note.by}, until {last_day(note.until)})")
        suppressions = [{"kind": "external", "status": "accepted", "justification": because}]
    return {
        "ruleId": plain(result.id),
        "ruleIndex": index,
        "kind": "fail",
        "level": LEVELS[result.severity],
        "message": _message(text),
        "locations": [_location(view.report.cluster, finding.ref)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "suppressions": suppressions,
    }


def _location(cluster: str, ref: Ref) -> Json:
    path = [part for part in (ref.namespace, ref.kind, ref.name, ref.container) if part]
    logical: Json = {
        "name": plain(ref.name or ref.kind),
        "fullyQualifiedName": "/".join(map(plain, (cluster, *path))),
        "kind": "resource",
    }
    uri = "/".join(quote(part, safe="", errors="backslashreplace") for part in (cluster, *path))
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [logical],
    }


def _invocation(report: Report) -> Json:
    crashed = [result for result in report.results if result.status is Status.ERROR]
    notifications: list[Json] = [
        {"level": "error", "message": _message(reason(result)), "associatedRule": {"id": plain(result.id)}}
        for result in crashed
    ]
    notifications += [
        {"level": "warning", "message": _message(f"not read: {item}")} for item in report.unread
    ]
    notifications += [{"level": "note", "message": _message(note)} for note in report.notes]
    return {
        "executionSuccessful": not crashed,
        "endTimeUtc": utc(report.taken_at),
        "toolExecutionNotifications": notifications,
    }
