"""One check explained for a terminal: why, what it reads, how to mend it, and what it found here."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.style import Style
from rich.text import Text

from bot.output.text.findings import finding_line, findings_with_fixes
from bot.output.text.parts import (
    MARKS,
    OUTCOME_STYLES,
    SEVERITY_STYLES,
    Blank,
    field,
    hanging,
    heading,
    listed,
    prose,
)
from checks.model import Result, Status
from checks.presentation.explaining import pattern, reads
from checks.presentation.grouping import fix, outcome, reason, waivers
from checks.presentation.prose import counted, plain, web
from checks.registry import Check


def render_explanation(check: Check, result: Result | None = None, cluster: str = "") -> RenderableType:
    """Return what a check is about and, given a cluster's result, everything that it said there."""
    return Group(*_check(check), *(_result(check, result, cluster) if result else ()))


def _check(check: Check) -> Iterator[RenderableType]:
    yield Text(plain(check.title), "bold")
    yield Text.assemble(
        plain(check.id),
        "  ",
        (check.severity, SEVERITY_STYLES[check.severity]),
        f"  {check.family}, {check.layer} layer",
    )
    for paragraph in check.why.split("\n\n"):
        yield Blank()
        yield prose(paragraph)
    yield Blank()
    yield field("reads", Text(listed(reads(check)) or "nothing but the platform"))
    yield field("fix", prose(pattern(check)))
    yield field("docs", Text(plain(check.docs), Style(link=web(check.docs) or None)))


def _result(check: Check, result: Result, cluster: str) -> Iterator[RenderableType]:
    what = outcome(result)
    word = "error" if result.status is Status.ERROR else what.value
    found = result.open_findings
    yield Blank()
    yield heading(
        f"{MARKS[what]} {word}" + (f" on {plain(cluster)}" if cluster else ""),
        OUTCOME_STYLES[what],
        counted(len(found), "finding") if found else "",
    )
    checks = {check.id: check}
    yield from findings_with_fixes([(finding, fix(result, finding, checks)) for finding in found])
    for item in waivers([result]):
        yield hanging(0, "~ ", Text(item.words), style="blue")
        yield from (finding_line(finding) for finding in item.findings)
    if result.incomplete:
        yield hanging(0, "? ", prose(f"judged in part: {reason(result)}"), style="yellow")
    elif result.status not in (Status.PASS, Status.FAIL):
        yield hanging(4, "", prose(reason(result)))
    yield from (hanging(4, "", prose(item)) for item in result.evidence)
