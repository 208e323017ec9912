"""Several reports beside one another: two clusters, the runs of one cluster, every cluster."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from checks.model import Family, Report, Result, Verdict
from checks.presentation.grouping import VERDICTS, Outcome, outcome
from checks.presentation.prose import ago, counted
from checks.summary import Summary
from handlers.intents import Changes, Run, Show
from handlers.ports import Cluster
from handlers.render.budget import Row, fit, message, squeezed
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import OUTCOME_MARKS, VERDICT_MARKS, check_name, cluster_name, more, state
from handlers.render.text import cut, escape, shorten, weight, when

CHECK_LINES = 6
"""Checks of one section."""
LINE_BYTES = 600
TITLE_MOST = 90
STEPS = "▁▂▃▄▅▆▇█"
WITH_TWO_BUTTONS = 5
"""Clusters with a button to the last report as well."""
ENVIRONMENT_MOST = 40
NAMES_BYTES = 1_200
STANDING = (Verdict.NOT_READY, Verdict.UNDETERMINED, None, Verdict.READY)
"""The worst first; null is a cluster that was never checked."""


class _Pair(NamedTuple):
    """A check on two clusters; null where it was not run. `found` is either of them."""

    found: Result
    left: Result | None
    right: Result | None

    @property
    def differs(self) -> bool:
        return _told(self.left) != _told(self.right)


def comparison(left: Report, right: Report, now: datetime) -> Message:
    """Return two clusters check by check: those that differ, and how many do not.

    Two results differ where their outcome or their open findings do.
    """
    first, second = cluster_name(left.cluster), cluster_name(right.cluster)
    pairs = list(_pairs(left, right))
    differing = [pair for pair in pairs if pair.differs]
    chunks = list(_chunks(differing))

    def left_out(number: int) -> Row:
        return [section(f"{more(sum(map(len, chunks[-number:])), 'check')} that differ".capitalize())]

    same = f"{counted(len(pairs) - len(differing), 'check')} of {len(pairs)} say the same on both."
    head = [
        section(f"*Compared*\n{first}  {state(left, now)}\n{second}  {state(right, now)}"),
        *([context(f"Where they differ; {first} comes first on each line.")] if differing else []),
    ]
    shown = {
        it.cluster: offer(f"Show {it.cluster}", Show(it.cluster, run_id=it.run_id)) for it in (left, right)
    }
    rows = [[section("\n".join(_lines(chunk)))] for chunk in chunks]
    text = f"{first} and {second} differ in {counted(len(differing), 'check')}"
    return fit(text, head, rows, [context(same), actions(*shown.values())], left_out)[0]


def _pairs(left: Report, right: Report) -> Iterator[_Pair]:
    one = {result.id: result for result in left.results}
    other = {result.id: result for result in right.results}
    for check_id, found in (other | one).items():
        yield _Pair(found, one.get(check_id), other.get(check_id))


def _told(result: Result | None) -> tuple[Outcome, frozenset[str]] | None:
    return (outcome(result), _open(result)) if result else None


def _open(result: Result) -> frozenset[str]:
    return frozenset(finding.fingerprint for finding in result.open_findings)


def _chunks(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Yield the checks that share a section: a few of one family, the gravest first."""
    families = list(Family)
    ordered = sorted(pairs, key=lambda it: (families.index(it.found.family), it.found.severity.rank))
    for _, group in groupby(ordered, key=lambda it: it.found.family):
        every = list(group)
        yield from (every[start : start + CHECK_LINES] for start in range(0, len(every), CHECK_LINES))


def _lines(chunk: Sequence[_Pair]) -> Iterator[str]:
    yield f"*{chunk[0].found.family}*"
    yield from (cut(_compared(pair), LINE_BYTES, weight) for pair in chunk)


def _compared(pair: _Pair) -> str:
    marks = " ".join(OUTCOME_MARKS[outcome(it)] if it else ":white_circle:" for it in pair[1:])
    both = _open(pair.left) & _open(pair.right) if pair.left and pair.right else ()
    shared = f" ({len(both):,} of them the same)" if both else ""
    title = escape(shorten(pair.found.title, TITLE_MOST))
    return f"{marks}  {title} {check_name(pair.found.id)}: {_words(pair.left)} / {_words(pair.right)}{shared}"


def _words(result: Result | None) -> str:
    if result is None:
        return "not run"
    found = len(result.open_findings)
    return counted(found, "finding") if found else outcome(result)


def history(cluster: str, summaries: Sequence[Summary], now: datetime) -> Message:
    """Return the runs of a cluster, newest first, each with what moved since the run before.

    `summaries` is one or more, newest first.
    """
    name = cluster_name(cluster)
    latest, oldest = summaries[0], summaries[-1]
    before: list[Summary | None] = [*summaries[1:], None]
    rows = [[_run(cluster, run, earlier)] for run, earlier in zip(summaries, before, strict=True)]

    def left_out(number: int) -> Row:
        return [context(f"{more(number, 'run')} before these".capitalize())]

    head = [section(f"*History*  {name}\n{_trend(summaries)}, last run {ago(latest.taken_at, now)}")]
    shown = offer("Show the last report", Show(cluster, run_id=latest.run_id))
    over_all = offer("What changed over all of these", Changes(cluster, oldest.run_id, latest.run_id))
    tail = [actions(shown, *([over_all] if len(summaries) > 1 else []))]
    text = f"{name}: {counted(len(summaries), 'run')}, the last {VERDICTS[latest.verdict]}"
    return fit(text, head, rows, tail, left_out)[0]


def _trend(summaries: Sequence[Summary]) -> str:
    """Draw the scores from oldest to newest on a scale of 0 to 100; a run without one is a dot."""
    scores = [run.score for run in reversed(summaries)]
    drawn = "".join("·" if score is None else STEPS[min(score, 99) * len(STEPS) // 100] for score in scores)
    known = [score for score in scores if score is not None]
    moved = f" score from {known[0]} to {known[-1]}" if known else " no score"
    return f"`{drawn}` {moved}, {counted(len(scores), 'run')}"


def _run(cluster: str, run: Summary, before: Summary | None) -> Block:
    """Return a run on one line; a button where it differs from the run before."""
    score = "no score" if run.score is None else f"score {run.score}"
    found = counted(run.failing, "open finding")
    if before:
        score += _moved(run.score, before.score)
        found += _moved(run.failing, before.failing)
    line = f"{VERDICT_MARKS[run.verdict]} {when(run.taken_at)}  {VERDICTS[run.verdict]}, {score}, {found}"
    if before is None or _standing(run) == _standing(before):
        return section(line)
    return section(line, offer("What changed", Changes(cluster, run_id=run.run_id)))


def _moved(number: int | None, before: int | None) -> str:
    """Return ` (+3)`; empty where nothing moved."""
    moved = 0 if number is None or before is None else number - before
    return f" ({moved:+,})" if moved else ""


def _standing(run: Summary) -> tuple[object, ...]:
    return run.verdict, run.score, run.failing, run.counts


def clusters(rows: Sequence[tuple[Cluster, Report | None]], now: datetime) -> Message:
    """Return every cluster with its last verdict, the worst first."""
    if not rows:
        told = (
            "No cluster is visible to you here. Whoever looks after this app names them under `clusters:`"
            " in readiness.yaml, and under `access:` who may see them."
        )
        return message(told, [section(told)])
    ordered = sorted(rows, key=_gravity)
    told = ", ".join(_standings(report for _, report in rows))
    shown = [_cluster(*row, now, two=at < WITH_TWO_BUTTONS) for at, row in enumerate(ordered)]

    def left_out(number: int) -> Row:
        names = ", ".join(cluster_name(cluster.name) for cluster, _ in ordered[-number:])
        return [squeezed(f"{more(number, 'cluster').capitalize()}: {names}", NAMES_BYTES)]

    text = f"{counted(len(rows), 'cluster')}: {told}"
    return fit(text, [section(f"*Clusters*  {told}")], shown, [], left_out)[0]


def _gravity(row: tuple[Cluster, Report | None]) -> tuple[int, int, str]:
    cluster, report = row
    score = 100 if report is None or report.score is None else report.score
    return STANDING.index(report and report.verdict), score, cluster.name


def _standings(reports: Iterable[Report | None]) -> Iterator[str]:
    """Yield `2 NOT READY`, the worst first."""
    counts = Counter(report and report.verdict for report in reports)
    for verdict in STANDING:
        if counts[verdict]:
            yield f"{counts[verdict]:,} {VERDICTS[verdict] if verdict else 'never checked'}"


def _cluster(cluster: Cluster, report: Report | None, now: datetime, *, two: bool) -> Row:
    environment = escape(shorten(cluster.environment, ENVIRONMENT_MOST))
    told = state(report, now) if report else ":white_circle: never checked"
    line = f"*{cluster_name(cluster.name)}*  {environment}\n{told}"
    check = offer("Check now", Run(cluster.name))
    if report is None or not two:
        return [section(line, check)]
    return [section(line), actions(check, offer("Show the last report", Show(cluster.name)))]
