"""A report in GitHub-flavoured Markdown, for pull requests and wikis.

Names stand in code spans; everything else is escaped, so that no name can open a tag, a link, a table or a
heading, nor notify anybody.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from bot.output.view import View
from checks.model import Delta, DeltaFinding, Finding, Result, Status
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
from checks.presentation.prose import Form, Piece, counted, local, named, pieces, plain, whose

FINDINGS_SHOWN = 3
CHANGES_SHOWN = 10
"""Unless verbose: GitHub refuses a comment of more than 65,536 characters."""

SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
MENTION = re.compile(r"(?<![\w`])(@[\w/-]+)")
LEADING = re.compile(r"^(\s*)([-+=])|^(\s*\d+)([.)])")
"""What would begin a list or underline a heading."""


def render(view: View) -> str:
    """Return the report as Markdown: short, or with everything in it when verbose."""
    return "\n".join(_lines(view)) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is; what would mention somebody becomes code."""
    parts = MENTION.split(plain(text))
    return "".join(code(part) if odd % 2 else _literal(part) for odd, part in enumerate(parts))


def _literal(text: str) -> str:
    return LEADING.sub(r"\1\3\\\2\4", SPECIAL.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """Return text as a code span, whatever backticks are in it."""
    safe = plain(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", safe)), default=0))
    pad = " " if safe.startswith("`") or safe.endswith("`") else ""
    return f"{fence}{pad}{safe}{pad}{fence}"


def prose(text: str, indent: str = "") -> str:
    """Return a message, fix or reason; its blocks are fenced and stand `indent` in."""
    return "".join(_piece(piece, indent) for piece in pieces(text)).replace(" \n\n", "\n\n").strip()


def _piece(piece: Piece, indent: str) -> str:
    match piece.form:
        case Form.PROSE:
            return escaped(piece.text)
        case Form.CODE:
            return code(piece.text)
        case Form.BLOCK:
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", piece.text)), default=0))
            lines = [fence, *piece.text.split("\n"), fence]
            return "\n\n" + "\n".join((indent + line).rstrip() for line in lines) + "\n\n" + indent


def _lines(view: View) -> Iterator[str]:
    yield from _head(view)
    yield from _families(view)
    for level, results in failures(view.report.results).items():
        yield from ("", f"## {level.capitalize()}: {counted(len(results), 'check')} failing")
        for result in results:
            yield from _failure(view, result)
    yield from _unknown(view)
    yield from _waived(view)
    if view.options.verbose:
        yield from _settled(view)
    yield from _changes(view)
    if view.report.notes:
        yield from ("", "## Notes", "", *(f"- {prose(note, '  ')}" for note in view.report.notes))


def _head(view: View) -> Iterator[str]:
    report = view.report
    verdict, numbers = headline(report.verdict, report.grade, report.score, report.coverage)
    yield from (f"# {verdict}: {code(report.cluster)}", "", f"**{' · '.join(numbers)}**", "")
    yield f"- Platform: {escaped(described(report.platform))}"
    if laptop(report.platform):
        yield f"- **{escaped(laptop(report.platform))}**"
    yield f"- Taken: {local(report.taken_at, view.options.now)}"
    if report.partial:
        yield "- Partial: only some of the checks were asked for"
    if view.note:
        yield f"- Filter: {escaped(view.note)}"


def _families(view: View) -> Iterator[str]:
    counts = by_family(view.report.results)
    if not counts:
        return
    columns = outcomes(counts.values())
    yield from ("", "| family | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns))
    for family, count in counts.items():
        yield f"| {family} | " + " | ".join(str(count[column]) for column in columns) + " |"


def _title(result: Result) -> str:
    return f"{escaped(result.title)} ({code(result.id)})"


def _failure(view: View, result: Result) -> Iterator[str]:
    found = result.open_findings
    shown = found if view.options.verbose else found[:FINDINGS_SHOWN]
    yield from ("", f"### {_title(result)}: {counted(len(found), 'finding')}", "")
    pairs = [(finding, fix(result, finding, view.options.checks)) for finding in shown]
    if not view.options.verbose:
        pairs = [(finding, pairs[0][1]) for finding, _ in pairs]
    for position, (words, group) in enumerate(groupby(pairs, key=lambda pair: pair[1])):
        yield from [""] if position else []
        yield from (_finding(finding) for finding, _ in group)
        if len(found) > len(shown):
            yield f"- and {counted(len(found) - len(shown), 'more finding')}"
        if words:
            yield from ("", f"Fix: {prose(words)}")
    if result.incomplete:
        yield from ("", f"Judged in part: {prose(reason(result))}")


def _finding(finding: Finding) -> str:
    return f"- {_subject(finding)}: {prose(finding.message, '  ')}"


def _subject(finding: Finding) -> str:
    return code(named(finding.ref)) + escaped(whose(finding))


def _unknown(view: View) -> Iterator[str]:
    unknown = having(view.report.results, Outcome.UNKNOWN)
    if unknown:
        yield from ("", f"## Could not be judged: {counted(len(unknown), 'check')}", "")
    for result in unknown:
        crashed = "error: " if result.status is Status.ERROR else ""
        yield f"- {_title(result)}: {crashed}{prose(reason(result), '  ')}"
    if view.report.unread:
        yield from ("", f"## Not read: {counted(len(view.report.unread), 'read')}", "")
        yield from (f"- {escaped(str(item))}" for item in view.report.unread)


def _waived(view: View) -> Iterator[str]:
    found = list(waivers(view.report.results))
    if found:
        yield from ("", f"## Waived: {counted(sum(len(item.findings) for item in found), 'finding')}", "")
    yield from (f"- {code(item.result.id)}: {escaped(item.words)}" for item in found)


def _settled(view: View) -> Iterator[str]:
    """Yield what passed, with its evidence, and what does not apply, with the reason."""
    for wanted, title in ((Outcome.PASS, "Passed"), (Outcome.NOT_APPLICABLE, "Does not apply")):
        results = having(view.report.results, wanted)
        if results:
            yield from ("", f"## {title}: {counted(len(results), 'check')}", "")
        for result in results:
            told = result.evidence if wanted is Outcome.PASS else (reason(result),)
            yield f"- {_title(result)}"
            yield from (f"  - {prose(item, '    ')}" for item in told)


def _changes(view: View) -> Iterator[str]:
    delta = view.report.delta
    if delta is None:
        yield from ("", "## Changes", "", f"{view.without_changes.capitalize()}.")
        return
    yield from ("", f"## Changes since {local(delta.since, view.options.now)}", "")
    if delta.empty:
        yield "None."
    yield from _delta(delta, None if view.options.verbose else CHANGES_SHOWN)


def _delta(delta: Delta, most: int | None) -> Iterator[str]:
    for word, items in (("new", delta.new), ("resolved", delta.resolved)):
        yield from (_changed(word, item) for item in items[:most])
        if most is not None and len(items) > most:
            yield f"- and {counted(len(items) - most, f'more {word} finding')}"
    for change in delta.changed:
        before, after = (
            status.replace("_", " ") if status else "not run" for status in (change.before, change.after)
        )
        yield f"- {code(change.id)}: {before} → {after}"
    if delta.unreadable:
        yield f"- could not be compared: {', '.join(map(code, delta.unreadable))}"


def _changed(word: str, item: DeltaFinding) -> str:
    waived = ", waived" if item.finding.waiver else ""
    message = prose(item.finding.message, "  ")
    return f"- {word}, {item.severity}{waived}: {_subject(item.finding)}: {message} ({code(item.id)})"
