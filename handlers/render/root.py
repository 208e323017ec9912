"""The one message of a run: posted at once, edited as the run goes, then the report at a glance."""

from collections.abc import Sequence
from datetime import datetime

from checks.model import Report
from checks.presentation.prose import counted
from handlers.intents import Changes, Export, Filters, Fix, Run, Show, Waive
from handlers.ports import Progress, State
from handlers.render import glance
from handlers.render.budget import Row, fit, message
from handlers.render.elements import actions, context, section
from handlers.render.filtered import filtered
from handlers.render.filtered import remark as hidden
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import asked_by, cluster_name, more, run_name, spoken, state, worst
from handlers.render.text import escape, flat

WORST_SHOWN = 3
ERROR_MOST = 600
BAR = 12
"""Characters of the bar of progress."""


def waiting(cluster: str, progress: Progress | None, last: Report | None, now: datetime) -> Message:
    """Return the message while a run is under way, above the earlier state where there is one."""
    blocks = [
        section(f":hourglass_flowing_sand: *Checking*  {cluster_name(cluster)}\n{_step(progress, now)}"),
        *_earlier(last, now),
    ]
    askers = asked_by(progress.askers) if progress else ""
    return message(f"Checking {cluster_name(cluster)}", [*blocks, *([context(askers)] if askers else [])])


def _step(progress: Progress | None, now: datetime) -> str:
    """Return how far a run is, in words and as a bar.

    An edit is left out now and then: the age lets another one follow.
    """
    if progress is None or (progress.state is State.QUEUED and not (progress.unserved or progress.waits)):
        return "waiting for a worker"
    seconds = max(0, int((now - progress.asked).total_seconds()))
    elapsed = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
    if progress.unserved:
        begins = "begins" if progress.state is State.QUEUED else "is begun again"
        name = cluster_name(progress.cluster)
        return f"no worker serves {name} just now: it {begins} when one is back. Asked {elapsed} ago"
    if progress.waits:
        return f"waiting for a place, {elapsed}"
    if progress.state is State.READING:
        done = f"reading: {progress.reads:,} of {counted(progress.reads_total, 'read')}"
        words = f"{done}, {counted(progress.objects, 'object')}, {elapsed}"
        share = _share(progress.reads, progress.reads_total)
    else:
        done = f"judging: {progress.checks:,} of {counted(progress.checks_total, 'check')}"
        words = f"{done}, {counted(progress.objects, 'object')} read, {elapsed}"
        share = _share(progress.checks, progress.checks_total)
    filled = round(BAR * share)
    again = f"\nInterrupted, and begun again: attempt {progress.attempts}" if progress.attempts > 1 else ""
    return f"`{'█' * filled}{'░' * (BAR - filled)}`  {words}{again}"


def _share(done: int, total: int) -> float:
    return min(1.0, done / total) if total else 0.0


def _earlier(last: Report | None, now: datetime) -> list[Block]:
    """Return the state that was known before, marked as such."""
    if last is None:
        return []
    shown = offer("Show the last report", Show(last.cluster))
    return [section(f"Earlier: {state(last, now)}", shown)]


def failed(
    cluster: str, error: str, hint: str, last: Report | None, askers: Sequence[str], now: datetime
) -> Message:
    """Return the message of a run that came to nothing: why, what to do, and what is known all the same."""
    why = flat(error, ERROR_MOST) or "no reason was given"
    told = [f":warning: *Not checked*  {cluster_name(cluster)}", why]
    todo = flat(hint, ERROR_MOST)
    blocks = [
        section("\n".join([*told, f"What to do: {todo}"] if todo else told)),
        *_earlier(last, now),
        actions(offer("Try again", Run(cluster), primary=True)),
    ]
    by = asked_by(askers)
    return message(f"Not checked: {cluster_name(cluster)}, {why}", [*blocks, *([context(by)] if by else [])])


def final(
    report: Report,
    filters: Filters,
    askers: Sequence[str],
    now: datetime,
    *,
    stored: bool = False,
    remark: str = "",
) -> Message:
    """Return the report at a glance; the rest is in the thread, or behind a button.

    `stored` tells of a report that was not made just now. `remark` is a sentence about the answer.
    """
    kept = filtered(report, filters)
    failing = list(worst(kept.results))
    notice = " ".join(filter(None, [escape(remark), hidden(report, kept, filters)]))
    head = [*glance.head(kept, now, notice, stored=stored), *([section("*Worst first*")] if failing else [])]
    foot = " · ".join(filter(None, [asked_by(askers), run_name(report.run_id)]))
    tail = [*glance.rest(kept, now), actions(*_offers(kept, filters)), context(foot)]

    def left_out(number: int) -> Row:
        return [context(f"{more(number, 'failing check').capitalize()}")]

    rows = [[glance.failure(result)] for result in failing]
    return fit(spoken(report), head, rows, tail, left_out, most=WORST_SHOWN)[0]


def _offers(kept: Report, filters: Filters) -> list[Block]:
    """Return what can be done next; what there is nothing of is not offered."""
    name, run_id = kept.cluster, kept.run_id
    changed = kept.delta is not None and glance.differs(kept.delta)
    failing = sum(len(result.open_findings) for result in worst(kept.results))
    every = Show(name, filters, run_id)
    return [
        *([offer("How to fix", Fix(name, run_id=run_id), primary=True)] if failing else []),
        *([offer(f"All {failing:,} findings", every)] if failing > 1 else []),
        *([offer("What changed", Changes(name, run_id=run_id))] if changed else []),
        *([offer("Waive", Waive(name, run_id=run_id))] if failing else []),
        offer("Full report", Export(name, run_id=run_id)),
        offer("Run again", Run(name, filters)),
    ]
