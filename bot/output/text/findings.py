"""Checks and findings line by line, as the report and the explanation of a check show them."""

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from bot.output.text.parts import MARKS, OUTCOME_STYLES, hanging, prose
from checks.model import Finding, Result
from checks.presentation.grouping import outcome
from checks.presentation.prose import counted, named, plain, whose


def title_line(result: Result, detail: str = "") -> RenderableType:
    """Return a check's mark, title and id."""
    mark = outcome(result)
    text = Text(plain(result.title)).append(f"  {plain(result.id)}", "dim")
    if detail:
        text.append(f"  {detail}", "dim")
    return hanging(0, f"{MARKS[mark]} ", text, style=OUTCOME_STYLES[mark])


def findings_with_fixes(found: list[tuple[Finding, str]]) -> Iterator[RenderableType]:
    """Yield every finding, with its fix under it; one that several in a row share is shown once."""
    for words, group in groupby(found, key=lambda pair: pair[1]):
        yield from (finding_line(finding) for finding, _ in group)
        yield from fix_lines(words)


def finding_line(finding: Finding) -> RenderableType:
    """Return the object and what is wrong with it."""
    body = Text.assemble((named(finding.ref), "bold"), whose(finding), ": ", prose(finding.message))
    return hanging(4, "", body)


def fix_lines(words: str, most: int | None = None) -> Iterator[RenderableType]:
    """Yield a fix of at most so many lines; nothing where there is none."""
    if words:
        yield hanging(4, "fix: ", prose(words), style="green", most=most)


def more(total: int, shown: int | None, noun: str, indent: int = 0) -> Iterator[RenderableType]:
    """Say how many were left out, if any were; `shown` is the most that are shown."""
    if shown is not None and total > shown:
        yield Text(" " * indent + f"and {counted(total - shown, f'more {noun}')}: -v", "dim")
