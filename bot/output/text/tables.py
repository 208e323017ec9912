"""Tables of other commands: a cluster's history, two clusters side by side, the catalogue."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.text.parts import (
    MARKS,
    OUTCOME_STYLES,
    SEVERITY_STYLES,
    VERDICT_STYLES,
    Blank,
    bare_table,
    field,
    hanging,
)
from bot.output.text.report import verdict_line
from checks.model import Report, Result, Verdict
from checks.presentation.grouping import VERDICTS, described, outcome
from checks.presentation.pairs import Pair, pairs
from checks.presentation.prose import ago, counted, plain
from checks.registry import Check
from checks.summary import Summary

STEPS = "▁▂▃▄▅▆▇█"
TREND = 40
"""Runs drawn in the trend; the latest ones."""


class ClusterRow(Struct, frozen=True):
    """A cluster that can be named; the last three are null where none of its reports is remembered."""

    name: str
    aliases: tuple[str, ...]
    environment: str
    context: str
    verdict: Verdict | None = None
    score: int | None = None
    taken_at: datetime | None = None


def render_history(summaries: Sequence[Summary], now: datetime) -> RenderableType:
    """Return the stored runs, the latest first, with the trend of the score."""
    if not summaries:
        return Text("No run of this cluster is stored.")
    runs = sorted(summaries, key=lambda run: run.taken_at)
    table = bare_table("run", "", "verdict")
    for column in table.columns:
        column.no_wrap = True
    for title in ("grade", "score", "coverage", "findings"):
        table.add_column(title, justify="right")
    for run in reversed(runs):
        table.add_row(
            Text(plain(run.run_id)),
            Text(ago(run.taken_at, now), "dim"),
            Text(VERDICTS[run.verdict], VERDICT_STYLES[run.verdict]),
            plain(run.grade),
            _number(run.score),
            _number(run.coverage, " %"),
            f"{run.failing:,}",
        )
    return Group(table, Blank(), _trend([run.score for run in runs[-TREND:]]))


def _trend(scores: Sequence[int | None]) -> RenderableType:
    """Draw the scores from oldest to newest on a scale of 0 to 100; a run without one is a dot."""
    drawn = "".join(
        "·" if score is None else STEPS[min(score * len(STEPS) // 100, len(STEPS) - 1)] for score in scores
    )
    known = [score for score in scores if score is not None]
    moved = f"  from {known[0]} to {known[-1]}" if known else ""
    return hanging(0, "score  ", Text(drawn).append(moved, "dim"), style="dim")


def render_comparison(one: Report, other: Report, *, verbose: bool = False) -> RenderableType:
    """Return two clusters check by check: those that differ, or all when verbose.

    Two results differ where their outcome or the fingerprints of their open findings do.
    """
    every = list(pairs(one, other))
    differing = [pair for pair in every if pair.differs]
    table = bare_table("check", plain(one.cluster), plain(other.cluster))
    table.add_column("shared findings", justify="right")
    for pair in every if verbose else differing:
        table.add_row(
            Text(plain(pair.found.title)).append(f"  {plain(pair.found.id)}", "dim"),
            _cell(pair.left),
            _cell(pair.right),
            _shared(pair),
        )
    same = Text(f"{counted(len(every) - len(differing), 'check')} of {len(every)} the same on both.", "dim")
    sides = Group(_side(one), Blank(), _side(other), Blank())
    return Group(sides, table, Blank(), same) if table.rows else Group(sides, same)


def _side(report: Report) -> RenderableType:
    return Group(
        field("cluster", Text(plain(report.cluster), "bold")),
        field("", verdict_line(report)),
        field("", Text(described(report.platform), "dim")),
    )


def _shared(pair: Pair) -> str:
    """Return how many findings are the same object on both sides; empty unless both have some."""
    both = pair.left and pair.right and pair.left.open_findings and pair.right.open_findings
    return f"{pair.shared:,}" if both else ""


def _cell(result: Result | None) -> Text:
    if result is None:
        return Text("not run", "dim")
    what = outcome(result)
    found = len(result.open_findings)
    return Text(f"{MARKS[what]} {what}" + (f" ({found:,})" if found else ""), OUTCOME_STYLES[what])


def render_checks(checks: Sequence[Check]) -> RenderableType:
    """Return the catalogue: a table by family, in the order given."""
    table = bare_table("check", "severity", "passes when")
    for position, check in enumerate(checks):
        if position == 0 or checks[position - 1].family is not check.family:
            if position:
                table.add_row()
            table.add_row(Text(check.family.upper(), "bold"))
        table.add_row(
            plain(check.id), Text(check.severity, SEVERITY_STYLES[check.severity]), plain(check.title)
        )
    return Group(table, Blank(), Text(counted(len(checks), "check"), "dim"))


def render_clusters(rows: Sequence[ClusterRow], now: datetime) -> RenderableType:
    """Return the clusters that can be named, with what is remembered of each."""
    table = bare_table("cluster", "environment", "context", "verdict", "score", "checked")
    for row in rows:
        name = Text(plain(row.name), "bold").append(
            f"  ({', '.join(map(plain, row.aliases))})" if row.aliases else "", "dim"
        )
        verdict = Text(VERDICTS[row.verdict], VERDICT_STYLES[row.verdict]) if row.verdict else "never checked"
        checked = ago(row.taken_at, now) if row.taken_at else ""
        context = Text(plain(row.context or "in-cluster"))
        table.add_row(name, Text(plain(row.environment)), context, verdict, _number(row.score), checked)
    return table


def _number(value: int | None, unit: str = "") -> str:
    return "-" if value is None else f"{value}{unit}"
