"""What differs from an earlier run."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from checks.model import Delta, DeltaFinding, Report, StatusChange
from handlers.intents import Changes, Fix, Run
from handlers.render.budget import message, share
from handlers.render.elements import actions, section
from handlers.render.glance import change_counts, differs, uncompared
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import (
    SEVERITY_MARKS,
    STATUS_WORDS,
    changed_line,
    check_name,
    cluster_name,
    run_name,
)
from handlers.render.text import aged, cut, weight

PAGE = 12
"""Changes on one page."""
SECTION_LINES = 4
HEADINGS = [section("-" * 100)] * 7
"""More than the sections of a page add to their lines."""


class _Change(NamedTuple):
    """One thing that differs, under its heading; `mark` in place of the severity's."""

    heading: str
    what: DeltaFinding | StatusChange | str
    mark: str = ""


def changes(report: Report, delta: Delta | None, page: int, now: datetime) -> Message:
    """Return what changed, a page at a time: new, resolved, other statuses, what nothing can be said of."""
    name = cluster_name(report.cluster)
    again = offer("Run again", Run(report.cluster))
    if delta is None:
        told = f"There is no earlier run of {name} to compare with; the next one will be compared with this."
        return message(told, [section(told), actions(again)])
    since = f"since {run_name(delta.run_id)}, {aged(delta.since, now)}"
    if not differs(delta):
        beside = uncompared(delta)
        told = f"Nothing changed on {name} {since}{beside and f'; {beside}'}."
        return message(told, [section(told), actions(again)])
    shown = turn(list(_every(delta)), page, PAGE)
    counts = change_counts(delta)
    paged = f"\n{shown.span('change')}" if shown.last > 1 else ""
    head = [section(f"*What changed*  {name}\n{counts}\n{since}{paged}")]
    mend = [offer("How to fix", Fix(report.cluster, run_id=report.run_id))] if delta.new else []
    turns = shown.turns(lambda to: Changes(report.cluster, delta.run_id, report.run_id, to))
    tail = [actions(*turns, *mend, again)]
    sections = _sections(shown.shown, share(len(shown.shown), head, tail, HEADINGS))
    return message(f"{name}: {counts}", [*head, *sections, *tail])


def _every(delta: Delta) -> Iterator[_Change]:
    resolved = f"*Resolved: {len(delta.resolved):,}*"
    yield from (_Change(f"*New: {len(delta.new):,}*", item) for item in delta.new)
    yield from (_Change(resolved, item, ":white_check_mark:") for item in delta.resolved)
    yield from (_Change(f"*Another status: {len(delta.changed):,}*", change) for change in delta.changed)
    unreadable = f"*Not comparable, as one of the two runs could not judge all: {len(delta.unreadable):,}*"
    yield from (_Change(unreadable, check_id) for check_id in delta.unreadable)


def _sections(shown: Sequence[_Change], room: int) -> Iterator[Block]:
    """Yield the changes under their headings, a few lines to a section; each line has so many bytes."""
    for heading, group in groupby(shown, key=lambda change: change.heading):
        same = list(group)
        lines = [cut(_line(change), room, weight) for change in same]
        if isinstance(same[0].what, str):
            yield section(f"{heading}\n{', '.join(lines)}")
            continue
        for start in range(0, len(lines), SECTION_LINES):
            few = lines[start : start + SECTION_LINES]
            yield section("\n".join([heading, *few] if start == 0 else few))


def turned(change: StatusChange) -> str:
    """Return a check with another status on one line."""
    return f"{check_name(change.id)}: {STATUS_WORDS[change.before]} → {STATUS_WORDS[change.after]}"


def _line(change: _Change) -> str:
    match change.what:
        case DeltaFinding() as item:
            return changed_line(item, change.mark or SEVERITY_MARKS[item.severity])
        case StatusChange():
            return turned(change.what)
        case str(check_id):
            return check_name(check_id)
