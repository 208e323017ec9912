"""The lines of a digest, and what goes into its thread."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from checks.model import DeltaFinding
from checks.presentation.grouping import VERDICTS
from checks.presentation.prose import counted
from handlers.digest.readings import Changes, Digest, New, Reading
from handlers.intents import Changes as Diff
from handlers.intents import Fix
from handlers.render.budget import Row, fit, message, size, squeezed
from handlers.render.elements import actions, context, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.parts import (
    FIX_MOST,
    MESSAGE_MOST,
    SEVERITY_MARKS,
    VERDICT_MARKS,
    check_name,
    cluster_name,
    finding_line,
    more,
    run_name,
)
from handlers.render.selections import said
from handlers.render.standing import gravity, moved, sparkline, way
from handlers.render.text import aged, code, cut, flat, shorten, weight
from handlers.schedules.intents import Replan, Schedules
from handlers.schedules.model import Schedule

CHANNEL = re.compile(r"[CG][A-Z0-9]+")
NAME_MOST = 60
"""Characters of a schedule's name."""
NEW_SHOWN = 5
"""New findings of a cluster in its part of the thread."""
MESSAGE_SHORT = 140
"""Characters of a finding's message where only its line is shown."""
WHY_MOST = 200
REFUSAL_MOST = 400
ROW_BYTES = 1_300
BUTTON_BYTES = 400
"""A name that makes a longer button is left to be typed."""
LINES, LINE_BYTES = 8, 200
"""Of one section of the list of all clusters."""
LISTED, LISTS = 32, 10
"""Clusters in one message of that list, and messages: whoever has more asks for `list`."""


def heading(digest: Digest) -> str:
    """Return what a digest is of, and of which day."""
    return f":calendar: *Digest*  {called(digest.schedule)}  {digest.nominal:%a %d %b}"


def spoken(digest: Digest) -> str:
    """Return the same as a notification reads it."""
    return f"Digest {called(digest.schedule)}, {digest.nominal:%a %d %b}"


def called(schedule: Schedule) -> str:
    """Return what a schedule is called: its name or, made in Slack, what it selects."""
    if schedule.configured:
        return code(shorten(schedule.id, NAME_MOST))
    return ", ".join(said(schedule.selection))


def by_gravity(readings: Iterable[Reading]) -> list[Reading]:
    """Return clusters by verdict, score and name, the worst first."""
    return sorted(readings, key=lambda it: gravity((it.cluster, it.last)))


def buttons(*offered: Block) -> list[Block]:
    """Return a row of those buttons that are no longer than they may be; nothing for none."""
    kept = [button for button in offered if size([button]) <= BUTTON_BYTES]
    return [actions(*kept)] if kept else []


def line(reading: Reading, now: datetime, *, drawn: bool = True) -> str:
    """Return how a cluster stands, and how far that is from what the last digest told."""
    name, last, before = cluster_name(reading.cluster.name), reading.last, reading.changes
    if last is None:
        return f":white_circle: *never checked*  {name}"
    earlier = before.before if before else None
    score = "no score" if last.score is None else f"score {last.score}"
    score += moved(last.score, earlier.score if earlier else None)
    found = counted(last.failing, "open finding") + moved(last.failing, earlier.failing if earlier else None)
    scores = way([*reversed(reading.past)], now).scores if drawn else ()
    told = [f"{VERDICT_MARKS[last.verdict]} *{VERDICTS[last.verdict]}*  {name}  {score}, {found}"]
    told += [sparkline(scores)] if scores else []
    told += [f":warning: as of {aged(last.taken_at, now)}"] if reading.why else []
    return "  ".join(told)


def turned(reading: Reading) -> str:
    """Return a verdict that is another one; empty where it is not."""
    if reading.changes is None:
        return ""
    before, after = reading.changes.before.verdict, reading.changes.after.verdict
    name = cluster_name(reading.cluster.name)
    return f"{VERDICT_MARKS[after]} {name}: {VERDICTS[before]} → {VERDICTS[after]}" if before != after else ""


def found_line(reading: Reading, item: DeltaFinding, mark: str, most: int, *, single: bool) -> str:
    """Return a finding on one line; of several clusters, with the one it is on.

    Of what costs more than so many bytes its own words are cut: the check and the cluster stay.
    """
    on = "" if single else f" on {cluster_name(reading.cluster.name)}"
    where = f" {check_name(item.id)}{on}"
    found = f"{mark} {finding_line(item.finding, MESSAGE_SHORT)}"
    return f"{cut(found, most - weight(where), weight)}{where}"


def unread(reading: Reading, now: datetime) -> str:
    """Return why a cluster could not be read, and of when its last reading is."""
    last = f"last read {aged(reading.last.taken_at, now)}" if reading.last else "never read"
    return f":warning: {cluster_name(reading.cluster.name)}: {flat(reading.why, WHY_MOST)}; {last}"


def new(name: str, changes: Changes, now: datetime) -> Message:
    """Return what is new on a cluster, the gravest first, each with its fix."""
    count = counted(changes.new_count, "new finding")
    told = f"*{count}*  {cluster_name(name)}\nsince {run_name(changes.before.run_id)}, "
    head = [section(f"{told}{aged(changes.before.taken_at, now)}")]
    run_id = changes.after.run_id
    tail = buttons(
        offer("How to fix", Fix(name, run_id=run_id)),
        offer("Show all", Diff(name, changes.before.run_id, run_id)),
    )

    def left_out(number: int) -> Row:
        unshown = changes.new_count - len(changes.new) + number
        return [context(f"{more(unshown, 'new finding').capitalize()}.")]

    rows = [[section(cut(_new(it), ROW_BYTES, weight))] for it in changes.new]
    return fit(f"{count} on {cluster_name(name)}", head, rows, tail, left_out, most=NEW_SHOWN)[0]


def _new(found: New) -> str:
    item = found.what
    mark = f"{SEVERITY_MARKS[item.severity]} {item.severity}"
    fix = flat(found.fix, FIX_MOST)
    lines = [
        f"{mark}  {finding_line(item.finding, MESSAGE_MOST)} {check_name(item.id)}",
        fix and f"Fix: {fix}",
    ]
    return "\n".join(filter(None, lines))


def more_clusters(rest: Sequence[Changes]) -> Message:
    """Return how many more clusters have new findings."""
    number = sum(changes.new_count for changes in rest)
    told = f"And {counted(number, 'new finding')} on {counted(len(rest), 'more cluster')}."
    return message(told, [section(told)])


def listing(digest: Digest, now: datetime) -> Iterator[Message]:
    """Yield every cluster on a line, the gravest first, in as many messages as that takes."""
    every = by_gravity(digest.readings)
    shown = every[: LISTED * LISTS]
    for start in range(0, len(shown), LISTED):
        few = shown[start : start + LISTED]
        told = [cut(line(it, now, drawn=False), LINE_BYTES, weight) for it in few]
        rows = [section("\n".join(told[at : at + LINES])) for at in range(0, len(told), LINES)]
        rest = len(every) - start - len(few)
        is_last = start + len(few) == len(shown) and rest
        end = [context(f"{more(rest, 'cluster').capitalize()}: `list` shows all.")] if is_last else []
        first, last = start + 1, start + len(few)
        text = f"Clusters {first:,} to {last:,} of {len(every):,}, the worst first"
        yield message(text, [context(text), *rows, *end])


def unposted(schedule: Schedule, why: str, hint: str) -> Message:
    """Return to whoever made a schedule that its digest cannot be posted."""
    where = f" in <#{schedule.channel}>" if CHANNEL.fullmatch(schedule.channel) else ""
    told = f"The digest of {called(schedule)} is not posted{where}: {flat(why, REFUSAL_MOST)}."
    todo = f"What to do: {flat(hint, REFUSAL_MOST)}" if hint else ""
    lines = "\n".join(filter(None, [f":warning: {told}", todo, "It is tried again at its next time."]))
    offers = buttons(offer("Edit", Replan(schedule.id)), offer("Schedules", Schedules()))
    return message(told, [squeezed(lines, 4 * ROW_BYTES), *offers])


def left_out(number: int) -> str:
    """Return of how many clusters a schedule tells no more; empty for none."""
    if not number:
        return ""
    return f"{counted(number, 'cluster')} left out: not there any more, or not for whoever made the schedule."
