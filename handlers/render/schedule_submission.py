"""What a submitted form of a schedule says, and what is wrong with it."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from msgspec import structs

from checks.errors import UsageError
from checks.presentation.prose import plain
from handlers.render.text import shorten
from handlers.schedules.intents import Plan
from handlers.schedules.model import Mode, Selection, Timing
from handlers.schedules.timing import read as timed
from handlers.schedules.zones import zone as zone_named

SCHEDULE = "schedule"
"""The callback_id."""
WHICH, WHEN, AT, DAYS, FREE, ZONE = "which", "when", "at", "days", "free", "zone"
CHANNEL, MODE, ALERTS = "channel", "mode", "alerts"
"""The fields, by their block_ids."""
EVERY = "every"
"""What stands for every cluster."""
LONG = "long"
"""What stands for all that was selected in words too long for an option: they are in the metadata."""
FREE_MOST, ZONE_MOST = 100, 60
PROBLEM_MOST = 300
INTERVAL = re.compile(r"\d+ *[a-zA-Z]+")


class When(StrEnum):
    """How it is said when something is due."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    DAYS = "days"
    FREE = "free"


class Wrong(Exception):
    """A field cannot be as it is; `why` is for people."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


class Submitted(NamedTuple):
    """What a form asks for, or what is wrong with it: block_id → sentence."""

    plan: Plan | None
    problems: Mapping[str, str]


def read(view: Mapping[str, Any]) -> Submitted:
    """Return what a form says; all that is wrong with it is told at once."""
    values = (view.get("state") or {}).get("values") or {}
    origin = json.loads(view.get("private_metadata") or "{}")
    problems: dict[str, str] = {}
    selection, timing, mode = Selection(), Timing(), Mode.DIGEST
    alerts = bool(_field(values, ALERTS).get("selected_options"))
    channel = str(_field(values, CHANNEL).get("selected_conversation") or "")
    try:
        selection = _selection(values, msgspec.convert(origin.get("long", {}), Selection))
    except Wrong as wrong:
        problems[wrong.field] = wrong.why
    try:
        timing = _timing(values)
        if not origin.get("id"):
            _unused(values)
    except Wrong as wrong:
        problems[wrong.field] = wrong.why
    if not channel:
        problems[CHANNEL] = "Choose a channel"
    chosen = _chosen(values, MODE)
    if chosen in set(Mode):
        mode = Mode(chosen)
    if mode is Mode.ALERTS and not alerts:
        problems[MODE] = "Without alerts nothing would be posted: choose a digest, or tick the box below"
    if problems:
        return Submitted(None, problems)
    return Submitted(Plan(selection, timing, channel, mode, alerts, origin.get("id", "")), {})


def _field(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the state of a field, whose block and element have one name."""
    return (values.get(name) or {}).get(name) or {}


def _chosen(values: Mapping[str, Any], name: str) -> str:
    return str((_field(values, name).get("selected_option") or {}).get("value") or "")


def _all(values: Mapping[str, Any], name: str) -> list[str]:
    return [str(it.get("value") or "") for it in _field(values, name).get("selected_options") or ()]


def _text(values: Mapping[str, Any], name: str) -> str:
    return str(_field(values, name).get("value") or "").strip()


def _selection(values: Mapping[str, Any], long: Selection) -> Selection:
    patterns: list[str] = []
    rules: list[Selection] = []
    for value in _all(values, WHICH):
        kind, _, rest = value.partition(" ")
        if kind == EVERY:
            patterns.append("*")
        elif kind == LONG:
            patterns += long.clusters
            rules += [long] if long.environment or long.labels else []
        elif kind == "cluster" and rest:
            patterns.append(rest)
        elif kind == "rule":
            rules.append(msgspec.json.decode(rest, type=Selection))
    if len(rules) > 1:
        raise Wrong(WHICH, "One environment only: choose the clusters of another by name")
    if not (patterns or rules):
        raise Wrong(WHICH, "Choose at least one cluster")
    return structs.replace(rules[0] if rules else Selection(), clusters=tuple(patterns))


def _timing(values: Mapping[str, Any]) -> Timing:
    try:
        zone = zone_named(_text(values, ZONE))
    except UsageError as error:
        raise Wrong(ZONE, problem(error)) from None
    field, words = _words(values)
    try:
        return timed(words, zone)
    except UsageError as error:
        raise Wrong(field, problem(error)) from None


def _words(values: Mapping[str, Any]) -> tuple[str, str]:
    """Return a timing as it would be typed, and the field to blame where that is wrong."""
    when, at = _chosen(values, WHEN), str(_field(values, AT).get("selected_time") or "")
    if when == When.FREE:
        free = _text(values, FREE)
        if not free:
            raise Wrong(FREE, "Write an interval such as 4h, or a crontab such as 0 9 1 * *")
        return FREE, f"every {free}" if INTERVAL.fullmatch(free) else free
    if not at:
        raise Wrong(AT, "Choose a time")
    if when == When.DAYS:
        days = _all(values, DAYS)
        if not days:
            raise Wrong(DAYS, "Choose at least one day")
        return DAYS, f"{','.join(days)} {at}"
    return WHEN, f"{when if when in set(When) else When.DAILY} {at}"


def _unused(values: Mapping[str, Any]) -> None:
    """Raise `Wrong` for what is filled in and would say nothing. Of an old one it may be left from before."""
    when = _chosen(values, WHEN)
    if when != When.DAYS and _all(values, DAYS):
        raise Wrong(WHEN, "Days are chosen below: choose here that it is on some days, or take them out")
    if when != When.FREE and _text(values, FREE):
        raise Wrong(WHEN, "An interval or crontab is written below: choose that here, or take it out")


def problem(error: UsageError) -> str:
    """Return an error as a field shows it, in plain text."""
    said = plain(f"{error}: {error.hint}" if error.hint else str(error)).replace("`", "")
    return shorten(said[:1].upper() + said[1:], PROBLEM_MOST)
