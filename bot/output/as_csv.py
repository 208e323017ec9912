"""A report as CSV (RFC 4180), for spreadsheets: a line a finding, and one for each check without any.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which it takes for text.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
from collections.abc import Iterator
from io import StringIO

from bot.output.view import View
from checks.model import Finding, Result, Status
from checks.presentation.grouping import fix, reason
from checks.presentation.prose import flowed, plain, utc

COLUMNS = (
    "cluster",
    "run",
    "check",
    "title",
    "family",
    "severity",
    "status",
    "kind",
    "namespace",
    "name",
    "container",
    "message",
    "fix",
    "owner",
    "waived_by",
    "waived_until",
    "waived_reason",
    "fingerprint",
)
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a formula begins with, in its wide forms too. Tabs and newlines are gone by then."""


def render(view: View) -> str:
    """Return the findings, and of checks without any the evidence or the reason as their message."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for result in view.report.results:
        check = (result.id, result.title, result.family, result.severity, result.status)
        before = tuple(map(plain, (view.report.cluster, view.report.run_id, *check)))
        for row in _rows(view, result):
            writer.writerow(map(_cell, before + row))
    return written.getvalue()


def _rows(view: View, result: Result) -> Iterator[tuple[str, ...]]:
    for finding in result.findings:
        yield _finding(finding, fix(result, finding, view.options.checks))
    if not result.findings:
        judged = result.status in (Status.PASS, Status.FAIL)
        message = "; ".join(result.evidence) if judged else reason(result)
        yield ("", "", "", "", flowed(message), *[""] * 6)


def _finding(finding: Finding, words: str) -> tuple[str, ...]:
    ref, note = finding.ref, finding.waiver
    waived = (note.by, utc(note.until), note.reason) if note else ("", "", "")
    return (
        *map(plain, (ref.kind, ref.namespace, ref.name, ref.container)),
        flowed(finding.message),
        flowed(words),
        *map(plain, (finding.owner, *waived, finding.fingerprint)),
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
