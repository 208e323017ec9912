"""`readiness schedules`: what is scheduled, in readiness.yaml and in Slack."""

import asyncio
from collections.abc import Sequence

from bot.commands import setting
from bot.commands.options import Where
from bot.output import as_json
from bot.output.text.page import printed
from bot.output.text.schedules import ScheduleRow, render_schedules
from bot.scheduling import triggers
from bot.scheduling.schedules import Schedules
from bot.settings import Settings
from handlers.schedules.model import Fired, Schedule
from handlers.schedules.timing import told


def schedules(where: Where, output: str) -> None:
    """Print every schedule, those of readiness.yaml first."""
    rows, whole = asyncio.run(_rows(where))
    if output == "json":
        setting.write(as_json.dumps(rows))
    else:
        setting.write(printed(render_schedules(rows, setting.now(), whole=whole), setting.console()))


async def _rows(where: Where) -> tuple[list[ScheduleRow], bool]:
    """Return all there are, and true; without a store those of readiness.yaml, and false."""
    settings = setting.settings(where)
    async with setting.store_or_none(settings) as (store, notes):
        setting.warn(notes)
        if store is None:
            return [_row(it, None, "") for it in _configured(settings)], False
        kept = Schedules(settings, store.connection)
        every = await kept.all()
        return [_row(it, await kept.last(it.id), _maker(it, every)) for it in every], True


def _maker(schedule: Schedule, every: Sequence[Schedule]) -> str:
    """Return who made a schedule. A mention of the bot does not tell their name; others of theirs may."""
    named = [it.by for it in every if it.user == schedule.user and it.by != it.user]
    return named[0] if named and schedule.by == schedule.user else schedule.by


def _configured(settings: Settings) -> list[Schedule]:
    return sorted(settings.planned(), key=lambda it: it.id)


def _row(schedule: Schedule, last: Fired | None, maker: str) -> ScheduleRow:
    return ScheduleRow(
        id=schedule.id,
        source="readiness.yaml" if schedule.configured else "Slack",
        clusters=schedule.selection.clusters,
        environment=schedule.selection.environment,
        labels=schedule.selection.labels,
        at=told(schedule.timing),
        zone=schedule.timing.zone,
        channel=schedule.channel,
        mode=schedule.mode,
        alerts=schedule.alerts,
        paused=schedule.paused,
        by=maker,
        next=None if schedule.paused else triggers.next_time(schedule, setting.now()),
        outcome=last.outcome if last else "",
        detail=last.detail if last else "",
        last=last.at if last else None,
    )
