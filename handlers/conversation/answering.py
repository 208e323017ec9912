"""From a question about a cluster to a short answer, out of the stored reports."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from checks.delta import delta
from checks.errors import UsageError
from checks.model import Delta, Report
from checks.presentation.ages import moment
from checks.presentation.prose import ago
from handlers.charts import DAYS
from handlers.conversation.answers.changes import changes, no_run_since
from handlers.conversation.answers.compare import compare
from handlers.conversation.answers.explain import explain
from handlers.conversation.answers.findings import which
from handlers.conversation.answers.fix import fix
from handlers.conversation.answers.history import history
from handlers.conversation.answers.owner import owner
from handlers.conversation.answers.summary import summary
from handlers.conversation.answers.words import code, sentence
from handlers.conversation.phrases import spoken
from handlers.conversation.reply import Reply, Step
from handlers.intents import Guess, Kind, Meant, Question
from handlers.ports import Reports

OLD = timedelta(days=1)
"""An older report says so before anything else."""
STEPS = 5
LARGE = 1_000
"""Findings from which an answer is made in a thread."""
OF_ONE_REPORT: Mapping[Kind, Callable[[Question, Report], Reply]] = {
    Kind.SUMMARY: summary,
    Kind.EXPLAIN: explain,
    Kind.FIX: fix,
    Kind.LIST: which,
    Kind.OWNER: owner,
}


async def reply(asked: Question, reports: Reports, now: datetime, doubts: Sequence[Meant] = ()) -> Reply:
    """Answer a question, or what is likely one: `doubts` are what may have been meant instead.

    Raises `UsageError` where there is no report to answer it from.
    """
    report = await _report(reports, asked.cluster, asked.run_id)
    made = await _answer(asked, report, reports, now)
    newest = await reports.latest(asked.cluster) if asked.run_id else report
    dated = _dated(made, asked, report, newest or report, now)
    return _guessed(dated, asked, doubts) if doubts else dated


def taken(guess: Guess) -> Reply:
    """Say what words are taken for that are no question, and offer what else may have been meant."""
    return _guessed(Reply(told=""), guess.intent, guess.doubts)


async def _report(reports: Reports, cluster: str, run_id: str = "") -> Report:
    found = await reports.report(cluster, run_id) if run_id else await reports.latest(cluster)
    if found is None:
        missing = f"{cluster} has no run {run_id}" if run_id else f"nothing is remembered of {cluster} yet"
        raise UsageError(missing, f"check {cluster} first")
    return found


async def _answer(question: Question, report: Report, reports: Reports, now: datetime) -> Reply:
    match question.kind:
        case Kind.CHANGES:
            return await _changes(question, report, reports, now)
        case Kind.COMPARE:
            return await _compare(question, report, reports, now)
        case Kind.HISTORY:
            runs = await reports.history(report.cluster)
            return history(question, report, runs, now, _days(question.since, now))
        case Kind.SUMMARY if question.check:  # one check has no sum
            return await _aside(report, lambda: explain(question, report))
        case kind:
            return await _aside(report, lambda: OF_ONE_REPORT[kind](question, report))


async def _aside(report: Report, make: Callable[[], Reply]) -> Reply:
    """Make an answer; of very many findings in a thread, where it delays nobody's acknowledgement."""
    large = sum(len(result.findings) for result in report.results) >= LARGE
    return await asyncio.to_thread(make) if large else make()


async def _changes(question: Question, report: Report, reports: Reports, now: datetime) -> Reply:
    """Compare with the run before, or with that of a moment or an id; without one that old, the oldest."""
    since = moment(question.since, now)
    if since is None:
        earlier = await _report(reports, report.cluster, question.since) if question.since else None
        return await _aside(report, lambda: changes(question, report, _between(earlier, report), now))
    if since >= report.taken_at:
        return no_run_since(report, since, now)
    found = await reports.before(report.cluster, since) or await reports.oldest(report.cluster)
    before = found if found and found.taken_at < report.taken_at else None
    alone = structs.replace(report, delta=None)
    made = await _aside(report, lambda: changes(question, report, _between(before, alone), now))
    if before and before.taken_at > since:
        return structs.replace(made, note=f"That is the oldest run that is kept. {made.note}".strip())
    return made


def _between(earlier: Report | None, report: Report) -> Delta | None:
    """Return what changed since an earlier report; without one, what the report itself says."""
    return delta(earlier, report) if earlier else report.delta


async def _compare(question: Question, report: Report, reports: Reports, now: datetime) -> Reply:
    if not question.other:
        raise UsageError(
            f"with which cluster is {report.cluster} to be compared?", "name the other one as well"
        )
    other = await _report(reports, question.other)
    made = await _aside(report, lambda: compare(question, report, other))
    age = f"{code(other.cluster)} was read {ago(other.taken_at, now)}."
    return structs.replace(made, note=f"{age} {made.note}".strip())


def _guessed(made: Reply, meant: Meant, doubts: Sequence[Meant]) -> Reply:
    others = [Step(spoken(other), other) for other in doubts]
    told = f"I take this as: {sentence(spoken(meant))} {made.told}".strip()
    return structs.replace(made, told=told, steps=(*others, *made.steps)[:STEPS])


def _days(since: str, now: datetime) -> int:
    """Return over how many days a trend is wanted, at least one."""
    begin = moment(since, now)
    return max(1, (now - begin).days) if begin else DAYS


def _dated(made: Reply, question: Question, report: Report, newest: Report, now: datetime) -> Reply:
    """Say how old the report is, first of all where it is old, and that it is not whole or not the newest."""
    read = ago(report.taken_at, now)
    old = now - report.taken_at > OLD
    notes = [f"Read {read}, run {code(report.run_id)}."]
    steps = made.steps
    if report.partial:
        notes.append("Only some of the checks were asked for.")
    if newest.run_id != report.run_id:
        notes.append(f"There is a newer report, read {ago(newest.taken_at, now)}.")
        steps = (Step("Ask the newest report", structs.replace(question, run_id="")), *steps)
    return structs.replace(
        made,
        told=f"As of {read}: {made.told}" if old else made.told,
        note=" ".join(filter(None, [*notes, made.note])),
        steps=steps[:STEPS],
    )
