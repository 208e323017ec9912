"""A report as one HTML file: no script, nothing loaded from elsewhere, readable without colours."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.output.view import View
from checks.model import Finding, Result
from checks.presentation.grouping import (
    Outcome,
    by_family,
    described,
    failures,
    fix,
    having,
    headline,
    laptop,
    outcomes,
    reason,
    waivers,
)
from checks.presentation.prose import Form, Piece, counted, local, named, pieces, plain, utc, web
from checks.registry import Check

ROWS = 100
"""Findings of a check in its first table; the rest is in the file too, folded away."""

OPENED = 3
"""Checks of the worst severity that are unfolded to begin with."""


class Row(NamedTuple):
    """One finding; `fix` is empty where the whole check shares one."""

    finding: Finding
    fix: str


class Failing(NamedTuple):
    """A failing check, ready to be laid out."""

    result: Result
    why: str
    fix: str
    first: list[Row]
    rest: list[Row]


def render(view: View) -> str:
    """Return the report as a page."""
    report, options = view.report, view.options
    verdict, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    counts = by_family(report.results)
    return _template().render(
        report=report,
        note=view.note,
        without_changes=view.without_changes,
        verdict=verdict,
        numbers=numbers,
        platform=described(report.platform),
        laptop=laptop(report.platform),
        counts=counts,
        columns=outcomes(counts.values()),
        failures={
            level: [_failing(result, options.checks) for result in results]
            for level, results in failures(report.results).items()
        },
        unknown=having(report.results, Outcome.UNKNOWN),
        passed=having(report.results, Outcome.PASS),
        spared=having(report.results, Outcome.NOT_APPLICABLE),
        waivers=list(waivers(report.results)),
        opened=OPENED,
        local=partial(local, now=options.now),
    )


def _failing(result: Result, checks: Mapping[str, Check]) -> Failing:
    fixes = [fix(result, finding, checks) for finding in result.open_findings]
    shared = fixes[0] if len(set(fixes)) == 1 else ""
    rows = [
        Row(finding, "" if shared else words)
        for finding, words in zip(result.open_findings, fixes, strict=True)
    ]
    why = checks[result.id].why if result.id in checks else ""
    return Failing(result, why, shared, rows[:ROWS], rows[ROWS:])


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "counted": counted,
        "link": _link,
        "named": named,
        "prose": _prose,
        "reason": reason,
        "utc": utc,
    }
    return environment.get_template("report.html.j2")


def _safe(value: object) -> object:
    """Spell out what cannot be printed, in everything that the template writes and that is not markup yet."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str) -> Markup:
    return Markup().join(map(_piece, pieces(text)))


def _piece(piece: Piece) -> Markup:
    match piece.form:
        case Form.PROSE:
            return escape(piece.text)
        case Form.CODE:
            return Markup("<code>{}</code>").format(piece.text)
        case Form.BLOCK:
            return Markup("<pre><code>{}</code></pre>").format(piece.text)


def _link(url: str) -> Markup:
    """Return a link to a page, and plain text for any address that is not one (`javascript:`)."""
    address = web(url)
    if not address:
        return escape(plain(url))
    return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(address)
