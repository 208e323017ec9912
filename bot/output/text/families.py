"""The table of families."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from bot.output.text.parts import OUTCOME_STYLES
from checks.model import Family
from checks.presentation.grouping import Outcome, outcomes

BAR = 10
BAR_NEEDS = 64
"""Columns below which the table of families goes without its bars."""


@dataclass(frozen=True)
class Families:
    """The table of families, with bars where there is room."""

    counts: dict[Family, Counter[Outcome]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        bars = options.max_width >= BAR_NEEDS
        columns = outcomes(self.counts.values())
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("family")
        if bars:
            table.add_column("")
        for column in columns:
            table.add_column(column.value, justify="right")
        for family, count in self.counts.items():
            cells = [Text(str(count[column] or "·"), _number_style(count, column)) for column in columns]
            table.add_row(Text(family.value), *([_bar(count)] if bars else []), *cells)
        yield table


def _number_style(count: Counter[Outcome], column: Outcome) -> str:
    return OUTCOME_STYLES[column] if count[column] else "dim"


def _bar(count: Counter[Outcome]) -> Text:
    """Draw the share that passes of what applies; what fails is drawn apart from what is not known."""
    applies = count.total() - count[Outcome.NOT_APPLICABLE]
    if not applies:
        return Text("")
    passed = BAR * count[Outcome.PASS] // applies
    failed = -(-BAR * count[Outcome.FAIL] // applies)
    rest = BAR - passed - failed
    return Text.assemble(
        ("█" * passed, OUTCOME_STYLES[Outcome.PASS]),
        ("▒" * failed, OUTCOME_STYLES[Outcome.FAIL]),
        ("░" * rest, "dim"),
    )
