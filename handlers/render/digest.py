"""The root message of a digest: how the clusters stand, and what became of them since the last one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import NamedTuple

from checks.model import DeltaFinding
from checks.presentation.prose import counted
from handlers.charts import Chart, figures, fleet, trend
from handlers.digest.readings import Digest, Reading
from handlers.intents import Changes, Fix, Show, Waivers
from handlers.render import digest_parts as parts
from handlers.render.acceptances import ending
from handlers.render.budget import Row, fit, message, size, squeezed
from handlers.render.changes import turned
from handlers.render.chart import chart
from handlers.render.elements import context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import SEVERITY_MARKS, cluster_name, more
from handlers.render.standing import STANDING, standings
from handlers.render.text import aged, cut, flat, weight
from handlers.schedules.intents import Schedules

SHOWN = 12
"""Clusters in the message itself: a few more than fit beside everything else."""
TURNED_SHOWN, NEW_SHOWN, RESOLVED_SHOWN, STATUSES_SHOWN, UNREAD_SHOWN, ENDING_SHOWN = 3, 4, 3, 3, 3, 3
HEAD_BYTES, NOTES_BYTES, LINE_BYTES, PART_LINE_BYTES = 700, 600, 450, 300
WORSE_BYTES, MENDED_BYTES, UNREAD_BYTES, ENDING_BYTES = 1_400, 700, 600, 600
LATE_MOST = 200


class Root(NamedTuple):
    """The message, and how many clusters it has no room for."""

    message: Message
    left_out: int


def root(digest: Digest, now: datetime) -> Root:
    """Return a digest: a line a cluster, the gravest first, as far as there is room."""
    readings = parts.by_gravity(digest.readings)
    drawn = _chart(digest, now)
    head = _head(digest, now)
    tail = [
        *(chart(drawn) if drawn else ()),
        *_worse(readings),
        *_mended(readings),
        *_unread(readings, now),
        *_ending(digest, now),
        *parts.buttons(*_offers(digest)),
    ]

    def left_out(number: int) -> Row:
        return [context(f"{more(number, 'cluster').capitalize()}: the thread has all of them.")]

    drawn_rows: list[Row] = [_row(it, now, alone=len(readings) == 1) for it in readings[:SHOWN]]
    # The others are only counted: drawing two hundred takes a while.
    rows = [*drawn_rows, *repeat((), len(readings) - len(drawn_rows))]
    text = f"{parts.spoken(digest)}: {_counts(digest)}" + (f"; {figures(drawn)}" if drawn else "")
    made, shown = fit(text, head, rows, tail, left_out, most=SHOWN)
    return Root(made, len(rows) - shown)


def unchanged(digest: Digest, now: datetime) -> Message:
    """Return that nothing changed: what is said once a week where only changes are told."""
    told = f"{parts.spoken(digest)}: nothing changed"
    return message(told, [*_head(digest, now), *parts.buttons(*_offers(digest))])


def _head(digest: Digest, now: datetime) -> list[Block]:
    """Return the heading and, in small print, what has to be known of the digest itself."""
    lines = f"{parts.heading(digest)}\n{_counts(digest)}"
    notes = "\n".join(filter(None, _notes(digest, now)))
    small = [context(cut(notes, NOTES_BYTES, weight))] if notes else []
    return [section(cut(lines, HEAD_BYTES, weight)), *small]


def _counts(digest: Digest) -> str:
    """Return `2 NOT READY, 1 READY; 3 new findings, 1 resolved`, or `1 READY; nothing changed`."""
    changes = [it.changes for it in digest.readings if it.changes]
    new, resolved = sum(it.new_count for it in changes), sum(it.resolved_count for it in changes)
    found = [counted(new, "new finding")] if new else []
    found += [f"{resolved:,} resolved"] if resolved else []
    found += [] if digest.differs or digest.first else ["nothing changed"]
    stand = ", ".join(standings((it.cluster, it.last) for it in digest.readings))
    return "; ".join(filter(None, [stand, ", ".join(found)]))


def _notes(digest: Digest, now: datetime) -> Iterator[str]:
    """Yield when and how it comes, and what it is compared with; empty ones for what is as usual."""
    changes = [it.changes for it in digest.readings if it.changes]
    since = min((it.before.taken_at for it in changes), default=None)
    uncompared, older = sum(it.uncompared for it in changes), sum(it.older for it in changes)
    yield f":hourglass: {flat(digest.late, LATE_MOST)}" if digest.late else ""
    yield "Asked for by hand, outside its times." if digest.by_hand else ""
    yield "Nothing is remembered of a digest before this one: history starts here." if digest.first else ""
    yield f"Compared with what was read {aged(since, now)}." if since else ""
    yield f"{counted(older, 'cluster')}: compared with the oldest run that is kept." if older else ""
    yield _statuses(digest.readings)
    yield f"{counted(uncompared, 'check')} not comparable: not all could be judged." if uncompared else ""
    yield parts.left_out(digest.left_out)


def _statuses(readings: Sequence[Reading]) -> str:
    """Return the checks with another status of which no finding tells; empty for none."""
    found = [(it, change) for it in readings if it.changes for change in it.changes.turned]
    shown = [
        turned(change) + ("" if len(readings) == 1 else f" on {cluster_name(it.cluster.name)}")
        for it, change in found[:STATUSES_SHOWN]
    ]
    rest = more(len(found) - len(shown), "check")
    return f"With another status: {', '.join([*shown, *([rest] if rest else [])])}." if shown else ""


def _row(reading: Reading, now: datetime, *, alone: bool) -> Row:
    """Return a cluster on a line, with what opens it beside it; alone it has buttons below."""
    button = offer("Show", Show(reading.cluster.name))
    beside = [] if alone or reading.last is None or size([button]) > parts.BUTTON_BYTES else [button]
    return [squeezed(parts.line(reading, now, drawn=not alone), LINE_BYTES + size(beside), *beside)]


def _chart(digest: Digest, now: datetime) -> Chart | None:
    here = now.astimezone(digest.nominal.tzinfo)
    if len(digest.readings) == 1:
        only = digest.readings[0]
        return trend(only.cluster.name, only.past, here)
    return fleet([it.past for it in digest.readings], here)


def _worse(readings: Sequence[Reading]) -> list[Block]:
    fallen = [it for it in readings if _rise(it) < 0]
    found = [(it, new.what) for it in readings if it.changes for new in it.changes.new]
    shown = [(SEVERITY_MARKS[item.severity], it, item) for it, item in _gravest(found, NEW_SHOWN)]
    every = sum(it.changes.new_count for it in readings if it.changes)
    rest = more(every - len(shown), "new finding")
    return _found("Got worse", _turned(fallen), shown, rest, WORSE_BYTES, single=len(readings) == 1)


def _mended(readings: Sequence[Reading]) -> list[Block]:
    risen = [it for it in readings if _rise(it) > 0]
    found = [(it, item) for it in readings if it.changes for item in it.changes.resolved]
    shown = [(":white_check_mark:", it, item) for it, item in _gravest(found, RESOLVED_SHOWN)]
    every = sum(it.changes.resolved_count for it in readings if it.changes)
    rest = more(every - len(shown), "resolved finding")
    return _found("Mended", _turned(risen), shown, rest, MENDED_BYTES, single=len(readings) == 1)


def _gravest(
    found: Sequence[tuple[Reading, DeltaFinding]], most: int
) -> Sequence[tuple[Reading, DeltaFinding]]:
    return sorted(found, key=lambda pair: pair[1].severity.rank)[:most]


def _found(
    title: str,
    turned: Sequence[str],
    shown: Sequence[tuple[str, Reading, DeltaFinding]],
    rest: str,
    room: int,
    *,
    single: bool,
) -> list[Block]:
    """Return verdicts and findings below their title; each finding has its share of what is left for them."""
    left = room - sum(weight(f"{it}\n") for it in (f"*{title}*", *turned, rest) if it)
    most = min(PART_LINE_BYTES, left // max(1, len(shown)) - weight("\n"))
    lines = [parts.found_line(it, item, mark, most, single=single) for mark, it, item in shown]
    return _part(title, [*turned, *lines, rest], room)


def _rise(reading: Reading) -> int:
    """Return by how much a verdict is better than the one told before: below 0 where it is worse."""
    changes = reading.changes
    return STANDING.index(changes.after.verdict) - STANDING.index(changes.before.verdict) if changes else 0


def _turned(readings: Sequence[Reading]) -> list[str]:
    shown = readings[:TURNED_SHOWN]
    return [*map(parts.turned, shown), more(len(readings) - len(shown), "other verdict")]


def _unread(readings: Sequence[Reading], now: datetime) -> list[Block]:
    failed = [it for it in readings if it.why]
    shown = [parts.unread(it, now) for it in failed[:UNREAD_SHOWN]]
    return _part("Could not be read", [*shown, more(len(failed) - len(shown), "cluster")], UNREAD_BYTES)


def _ending(digest: Digest, now: datetime) -> list[Block]:
    shown = [ending(it, now) for it in digest.ending[:ENDING_SHOWN]]
    rest = more(len(digest.ending) - len(shown), "acceptance")
    return _part("Ends within two weeks", [*shown, rest], ENDING_BYTES)


def _part(title: str, lines: Sequence[str], room: int) -> list[Block]:
    """Return lines below their title, so many bytes at most; nothing for none."""
    told = [cut(it, PART_LINE_BYTES, weight) for it in lines if it]
    return [section(cut("\n".join([f"*{title}*", *told]), room, weight))] if told else []


def _offers(digest: Digest) -> Iterator[Block]:
    single = digest.readings[0] if len(digest.readings) == 1 else None
    if single and (last := single.last):
        name, changes = single.cluster.name, single.changes
        yield offer("Show", Show(name))
        if changes and changes.differs:
            yield offer("What changed", Changes(name, changes.before.run_id, last.run_id))
        if last.failing:
            yield offer("How to fix", Fix(name, run_id=last.run_id))
    if digest.ending:
        yield offer("All waived", Waivers(single.cluster.name if single else ""))
    yield offer("Schedules", Schedules())
