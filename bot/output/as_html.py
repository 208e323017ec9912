"""A report as one HTML file: nothing is loaded from elsewhere, and all of it is there without its script."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.output.svg import panels
from bot.output.view import View
from checks.model import Family, Finding, Result, Severity
from checks.presentation.grouping import (
    Outcome,
    by_family,
    described,
    failures,
    fix,
    having,
    headline,
    laptop,
    outcome,
    outcomes,
    reason,
    waivers,
)
from checks.presentation.prose import Form, Piece, counted, local, named, pieces, plain, utc, web
from checks.registry import Check
from handlers.charts import figures, trend

OPENED = 3
"""Checks of the worst severity that are unfolded to begin with."""

FEW = 20
"""Findings of a check that is unfolded, at most."""

CHUNK = 100
"""Findings of a list: a browser lays out the lists in view, and no others."""

PROGRAMS = ("kubectl", "helm", "velero", "etcdctl", "kubeadm")
"""What commands begin with; they can be copied whole."""

FOLDER = Path(__file__).parent


class Row(NamedTuple):
    """One finding; `fix` is empty where the whole check shares one."""

    finding: Finding
    fix: str


class Failing(NamedTuple):
    """A failing check, ready to be laid out."""

    result: Result
    why: str
    fix: str
    rows: list[Row]
    opened: bool


class Chapter(NamedTuple):
    """A family: its checks by outcome, and the findings that nobody has waived."""

    family: Family
    counts: Counter[Outcome]
    open: int


def render(view: View) -> str:
    """Return the report as a page."""
    report, options = view.report, view.options
    verdict, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    chart = trend(report.cluster, options.history, options.now)
    failing = failures(report.results)
    found = [finding for results in failing.values() for it in results for finding in it.open_findings]
    return _template().render(
        report=report,
        note=view.note,
        without_changes=view.without_changes,
        verdict=verdict,
        numbers=numbers,
        open=len(found),
        platform=described(report.platform),
        laptop=laptop(report.platform),
        families=_chapters(report.results),
        columns=outcomes(by_family(report.results).values()),
        trend=chart,
        panels=panels(chart) if chart else (),
        figures=_sentence(figures(chart)) if chart else "",
        severities=[
            (level.rank, level.value if not level.rank else f"{level} and worse") for level in failing
        ],
        namespaces=_options((finding.ref.namespace for finding in found), "none, cluster-wide"),
        owners=_options((finding.owner for finding in found), "nobody is named"),
        failures={
            level: [
                _failing(result, options.checks, opened=level is next(iter(failing)) and at < OPENED)
                for at, result in enumerate(results)
            ]
            for level, results in failing.items()
        },
        unknown=having(report.results, Outcome.UNKNOWN),
        passed=having(report.results, Outcome.PASS),
        spared=having(report.results, Outcome.NOT_APPLICABLE),
        waivers=list(waivers(report.results)),
        chunks=CHUNK,
        local=partial(local, now=options.now),
        style=_resource("report.css"),
        script=_resource("report.js"),
        script_hash=_script_hash(),
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _chapters(results: Sequence[Result]) -> list[Chapter]:
    """Return the families, the one with the gravest failures first."""
    gravity = {family: [0] * len(Severity) for family in Family}
    found = Counter[Family]()
    for result in results:
        if outcome(result) is Outcome.FAIL:
            gravity[result.family][result.severity.rank] -= 1
            found[result.family] += len(result.open_findings)
    chapters = [Chapter(family, counts, found[family]) for family, counts in by_family(results).items()]
    return sorted(chapters, key=lambda it: (gravity[it.family], -it.counts[Outcome.UNKNOWN]))


def _options(values: Iterable[str], nothing: str) -> list[tuple[str, str]]:
    """Return what can be chosen, each with how many findings it has; `nothing` is the word for none."""
    counts = Counter(values)
    return [(value, f"{value or nothing} ({counts[value]:,})") for value in sorted(counts)]


def _failing(result: Result, checks: Mapping[str, Check], *, opened: bool) -> Failing:
    found = result.open_findings
    fixes = [fix(result, finding, checks) for finding in found]
    shared = fixes[0] if len(set(fixes)) == 1 else ""
    rows = [Row(finding, "" if shared else words) for finding, words in zip(found, fixes, strict=True)]
    why = checks[result.id].why if result.id in checks else ""
    return Failing(result, why, shared, rows, opened and len(rows) <= FEW)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "commands": partial(_prose, commands=True),
        "counted": counted,
        "link": _link,
        "named": named,
        "prose": _prose,
        "reason": reason,
        "utc": utc,
    }
    return environment.get_template("report.html.j2")


@cache
def _resource(name: str) -> Markup:
    """Return a file of ours that becomes part of the page."""
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - ours


@cache
def _script_hash() -> str:
    """Return the name by which the page allows its own script, and no other."""
    return f"sha256-{b64encode(sha256(_resource('report.js').encode()).digest()).decode()}"


def _safe(value: object) -> object:
    """Spell out what cannot be printed, in everything that the template writes and that is not markup yet."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str, *, commands: bool = False) -> Markup:
    return Markup().join(_piece(piece, commands=commands) for piece in pieces(text))


def _piece(piece: Piece, *, commands: bool) -> Markup:
    match piece.form:
        case Form.PROSE:
            return escape(piece.text)
        case Form.CODE if commands and piece.text.partition(" ")[0] in PROGRAMS:
            return Markup('<code class="command">{}</code>').format(piece.text)
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
