"""The list of schedules, and the next ones for the Home tab."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import structs

from handlers.desk import Desk
from handlers.ports import Cluster
from handlers.render import schedules as render
from handlers.render.paging import turn
from handlers.render.schedules import Shown, Upcoming
from handlers.request import Asker, Request
from handlers.schedules import rights
from handlers.schedules.intents import Schedules
from handlers.schedules.model import Schedule
from handlers.schedules.rights import Seen

NEXT = 5
"""Schedules that the Home tab shows."""
NEVER = datetime.max.replace(tzinfo=UTC)


async def schedules(desk: Desk, request: Request, intent: Schedules) -> str:
    """List the schedules that are there for the asker, of one cluster or all."""
    visible = await desk.access.visible(request.asker)
    every = rights.seen(await desk.schedules.all(), visible)
    found = [it for it in every if not intent.cluster or intent.cluster in {one.name for one in it.clusters}]
    page = turn(found, intent.page, render.PAGE)
    shown = [await _shown(desk, request.asker, it, visible) for it in page.shown]
    await desk.tell(
        request, render.listing(shown, len(found), structs.replace(intent, page=page.number), desk.now())
    )
    return ""


class Agenda:
    """What is due next, of whoever's clusters; it is looked up and computed once for all of them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: list[Schedule] | None = None

    async def upcoming(self, asker: Asker, visible: Sequence[Cluster]) -> Upcoming:
        """Return the schedules that are due next; those that are not due come last."""
        if self._known is None:
            now = self._desk.now()
            every = await self._desk.schedules.all()
            due = {it.id: self._desk.schedules.next_time(it, now) or NEVER for it in every}
            self._known = sorted(every, key=lambda it: due[it.id])
        found = rights.seen(self._known, visible)
        return Upcoming([await _shown(self._desk, asker, it, visible) for it in found[:NEXT]], len(found))


async def _shown(desk: Desk, asker: Asker, seen: Seen, visible: Sequence[Cluster]) -> Shown:
    schedule = seen.schedule
    return Shown(
        schedule,
        seen.clusters,
        desk.schedules.next_time(schedule, desk.now()),
        await desk.schedules.last(schedule.id),
        await rights.may_change(desk, asker, schedule, visible),
    )
