"""Schedules: the list of them, and what became of one."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import structs

from checks.presentation.prose import ago, counted
from handlers.ports import Cluster
from handlers.render.budget import Row, lines, message, squeezed
from handlers.render.elements import actions, divider, section
from handlers.render.message import Block, Message
from handlers.render.offers import offer
from handlers.render.paging import turn
from handlers.render.parts import cluster_name, enumerated
from handlers.render.selections import said
from handlers.render.text import aged, bold, code, escape, shorten, user
from handlers.request import Asker
from handlers.schedules.intents import Pause, Remove, Replan, Schedules, Trigger
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, Selection
from handlers.schedules.selecting import selected
from handlers.schedules.timing import told

PAGE = 5
"""Schedules of one page; each has four buttons."""
NAMED = 5
"""Clusters that are named of one."""
DETAIL_MOST = 160
BY_MOST = 60
ONE_BYTES = 4_000
TAB_BYTES = 12_000
FILE = "readiness.yaml"
CHANNEL = re.compile("[CG][A-Z0-9]+")
MODES = {
    Mode.DIGEST: "",
    Mode.CHANGES: "only when something changed",
    Mode.ALERTS: "no digest, only alerts",
}
MARKS = {
    Outcome.POSTED: ":white_check_mark:",
    Outcome.UNCHANGED: ":white_check_mark:",
    Outcome.READ: ":white_check_mark:",
    Outcome.HELD: ":hourglass:",
    Outcome.SKIPPED: ":heavy_minus_sign:",
    Outcome.FAILED: ":warning:",
}
EXPLAINED = (Outcome.HELD, Outcome.SKIPPED, Outcome.FAILED)
"""Outcomes whose detail says why; that of others counts clusters, also those that a reader may not see."""


class Shown(NamedTuple):
    """A schedule as somebody sees it: of its clusters those that they may view; `may` is to change it.

    `opens` is when the next digest comes, where the channel is quiet at its time.
    """

    schedule: Schedule
    clusters: Sequence[Cluster]
    next: datetime | None
    last: Fired | None = None
    may: bool = False
    opens: datetime | None = None


class Upcoming(NamedTuple):
    """The schedules that are due next, and how many there are."""

    shown: Sequence[Shown] = ()
    total: int = 0


def listing(shown: Sequence[Shown], total: int, asked: Schedules, now: datetime) -> Message:
    """Return a page of schedules: `shown` are those of the page that was asked for, of `total`."""
    if not total:
        where = f" for {cluster_name(asked.cluster)}" if asked.cluster else ""
        nothing = f"Nothing is scheduled{where} that you may see."
        how = "`/readiness schedule CLUSTER daily 09:00 Europe/Berlin in #CHANNEL` posts a digest every day."
        return message(nothing, [section(f"{nothing}\n{how}")])
    page = turn(range(total), asked.page, PAGE)
    head = [section(f"*Scheduled*  {page.span('schedule')}")]
    turns = page.turns(lambda to: Schedules(asked.cluster, to))
    tail = [actions(*turns)] if turns else []
    rows = list(_rows(shown, now))
    return message(f"{total:,} scheduled", [*head, *lines(rows, head, tail), *tail])


def _rows(shown: Sequence[Shown], now: datetime) -> Iterator[tuple[str, Row]]:
    before: bool | None = None
    for it in shown:
        heading = [] if it.schedule.configured is before else [f"*{_origin(it.schedule)}*"]
        before = it.schedule.configured
        yield "\n".join([*heading, *told_of(it, now)]), changes(it)


def _origin(schedule: Schedule) -> str:
    return f"From {FILE}, which is changed there" if schedule.configured else "Made in Slack"


def told_of(shown: Shown, now: datetime) -> Iterator[str]:
    """Yield the lines of one: when, where, of what, what comes next and what became of the last one."""
    schedule = shown.schedule
    by = f", by {_who(schedule)}" if schedule.user or schedule.by else ""
    yield f"{code(schedule.id)}  {timed(schedule, bold)} in {place(schedule.channel)}{by}"
    yield about(schedule, shown.clusters) + _manner(schedule)
    yield f"{_next(shown, now)} · {_last(shown.last, now)}"


def _manner(schedule: Schedule) -> str:
    quiet = "" if schedule.alerts else "no alerts"
    told_ = ", ".join(filter(None, [MODES[schedule.mode], quiet]))
    return f" · {told_}" if told_ else ""


def _next(shown: Shown, now: datetime) -> str:
    if shown.schedule.paused:
        return ":double_vertical_bar: paused"
    if shown.next is None:
        return "never due again"
    return f"next {moment(shown.next, shown.schedule)} ({ahead(shown.next, now)})"


def _last(fired: Fired | None, now: datetime) -> str:
    if fired is None:
        return "not run yet"
    why = (
        f": {escape(shorten(fired.detail, DETAIL_MOST))}"
        if fired.detail and fired.outcome in EXPLAINED
        else ""
    )
    return f"{MARKS[fired.outcome]} {fired.outcome} {aged(fired.at, now)}{why}"


def timed(schedule: Schedule, shown: Callable[[str], str]) -> str:
    """Return when a schedule is due; the stars of a crontab would be taken for bold."""
    words = told(schedule.timing)
    return code(words) if "*" in words else shown(words)


def moment(when: datetime, schedule: Schedule) -> str:
    """Return a fire time in the zone of its schedule."""
    zone = schedule.timing.zone
    return f"{when.astimezone(ZoneInfo(zone)):%a %d %b %H:%M} {escape(zone)}"


def ahead(when: datetime, now: datetime) -> str:
    """Return how far off a moment is, in its largest unit: `in 14 h`."""
    left = ago(now, when).removesuffix(" ago")
    return "now" if left == "just now" else f"in {left}"


def place(channel: str) -> str:
    """Return where it is posted; direct messages only their two sides can open."""
    if channel.startswith("D"):
        return "direct messages"
    return f"<#{channel}>" if CHANNEL.fullmatch(channel) else code(channel)


def about(schedule: Schedule, clusters: Sequence[Cluster]) -> str:
    """Return which clusters a schedule is about, of `clusters`: those of it that the reader may view."""
    names = [cluster_name(it.name) for it in clusters[:NAMED]]
    others = len(clusters) - len(names)
    named = enumerated([*names, *([f"{others:,} more"] if others else [])])
    rules = _rules(schedule.selection, clusters)
    return f"{' or '.join(rules)} ({counted(len(clusters), 'cluster')}: {named})" if rules else named


def _rules(selection: Selection, clusters: Sequence[Cluster]) -> list[str]:
    """Return how clusters are chosen, where not by their names; nothing that matches none of `clusters`."""
    names = {name for it in clusters for name in (it.name, *it.aliases)}
    matching = [it for it in selection.clusters if selected(Selection((it,)), clusters)]
    patterns = [it for it in matching if it not in names and any(sign in it for sign in "*?")]
    rest = structs.replace(selection, clusters=())
    return said(structs.replace(rest if selected(rest, clusters) else Selection(), clusters=tuple(patterns)))


def changes(shown: Shown) -> list[Block]:
    """Return the buttons of one; none for who may not. One of readiness.yaml can only be run."""
    if not shown.may:
        return []
    schedule = shown.schedule
    run = offer("Run now", Trigger(schedule.id))
    if schedule.configured:
        return [run]
    rest = offer("Resume" if schedule.paused else "Pause", Pause(schedule.id, resume=schedule.paused))
    question = f"Nothing more is posted for {schedule.id}, and it is forgotten."
    remove = offer("Remove", Remove(schedule.id), confirm=question)
    return [rest, run, offer("Edit", Replan(schedule.id)), remove]


def made(shown: Shown, then: datetime | None, *, changed: bool) -> Message:
    """Return what was scheduled just now, or changed; `then` is the fire time after the next."""
    return _one(":calendar:", "Schedule changed" if changed else "Scheduled", shown, _dues(shown, then))


def known(shown: Shown, then: datetime | None) -> Message:
    """Return that the same is scheduled already."""
    extra = (
        f" It is paused: {code(f'resume {shown.schedule.id}')} goes on with it."
        if shown.schedule.paused
        else ""
    )
    where = f" It is written in {FILE}." if shown.schedule.configured else ""
    return _one(
        ":calendar:", "That is scheduled already", shown, f"{_dues(shown, then)}{extra}{where}".strip()
    )


def rested(shown: Shown, then: datetime | None) -> Message:
    """Return that a schedule rests, or goes on."""
    if shown.schedule.paused:
        return _one(":double_vertical_bar:", "Paused", shown, "Nothing is posted until somebody resumes it.")
    return _one(":arrow_forward:", "Goes on", shown, _dues(shown, then))


def triggered(schedule: Schedule) -> Message:
    """Return that a digest is made now, whatever is posted at its times."""
    where = place(schedule.channel)
    text = f"The digest is made now; it comes in {where} when all clusters are read, in 15 minutes at most."
    return message(text, [section(text)])


def removed(shown: Shown, asker: Asker) -> Message:
    """Return that a schedule is gone."""
    return _one(":wastebasket:", "Schedule removed", shown, f"{user(asker.user)} removed it.", buttons=False)


def _one(mark: str, title: str, shown: Shown, more: str, *, buttons: bool = True) -> Message:
    schedule = shown.schedule
    told_ = f"{mark} {bold(title)}  {code(schedule.id)}\n{_sentence(shown)}"
    if buttons and not schedule.paused:
        told_ += _sentences(schedule)
    text = f"{title}: {escape(told(schedule.timing))}"
    block = squeezed("\n".join(filter(None, [told_, more])), ONE_BYTES)
    offers = changes(shown) if buttons else []
    return message(text, [block, *([actions(*offers)] if offers else [])])


def _sentence(shown: Shown) -> str:
    """Return what a schedule is for; one without digests has times only for readings."""
    schedule = shown.schedule
    clusters, when, where = about(schedule, shown.clusters), timed(schedule, escape), place(schedule.channel)
    if schedule.mode is Mode.ALERTS:
        return f"Alerts of {clusters} in {where}, and no digest. Readings are taken {when}."
    return f"A digest of {clusters}, {when}, in {where}."


def _sentences(schedule: Schedule) -> str:
    """Return what is posted when, while it does not rest."""
    if schedule.mode is Mode.ALERTS:
        return " What turns bad, in these readings or others, is told."
    quiet = " Nothing is posted where nothing changed." if schedule.mode is Mode.CHANGES else ""
    alerts = " What turns bad in between is told as well." if schedule.alerts else ""
    return quiet + alerts


def _dues(shown: Shown, then: datetime | None) -> str:
    times = [moment(it, shown.schedule) for it in (shown.next, then) if it]
    readings = "Next reading" if len(times) == 1 else "Next readings"
    what = readings if shown.schedule.mode is Mode.ALERTS else "Next"
    quiet = f" It is quiet there then: it comes {moment(shown.opens, shown.schedule)}." if shown.opens else ""
    return f"{what}: {' and '.join(times)}.{quiet}" if times else ""


def _who(schedule: Schedule) -> str:
    return user(schedule.user) if schedule.user else escape(shorten(schedule.by, BY_MOST))


def section_of(upcoming: Upcoming) -> list[Block]:
    """Return the part of the Home tab: the next ones, with a button to list all of them."""
    shown, total = upcoming
    if not shown:
        return []
    head = [divider(), section(f"*Schedules*  {counted(total, 'schedule')}, the next ones first")]
    tail = [actions(offer("All schedules", Schedules()))]
    rows = [("\n".join(_brief(it)), changes(it)) for it in shown]
    return [*head, *lines(rows, head, tail, most=TAB_BYTES), *tail]


def _brief(shown: Shown) -> Iterator[str]:
    """Yield the lines of one without ages, as a tab stays before somebody."""
    schedule = shown.schedule
    when = f"{timed(schedule, bold)} in {place(schedule.channel)}"
    yield f"{code(schedule.id)}  {when}{_manner(schedule)}"
    due = ":double_vertical_bar: paused" if schedule.paused else ""
    if shown.next and not due:
        due = f"next {moment(shown.next, schedule)}"
    came = f"{MARKS[shown.last.outcome]} {shown.last.outcome}" if shown.last else ""
    yield " · ".join(filter(None, [about(schedule, shown.clusters), due, came]))
