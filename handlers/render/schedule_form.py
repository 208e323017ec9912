"""The form of a schedule, filled in with what was said. See `schedule_submission` for what comes of it."""

import json
import re
from collections.abc import Iterator, Sequence
from glob import escape
from typing import NamedTuple

import msgspec
from msgspec import structs

from checks.presentation.prose import counted
from handlers.grammar import to_command
from handlers.ports import Cluster
from handlers.render.budget import message
from handlers.render.elements import VALUE_MOST as COMMAND_MOST
from handlers.render.elements import actions, context, section
from handlers.render.inputs import (
    METADATA_MOST,
    OPTIONS_MOST,
    VALUE_MOST,
    box,
    channel_menu,
    modal,
    option,
    plain_menu,
    several_menu,
    submittable,
    text_input,
    time_input,
)
from handlers.render.message import Block, Form, Message
from handlers.render.offers import offer
from handlers.render.schedule_submission import (
    ALERTS,
    AT,
    CHANNEL,
    DAYS,
    EVERY,
    FREE,
    FREE_MOST,
    LONG,
    MODE,
    SCHEDULE,
    WHEN,
    WHICH,
    ZONE,
    ZONE_MOST,
    When,
)
from handlers.request import Asker
from handlers.schedules.crontab import WEEK
from handlers.schedules.intents import Plan, Replan
from handlers.schedules.model import Mode, Schedule, Selection, Timing
from handlers.schedules.timing import told

USUAL = Timing(cron="0 9 * * mon-fri")
WHENS = {
    When.DAILY: "Every day",
    When.WEEKDAYS: "Monday to Friday",
    When.DAYS: "On some days of the week",
    When.FREE: "At an interval, or by a crontab",
}
DAY_NAMES = dict(
    zip(WEEK, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
MODES = {
    Mode.DIGEST: "Every time",
    Mode.CHANGES: "Only when something changed",
    Mode.ALERTS: "Never: only alerts",
}
DAILY = re.compile(r"(?P<minute>\d+) (?P<hour>\d+) \* \* (?P<days>\S+)")


class Picked(NamedTuple):
    """A timing as the fields have it."""

    when: When
    time: str = "09:00"
    days: Sequence[str] = ()
    free: str = ""


def form(plan: Plan, clusters: Sequence[Cluster], asker: Asker) -> Form:
    """Return the form of a new schedule. `clusters` are those that the asker may schedule: at least one."""
    return _form("Schedule a digest", "Schedule", plan, clusters, asker)


def change(schedule: Schedule, clusters: Sequence[Cluster], asker: Asker) -> Form:
    """Return the form of a schedule that was made in Slack, filled in."""
    plan = Plan(
        schedule.selection, schedule.timing, schedule.channel, schedule.mode, schedule.alerts, schedule.id
    )
    return _form("Edit a schedule", "Save", plan, clusters, asker)


def unopened(intent: Plan | Replan) -> Message:
    """Return a button for a form: Slack opens one only within three seconds of a click."""
    if isinstance(intent, Plan) and len(to_command(intent)) > COMMAND_MOST:
        intent = Plan(Selection(), intent.timing, intent.channel, intent.mode, intent.alerts, intent.id)
    text = "The form of the schedule is ready. Nothing is scheduled before you submit it."
    return message(text, [section(text), actions(offer("Open the form", intent))])


def _form(title: str, submit: str, plan: Plan, clusters: Sequence[Cluster], asker: Asker) -> Form:
    origin = {"channel": asker.channel, "thread_ts": asker.thread_ts, "response_url": asker.response_url}
    long = _long(plan.selection)
    kept = {"id": plan.id} if plan.id else {}
    kept |= {"long": msgspec.to_builtins(long)} if long != Selection() else {}
    metadata = json.dumps(origin | kept)
    if len(metadata) > METADATA_MOST:
        return modal(title, [section("This form cannot be opened here: use the command.")])
    fields = [*_which(plan.selection, clusters), *_times(plan.timing or USUAL), *_what(plan)]
    return submittable(title, fields, callback_id=SCHEDULE, submit=submit, metadata=metadata)


def _which(selection: Selection, clusters: Sequence[Cluster]) -> Iterator[Block]:
    """Yield the menu of clusters: what is asked for first, then all that fits."""
    said = list(_said(selection, clusters))
    others = [option("Every cluster", EVERY, "and those that come later")]
    environments = dict.fromkeys(it.environment for it in clusters if it.environment)
    others += [_rule(Selection(environment=name)) for name in environments]
    others += [_cluster(it.name) for it in clusters]
    once = {it["value"]: it for it in (*said, *others) if len(it["value"]) <= VALUE_MOST}
    offered = list(once.values())[:OPTIONS_MOST]
    chosen = [it for it in offered if it["value"] in {one["value"] for one in said}]
    yield several_menu(WHICH, "Which clusters", offered, chosen)
    if left := len(others) + len(said) - len(offered) - _twice(said, others):
        told_ = "the command takes patterns and labels too"
        yield context(f"{counted(left, 'cluster')} did not fit here: {told_}.")


def _twice(said: Sequence[Block], others: Sequence[Block]) -> int:
    return len({it["value"] for it in said} & {it["value"] for it in others})


def _cluster(name: str) -> Block:
    return option(name, f"cluster {escape(name)}")


def _said(selection: Selection, clusters: Sequence[Cluster]) -> Iterator[Block]:
    """Yield the options of what is selected already."""
    names = {escape(it.name): it.name for it in clusters}
    if (long := _long(selection)) != Selection():
        told_ = ", ".join(
            filter(None, [*long.clusters, long.environment, *map("=".join, long.labels.items())])
        )
        yield option(told_, LONG, "as it is at present")
    for pattern in selection.clusters:
        if pattern == "*":
            yield option("Every cluster", EVERY, "and those that come later")
        else:
            yield option(names.get(pattern, pattern), f"cluster {pattern}")
    if selection.environment or selection.labels:
        yield _rule(Selection((), selection.environment, selection.labels))


def _long(selection: Selection) -> Selection:
    """Return what is selected already by words too long for the value of an option."""
    patterns = tuple(it for it in selection.clusters if len(f"cluster {it}") > VALUE_MOST)
    ruled = Selection((), selection.environment, selection.labels)
    ruled = ruled if len(_rule(ruled)["value"]) > VALUE_MOST else Selection()
    return structs.replace(ruled, clusters=patterns)


def _rule(selection: Selection) -> Block:
    """Return the option of an environment, of labels, or of both at once."""
    words = [selection.environment, *(f"{key}={value}" for key, value in selection.labels.items())]
    by = "by environment and labels" if selection.labels else "by environment"
    rule = json.dumps(msgspec.to_builtins(selection), separators=(",", ":"))
    return option(f"All of {' '.join(filter(None, words))}", f"rule {rule}", by)


def _times(timing: Timing) -> Iterator[Block]:
    picked = _picked(timing)
    whens = {when: option(text, when) for when, text in WHENS.items()}
    yield plain_menu(WHEN, "When", list(whens.values()), whens[picked.when])
    yield time_input(AT, "At", picked.time, hint="Not for an interval or a crontab.")
    days = {day: option(name, day) for day, name in DAY_NAMES.items()}
    chosen = [days[day] for day in picked.days]
    only = f"Only for: {WHENS[When.DAYS]}."
    yield several_menu(DAYS, "On which days", list(days.values()), chosen, optional=True, hint=only)
    hint = "Where that is chosen above: 4h, 30m, or 0 9 1 * *. At least 5 minutes apart."
    yield text_input(FREE, "Interval or crontab", picked.free, most=FREE_MOST, hint=hint, optional=True)
    yield text_input(ZONE, "Time zone", timing.zone, most=ZONE_MOST, hint="Such as Europe/Berlin or UTC.")


def _picked(timing: Timing) -> Picked:
    """Return the fields of a timing."""
    match = DAILY.fullmatch(timing.cron)
    if timing.every:
        return Picked(When.FREE, free=told(Timing(every=timing.every)).removeprefix("every "))
    if not match:
        return Picked(When.FREE, free=timing.cron)
    time = f"{int(match['hour']):02}:{int(match['minute']):02}"
    if match["days"] == "*":
        return Picked(When.DAILY, time)
    if match["days"] == "mon-fri":
        return Picked(When.WEEKDAYS, time)
    return Picked(When.DAYS, time, list(_days(match["days"])))


def _days(text: str) -> Iterator[str]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from WEEK[WEEK.index(first) : WEEK.index(last or first) + 1]


def _what(plan: Plan) -> Iterator[Block]:
    hint = "I have to be in it: /invite me first."
    channel = "" if plan.channel.startswith("#") else plan.channel
    yield channel_menu(CHANNEL, "Where", channel, hint)
    modes = {mode: option(text, mode) for mode, text in MODES.items()}
    yield plain_menu(MODE, "Post a digest", list(modes.values()), modes[plan.mode])
    only = option("Tell what turns bad in between", "alerts")
    yield box(ALERTS, "Alerts", only, ticked=plan.alerts)
