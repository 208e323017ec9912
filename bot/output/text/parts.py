"""What text for a terminal is built from: colours, marks, and paragraphs that hang from a mark.

Only `Text` is printed, never markup, so that `[red]` in a name stays what it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from checks.model import Severity, Status, Verdict
from checks.presentation.grouping import Outcome
from checks.presentation.prose import Form, pieces

VERDICT_STYLES = {
    Verdict.READY: "bold green",
    Verdict.NOT_READY: "bold red",
    Verdict.UNDETERMINED: "bold yellow",
}
SEVERITY_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "dim",
}
OUTCOME_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "red",
    Outcome.WAIVED: "blue",
    Outcome.UNKNOWN: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
}
MARKS = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.WAIVED: "~",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "-",
}
STATUS_WORDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.NOT_APPLICABLE: "n/a",
    Status.UNKNOWN: "unknown",
    Status.ERROR: "error",
    None: "not run",
}
CODE = "cyan"
LEAST_WIDTH = 12
"""A paragraph is not squeezed below this by its mark; the console cuts what does not fit."""


@dataclass(frozen=True)
class Hanging:
    """A paragraph whose lines stand under its first word, to the right of `mark`.

    `most` is the number of lines shown; a longer one ends in an ellipsis.
    """

    mark: str
    body: Text
    style: str = ""
    most: int | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        indent = cell_len(self.mark)
        before = Segment(self.mark, console.get_style(self.style))
        for line in self._lines(console, max(options.max_width - indent, LEAST_WIDTH)):
            line.rstrip()
            yield before
            yield from line.render(console, end="\n")
            before = Segment(" " * indent)

    def _lines(self, console: Console, width: int) -> list[Text]:
        if "\n" not in self.body.plain and self.body.cell_len <= width:
            return [self.body.copy()]  # wrapping takes most of the time of a long report
        lines = list(self.body.wrap(console, width))
        if self.most is None or len(lines) <= self.most:
            return lines
        last = lines[self.most - 1]
        last.rstrip()
        last.truncate(width - 2)
        last.append(" …")
        return lines[: self.most]


@dataclass(frozen=True)
class Blank:
    """An empty line."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Segment.line()


def hanging(indent: int, mark: str, body: Text, *, style: str = "", most: int | None = None) -> Hanging:
    """Return a paragraph that hangs from a mark which stands `indent` columns in."""
    return Hanging(" " * indent + mark, body, style, most)


def field(label: str, body: Text) -> Hanging:
    """Return a labelled line; labels of up to ten letters align."""
    return Hanging(f"{label:<11}", body, "dim")


def heading(title: str, style: str = "bold", detail: str = "") -> Hanging:
    """Return the heading of a section."""
    return Hanging("", Text.assemble((title, style), (f"  {detail}" if detail else "", "dim")))


def hint(text: str) -> Hanging:
    """Return a line about the report rather than the cluster."""
    return Hanging("", Text(text, "dim"))


def bare_table(*columns: str) -> Table:
    """Return a table without lines, to which rows are added."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        made.add_column(Text(column), overflow="fold")
    return made


def prose(text: str, style: str = "") -> Text:
    """Return a message, fix or reason with its code coloured; a block stands on lines of its own."""
    out = Text(style=style)
    for piece in pieces(text):
        match piece.form:
            case Form.PROSE:
                out.append(piece.text)
            case Form.CODE:
                out.append("`", "dim").append(piece.text, CODE).append("`", "dim")
            case Form.BLOCK:
                out.append("\n").append(piece.text, CODE).append("\n")
    out.rstrip()
    return out


def listed(items: Iterable[str]) -> str:
    """Join names for a sentence."""
    return ", ".join(items)
