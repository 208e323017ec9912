"""What changed between two runs, for a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.text.parts import SEVERITY_STYLES, STATUS_WORDS, hanging, heading, listed, prose
from checks.model import Delta, DeltaFinding, StatusChange
from checks.presentation.prose import ago, counted, local, named, plain, whose

LAST = "the last run"
CHANGES_SHOWN = 5
"""Lines of each kind of change unless verbose."""


def render_delta(delta: Delta, now: datetime, *, verbose: bool = True, earlier: str = LAST) -> RenderableType:
    """Return what changed since the `earlier` run."""
    return Group(*changes(delta, now, verbose=verbose, earlier=earlier))


def changes(delta: Delta, now: datetime, *, verbose: bool, earlier: str = LAST) -> Iterator[RenderableType]:
    """Yield the same, line by line."""
    since = f"since {earlier}, {ago(delta.since, now)} ({local(delta.since, now)})"
    if delta.empty:
        yield heading("CHANGES", detail=f"none {since}")
        return
    yield heading("CHANGES", detail=since)
    most = None if verbose else CHANGES_SHOWN
    yield from _findings("+", "new", "red", delta.new, most)
    yield from _findings("-", "resolved", "green", delta.resolved, most)
    yield from _statuses(delta.changed, most)
    if delta.unreadable:
        names = listed(map(plain, delta.unreadable))
        yield hanging(0, "? ", Text(f"could not be compared: {names}"), style="yellow", most=most)


def _findings(
    mark: str, word: str, style: str, items: Sequence[DeltaFinding], most: int | None
) -> Iterator[RenderableType]:
    for item in items[:most]:
        waived = "  waived" if item.finding.waiver else ""
        text = Text.assemble(
            (f"{word} ", style),
            (f"{item.severity} ", SEVERITY_STYLES[item.severity]),
            (named(item.finding.ref), "bold"),
            whose(item.finding),
            ": ",
            prose(item.finding.message),
            (f"  {plain(item.id)}{waived}", "dim"),
        )
        yield hanging(0, f"{mark} ", text, style=style)
    yield from _more(len(items), most, f"{word} finding")


def _statuses(items: Sequence[StatusChange], most: int | None) -> Iterator[RenderableType]:
    for item in items[:most]:
        text = Text(f"{plain(item.id)}: {STATUS_WORDS[item.before]} → {STATUS_WORDS[item.after]}")
        yield hanging(0, "* ", text, style="yellow")
    yield from _more(len(items), most, "changed status", "changed statuses")


def _more(total: int, most: int | None, one: str, many: str = "") -> Iterator[RenderableType]:
    if most is not None and total > most:
        words = (
            f"{total - most:,} more {many}"
            if many and total - most > 1
            else counted(total - most, f"more {one}")
        )
        yield Text(f"and {words}: -v", "dim")
