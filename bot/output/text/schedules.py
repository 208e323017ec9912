"""A table of what is scheduled."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.text.parts import Blank, bare_table
from checks.presentation.prose import ago, counted, plain
from handlers.schedules.model import Outcome

USER = re.compile(r"[UW][A-Z0-9]{7,}")
STYLES = {Outcome.FAILED.value: "red", Outcome.SKIPPED.value: "yellow", Outcome.HELD.value: "yellow"}
UNSEEN = "; those of Slack, and what became of any, cannot be seen without the store."


class ScheduleRow(Struct, frozen=True):
    """A schedule, as `schedules --output json` gives it; every key is always there.

    `source` is readiness.yaml or Slack. `clusters` are shell patterns. `at` is when it is due, in words, and
    `next` the next time, null where there is none or it is paused. `outcome` is what became of the `last`
    one; empty and null where there was none. `by` is a name or, where none is known, the ID of a Slack user.
    """

    id: str
    source: str
    clusters: Sequence[str]
    environment: str
    labels: Mapping[str, str]
    at: str
    zone: str
    channel: str
    mode: str
    alerts: bool
    paused: bool
    by: str
    next: datetime | None
    outcome: str
    detail: str
    last: datetime | None


def render_schedules(rows: Sequence[ScheduleRow], now: datetime, *, whole: bool) -> RenderableType:
    """Return what is scheduled, in the order given; not `whole` is what readiness.yaml alone knows."""
    if not rows:
        return Text("Nothing is scheduled." if whole else f"Nothing is scheduled in readiness.yaml{UNSEEN}")
    table = bare_table("id", "when", "clusters", "channel", "next and last")
    for column in (table.columns[0], table.columns[3]):
        column.no_wrap = True
    for row in rows:
        table.add_row(
            Text(plain(row.id)).append(f"\n{_maker(row)}", "dim"),
            Text(plain(row.at)),
            Text(plain(" ".join(_which(row)))),
            Text(plain(row.channel)),
            _next(row, now).append("\n").append_text(_last(row, now) if whole else Text()),
        )
    return Group(table, Blank(), Text(_sum(rows, whole=whole), "dim"))


def _maker(row: ScheduleRow) -> str:
    """Return who made it, by their ID where no name is known; of readiness.yaml, that."""
    return f"Slack user {row.by}" if USER.fullmatch(row.by) else plain(row.by or row.source)


def _which(row: ScheduleRow) -> Iterator[str]:
    """Yield how clusters are chosen, and what is posted unless that is a digest and alerts."""
    yield ", ".join(row.clusters)
    if row.environment:
        yield f"environment:{row.environment}"
    for key, value in row.labels.items():
        yield f"label:{key}={value}"
    if row.mode != "digest":
        yield f"({row.mode})"
    if not row.alerts:
        yield "(no alerts)"


def _next(row: ScheduleRow, now: datetime) -> Text:
    if row.paused:
        return Text("paused", "yellow")
    if row.next is None:
        return Text("never", "dim")
    return Text(f"{row.next:%a %d %b %H:%M} ").append(f"in {_span(now, row.next)}", "dim")


def _span(now: datetime, then: datetime) -> str:
    left = ago(now, then).removesuffix(" ago")
    return "a minute" if left == "just now" else left


def _last(row: ScheduleRow, now: datetime) -> Text:
    if row.last is None:
        return Text("not run yet", "dim")
    why = f": {plain(row.detail)}" if row.detail else ""
    return Text(row.outcome, STYLES.get(row.outcome, "")).append(f" {ago(row.last, now)}{why}", "dim")


def _sum(rows: Sequence[ScheduleRow], *, whole: bool) -> str:
    if not whole:
        return f"{counted(len(rows), 'schedule')} of readiness.yaml{UNSEEN}"
    configured = sum(row.source == "readiness.yaml" for row in rows)
    made = len(rows) - configured
    return f"{counted(len(rows), 'schedule')}: {configured} of readiness.yaml, {made} of Slack."
