"""Over time: the score of a cluster, or how long a check has been failing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from checks.model import Report
from checks.presentation.grouping import VERDICTS, Outcome, outcome
from checks.presentation.prose import counted
from checks.summary import Summary
from handlers.charts import DAYS, trend
from handlers.conversation.answers import scope
from handlers.conversation.answers.words import about, at, code, verdict
from handlers.conversation.reply import Reply, Step
from handlers.intents import Changes, History, Kind, Question, Run

SHOWN = 4


class State(Enum):
    """What a run said of a check; `SILENT` is a run that could not judge it, or of which that is not kept."""

    FAILING = auto()
    IN_ORDER = auto()
    SILENT = auto()


class Span(NamedTuple):
    """For how long a check has been as it is: since the first run of that, and after the last that was not.

    `before` is null where history begins within.
    """

    since: datetime
    before: datetime | None


def history(
    question: Question, report: Report, summaries: Sequence[Summary], now: datetime, days: int = DAYS
) -> Reply:
    """Tell how the score moved over so many days or, with a check, since when it has been as it is.

    `summaries` is every run that is kept, newest first.
    """
    if question.check:
        return _check(question, report, summaries, now)
    recent = [run for run in summaries if (now - run.taken_at).days < days] or list(summaries[:1])
    changed = list(_turns(recent, now))
    return Reply(
        told=f"{code(report.cluster)} is {verdict(recent[0])}. {_moved(recent, days)} {_verdicts(changed)}",
        points=tuple(changed[:SHOWN]),
        left=f"and {len(changed) - SHOWN} earlier changes" if len(changed) > SHOWN else "",
        note=_whole(question),
        chart=trend(report.cluster, recent, now, days),
        steps=(
            Step("What changed?", about(question, Kind.CHANGES)),
            Step("Every run", History(report.cluster)),
            Step("Is it ready?", about(question, Kind.SUMMARY)),
            Step("Run again", Run(report.cluster)),
        ),
    )


def _whole(question: Question) -> str:
    """Say what is not kept by namespace, owner or family."""
    part = scope.described(question)
    return f"Only the whole cluster is kept over time, not what is asked for here: {part}." if part else ""


def _moved(recent: Sequence[Summary], days: int) -> str:
    """Return `Over 30 days and 14 runs the score went from 50 to 64, between 41 and 70.`."""
    scores = [run.score for run in reversed(recent) if run.score is not None]
    if len(recent) == 1:
        return f"There is only one run in {counted(days, 'day')}: no trend yet."
    over = f"Over the last {counted(days, 'day')} ({counted(len(recent), 'run')})"
    if not scores:
        return f"{over} there was no score."
    low, high = min(scores), max(scores)
    if low == high:
        return f"{over} the score stayed at {low}."
    ends = {scores[0], scores[-1]}
    beyond = [
        f"the lowest was {low}" if low not in ends else "",
        f"the highest was {high}" if high not in ends else "",
    ]
    went = f"{over} the score went from {scores[0]} to {scores[-1]}"
    return ", ".join(filter(None, [went, " and ".join(filter(None, beyond))])) + "."


def _verdicts(changed: Sequence[str]) -> str:
    return f"The verdict changed {_times(len(changed))}." if changed else "The verdict never changed."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _turns(recent: Sequence[Summary], now: datetime) -> Iterator[str]:
    """Yield each change of the verdict, the latest first."""
    for later, earlier in pairwise(recent):
        if later.verdict is not earlier.verdict:
            yield f"{VERDICTS[earlier.verdict]} → {VERDICTS[later.verdict]}, {at(later.taken_at, now)}"


def _check(question: Question, report: Report, summaries: Sequence[Summary], now: datetime) -> Reply:
    result = next((it for it in report.results if it.id == question.check), None)
    chart = trend(report.cluster, summaries, now, DAYS, question.check)
    return Reply(
        told=f"{code(question.check)} on {code(report.cluster)} {_lasting(question.check, summaries, now)}",
        points=(f"now: {_now(outcome(result), len(result.open_findings))}",) if result else (),
        note=_whole(question),
        chart=chart,
        steps=tuple(_steps(question, report)),
    )


def _now(state: Outcome, findings: int) -> str:
    return counted(findings, "open finding") if findings else str(state)


def _lasting(check: str, summaries: Sequence[Summary], now: datetime) -> str:
    """Return since when a check has been failing, or has not, as far as history tells."""
    states = [(run.taken_at, _state(run, check)) for run in summaries]
    judged = [(moment, state) for moment, state in states if state is not State.SILENT]
    if not judged:
        return f"was judged in none of the {counted(len(states), 'run')} that are kept."
    span = _span(judged)
    failing = judged[0][1] is State.FAILING
    silent = states[0][1] is State.SILENT
    has = "could not be judged by the last run; until then it had" if silent else "has"
    lasts = f"{has} {'been failing' if failing else 'had no open finding'} since"
    if span.before is None:
        begins = "no earlier run is kept" if states[-1] == judged[-1] else "earlier runs cannot tell"
        return f"{lasts} at least {at(span.since, now)}; {begins}."
    other = "without open findings" if failing else "with some"
    return f"{lasts} {at(span.since, now)}; the last run {other} was {at(span.before, now)}."


def _span(judged: Sequence[tuple[datetime, State]]) -> Span:
    current = judged[0][1]
    since = judged[0][0]
    for moment, state in judged:
        if state is not current:
            return Span(since, moment)
        since = moment
    return Span(since, None)


def _state(run: Summary, check: str) -> State:
    if run.failed is None or check in (run.unjudged or ()):
        return State.SILENT
    return State.FAILING if check in run.failed else State.IN_ORDER


def _steps(question: Question, report: Report) -> Iterator[Step]:
    result = next((it for it in report.results if it.id == question.check), None)
    if result and result.open_findings:
        yield Step("How do I fix it?", about(question, Kind.FIX))
    yield Step("Why does it matter?", about(question, Kind.EXPLAIN))
    yield Step("What changed?", Changes(report.cluster, run_id=question.run_id))
    yield Step("Run again", Run(report.cluster))
