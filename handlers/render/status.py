"""How the bot itself is."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from checks.presentation.prose import ago, counted
from handlers.condition import CONNECTING, PATIENCE, Condition, Planned, Process, Served, waited
from handlers.render.budget import message, share, squeezed
from handlers.render.message import Message
from handlers.render.parts import cluster_name
from handlers.render.text import code, escape, flat, shorten, when
from handlers.schedules.model import Outcome
from handlers.schedules.ports import Line

T = TypeVar("T")

SHOWN = 10
"""Lines of one kind; the rest is counted."""
NAMED = 5
"""Clusters on one line."""
NAME_MOST = 60
SENTENCE_MOST = 240
GOOD, BAD = ":white_check_mark:", ":warning:"
OUTCOMES = {Outcome.FAILED: BAD}


def status(found: Condition) -> Message:
    """Return it: what is wrong first, with what to do, then everybody and everything."""
    parts = [
        _head(found),
        _part("Bots", found.processes, lambda it: it.bot, lambda it: _bot(it, found.at)),
        _part("Workers", found.processes, lambda it: it.worker, lambda it: _worker(it, found.at)),
        _clusters(found.clusters),
        _part("Queues", found.lines, _any, lambda it: _line(it, found.at)),
        _part("Schedules", found.schedules, _any, lambda it: _planned(it, found.at)),
    ]
    said = [part for part in parts if part]
    room = share(len(said))
    return message(_sum(found), [squeezed(part, room) for part in said])


def _sum(found: Condition) -> str:
    wrong = len(found.problems)
    return f"{counted(wrong, 'thing')} {'is' if wrong == 1 else 'are'} wrong" if wrong else "All is well"


def _head(found: Condition) -> str:
    lines = [f"{BAD if found.problems else GOOD} *{_sum(found)}*"]
    for problem in found.problems[:SHOWN]:
        lines.append(f"• {_upper(flat(problem.what, SENTENCE_MOST))}")
        lines.append(f"   What to do: {flat(problem.todo, SENTENCE_MOST)}")
    return "\n".join([*lines, *_rest(len(found.problems))])


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _any(_: object) -> bool:
    return True


def _part(title: str, items: Iterable[T], wanted: Callable[[T], bool], line: Callable[[T], str]) -> str:
    """Return a title and a line for each; empty where there is nothing."""
    chosen = [item for item in items if wanted(item)]
    if not chosen:
        return ""
    return "\n".join([f"*{title}*", *map(line, chosen[:SHOWN]), *_rest(len(chosen))])


def _rest(number: int) -> list[str]:
    return [f"and {number - SHOWN:,} more"] if number > SHOWN else []


def _bot(bot: Process, now: datetime) -> str:
    if not bot.socket:
        hears = "hears Slack over HTTP"
    elif bot.connected:
        hears = f"connected to Slack since {when(bot.connected)}"
    elif now - bot.started <= CONNECTING:
        hears = "connecting to Slack"
    else:
        hears = f"{BAD} not connected to Slack"
    return f"{_process(bot, now)}, {hears}"


def _worker(worker: Process, now: datetime) -> str:
    pool = f"pool {_code(worker.pool)}: " if worker.pool else ""
    return f"{_process(worker, now)}\n   {pool}{_names(worker.clusters)}"


def _process(process: Process, now: datetime) -> str:
    mark = BAD if process.silent else GOOD
    where = f"{_code(process.host)} (process {process.pid}), " if process.host else ""
    seconds = (now - process.beat).total_seconds()
    beat = f"silent for {seconds:.0f} s" if process.silent else "alive"
    version = f"version {escape(shorten(process.version, NAME_MOST))}"
    return f"{mark} {where}{version}, up since {when(process.started)}, {beat}"


def _clusters(clusters: Sequence[Served]) -> str:
    if not clusters:
        return ""
    alone = [it.cluster.name for it in clusters if not it.served]
    lines = [f"{GOOD} {counted(len(clusters) - len(alone), 'cluster')} with a worker"]
    if alone:
        lines.append(f"{BAD} {counted(len(alone), 'cluster')} without one: {_names(alone)}")
    return "\n".join(["*Clusters*", *lines])


def _line(line: Line, now: datetime) -> str:
    mark = BAD if line.oldest and now - line.oldest > PATIENCE else GOOD
    oldest = f", the oldest for {waited(line.oldest, now)}" if line.oldest else ""
    counts = f"{line.running:,} running, {line.waiting:,} waiting, {line.later:,} for later"
    return f"{mark} {_code(line.name)}: {counts}{oldest}"


def _planned(planned: Planned, now: datetime) -> str:
    schedule, last = planned.schedule, planned.last
    mark = (OUTCOMES.get(last.outcome, GOOD) if last else GOOD) if not schedule.paused else ":pause_button:"
    ended = f"{last.outcome} {ago(last.at, now)}" if last else "not due yet"
    if schedule.paused:
        coming = "paused"
    else:
        coming = f"next {when(planned.next)}" if planned.next else "never due again"
    return f"{mark} {_code(schedule.id)}: {ended}, {coming}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(map(cluster_name, names[:NAMED])) + more if names else "no cluster"


def _code(text: str) -> str:
    return code(shorten(text, NAME_MOST)) or "-"
