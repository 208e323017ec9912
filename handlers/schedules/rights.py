"""Whose business a schedule is: what its clusters make of it, wherever it was made."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from checks.errors import UsageError
from checks.nearest import nearest
from handlers.desk import Desk
from handlers.digest.choosing import choose
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.request import Asker
from handlers.schedules.intents import Pause, Plan, Remove, Replan, Trigger
from handlers.schedules.model import Schedule
from handlers.schedules.selecting import selected

OfOne = Replan | Pause | Trigger | Remove | Plan
"""What is asked of a schedule that there is; a `Plan` only where it has an id."""


class Seen(NamedTuple):
    """A schedule, and the clusters of it that somebody may view: at least one."""

    schedule: Schedule
    clusters: Sequence[Cluster]


def seen(schedules: Iterable[Schedule], visible: Sequence[Cluster]) -> list[Seen]:
    """Return those of some schedules that are there for whoever views these clusters, in their order."""
    every = (Seen(it, selected(it.selection, visible)) for it in schedules)
    return [it for it in every if it.clusters]


async def wanted(desk: Desk, request_id: str, asker: Asker, intent: OfOne) -> tuple[str, ...]:
    """Return the clusters on which somebody must be allowed to schedule for what they ask; none for no such.

    For a new schedule these are the ones that they may view. For one that there is, those that it tells of
    besides: they may have been chosen by somebody who sees more.
    """
    visible = await desk.access.visible(asker)
    if isinstance(intent, Plan) and not intent.id:
        return _names(selected(intent.selection, visible))
    found = await desk.schedules.find(intent.id, request_id)
    if found is None:
        return ()
    # Where nobody is left who sees any of them, the audit log names them all the same.
    return await concerned(desk, found, visible) or _names(
        selected(found.selection, await desk.access.everyone())
    )


async def concerned(desk: Desk, schedule: Schedule, visible: Sequence[Cluster]) -> tuple[str, ...]:
    """Return the clusters on which whoever changes a schedule must be allowed to schedule."""
    told = (await choose(desk, schedule)).clusters
    return _names([*selected(schedule.selection, visible), *told])


def _names(clusters: Iterable[Cluster]) -> tuple[str, ...]:
    return tuple({it.name: None for it in clusters})


async def may_change(desk: Desk, asker: Asker, schedule: Schedule, visible: Sequence[Cluster]) -> bool:
    """Whether somebody may schedule all that a schedule is about."""
    if await desk.access.may(asker, Verb.SCHEDULE, ""):
        return True
    for name in await concerned(desk, schedule, visible):
        if not await desk.access.may(asker, Verb.SCHEDULE, name):
            return False
    return True


async def no_schedule(desk: Desk, asker: Asker, schedule_id: str) -> UsageError:
    """Return what is said of a schedule that is gone, or is none of the asker's business."""
    visible = await desk.access.visible(asker)
    there = [it.schedule.id for it in seen(await desk.schedules.all(), visible)]
    close = nearest(schedule_id, there)
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    lists = "`/readiness schedules` lists what there is"
    return UsageError(f"there is no schedule {schedule_id}", meant + lists)
