"""Several reports beside one another: two clusters, the runs of one cluster, every cluster."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from checks.model import Family, Report, Result
from checks.presentation.grouping import VERDICTS, outcome
from checks.presentation.pairs import Pair, pairs
from checks.presentation.prose import ago, counted
from checks.summary import Summary
from handlers.charts import figures, trend
from handlers.intents import Changes, Clusters, Compare, History, Run, Show
from handlers.ports import Cluster
from handlers.render.budget import Row, lines, message, share
from handlers.render.chart import chart
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import OUTCOME_MARKS, VERDICT_MARKS, check_name, cluster_name, state
from handlers.render.standing import NONE_VISIBLE, Newest, gravity, moved, sparkline, standings
from handlers.render.text import cut, escape, shorten, weight, when

CHECKS, RUNS, CLUSTERS = 20, 20, 10
"""Of one page."""
CHECK_LINES = 6
"""Checks of one section."""
HEADINGS = [section("-" * 20)] * 9
"""More than the sections of a page add to their lines."""
TITLE_MOST = 90
ENVIRONMENT_MOST = 40


def comparison(left: Report, right: Report, page: int, now: datetime) -> Message:
    """Return two clusters check by check: a page of those that differ, and how many do not.

    Two results differ where their outcome or their open findings do.
    """
    first, second = cluster_name(left.cluster), cluster_name(right.cluster)
    every = list(pairs(left, right))
    differing = sorted((pair for pair in every if pair.differs), key=_place)
    shown = turn(differing, page, CHECKS)
    legend = f"Where they differ; {first} comes first on each line: {shown.span('check')}."
    head = [
        section(f"*Compared*\n{first}  {state(left, now)}\n{second}  {state(right, now)}"),
        *([context(legend)] if differing else []),
    ]
    same = f"{counted(len(every) - len(differing), 'check')} of {len(every)} say the same on both."
    reports = {
        it.cluster: offer(f"Show {it.cluster}", Show(it.cluster, run_id=it.run_id)) for it in (left, right)
    }
    turns = shown.turns(lambda to: Compare(left.cluster, right.cluster, to))
    tail = [context(same), actions(*turns, *reports.values())]
    sections = _sections(shown.shown, share(len(shown.shown), head, tail, HEADINGS))
    text = f"{first} and {second} differ in {counted(len(differing), 'check')}"
    return message(text, [*head, *sections, *tail])


def _place(pair: Pair) -> tuple[int, int]:
    """Sort by family, the gravest first."""
    return list(Family).index(pair.found.family), pair.found.severity.rank


def _sections(pairs: Sequence[Pair], room: int) -> Iterator[Block]:
    """Yield the checks of each family, a few to a section; each line has so many bytes."""
    for family, group in groupby(pairs, key=lambda it: it.found.family):
        told = [cut(_compared(pair), room, weight) for pair in group]
        for start in range(0, len(told), CHECK_LINES):
            yield section("\n".join([f"*{family}*", *told[start : start + CHECK_LINES]]))


def _compared(pair: Pair) -> str:
    marks = " ".join(OUTCOME_MARKS[outcome(it)] if it else ":white_circle:" for it in pair[1:])
    shared = f" ({pair.shared:,} of them the same)" if pair.shared else ""
    title = escape(shorten(pair.found.title, TITLE_MOST))
    return f"{marks}  {title} {check_name(pair.found.id)}: {_words(pair.left)} / {_words(pair.right)}{shared}"


def _words(result: Result | None) -> str:
    if result is None:
        return "not run"
    found = len(result.open_findings)
    return counted(found, "finding") if found else outcome(result)


def history(cluster: str, summaries: Sequence[Summary], page: int, now: datetime) -> Message:
    """Return a page of the runs of a cluster, newest first, each with what moved since the run before.

    `summaries` is one or more, newest first. The first page draws the last 30 days.
    """
    name = cluster_name(cluster)
    latest = summaries[0]
    drawn = trend(cluster, summaries, now) if page == 1 else None
    before: list[Summary | None] = [*summaries[1:], None]
    shown = turn(list(zip(summaries, before, strict=True)), page, RUNS)
    runs = [run for run, _ in shown.shown]
    told = f"{shown.span('run')}, last run {ago(latest.taken_at, now)}"
    head = [section(f"*History*  {name}\n{_trend(runs)}\n{told}"), *(chart(drawn) if drawn else ())]
    last = offer("Show the last report", Show(cluster, run_id=latest.run_id))
    over_all = offer("What changed over all of these", Changes(cluster, runs[-1].run_id, runs[0].run_id))
    turns = shown.turns(lambda to: History(cluster, to))
    tail = [actions(*turns, last, *([over_all] if len(runs) > 1 else []))]
    rows = [_run(cluster, run, earlier) for run, earlier in shown.shown]
    text = f"{name}: {counted(len(summaries), 'run')}, the last {VERDICTS[latest.verdict]}"
    text += f"; {figures(drawn)}" if drawn else ""
    return message(text, [*head, *lines(rows, head, tail), *tail])


def _trend(summaries: Sequence[Summary]) -> str:
    """Draw the scores from oldest to newest on a scale of 0 to 100; a run without one is a dot."""
    scores = [run.score for run in reversed(summaries)]
    known = [score for score in scores if score is not None]
    moved = f"score from {known[0]} to {known[-1]}" if known else "no score"
    return f"{sparkline(scores)}  {moved}"


def _run(cluster: str, run: Summary, before: Summary | None) -> tuple[str, Row]:
    """Return a run on one line; a button where it differs from the run before."""
    score = "no score" if run.score is None else f"score {run.score}"
    found = counted(run.failing, "open finding")
    if before:
        score += moved(run.score, before.score)
        found += moved(run.failing, before.failing)
    line = f"{VERDICT_MARKS[run.verdict]} {when(run.taken_at)}  {VERDICTS[run.verdict]}, {score}, {found}"
    if before is None or _standing(run) == _standing(before):
        return line, ()
    return line, [offer("What changed", Changes(cluster, run_id=run.run_id))]


def _standing(run: Summary) -> tuple[object, ...]:
    return run.verdict, run.score, run.failing, run.counts


def clusters(rows: Sequence[Newest], page: int, now: datetime) -> Message:
    """Return a page of the clusters with their last verdicts, the worst first."""
    if not rows:
        return message(NONE_VISIBLE, [section(NONE_VISIBLE)])
    shown = turn(sorted(rows, key=gravity), page, CLUSTERS)
    told = ", ".join(standings(rows))
    paged = f"\n{shown.span('cluster')}" if shown.last > 1 else ""
    head = [section(f"*Clusters*  {told}{paged}")]
    turns = shown.turns(Clusters)
    tail = [actions(*turns)] if turns else []
    listed = lines([_cluster(*row, now) for row in shown.shown], head, tail)
    return message(f"{counted(len(rows), 'cluster')}: {told}", [*head, *listed, *tail])


def _cluster(cluster: Cluster, last: Summary | None, now: datetime) -> tuple[str, Row]:
    environment = escape(shorten(cluster.environment, ENVIRONMENT_MOST))
    told = state(last, now) if last else ":white_circle: never checked"
    line = f"*{cluster_name(cluster.name)}*  {environment}\n{told}"
    check = offer("Check now", Run(cluster.name))
    return line, [check, *([offer("Show the last report", Show(cluster.name))] if last else [])]
