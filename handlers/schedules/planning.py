"""Schedules that are made, changed, paused, run and removed in Slack."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from checks.errors import UsageError
from handlers.authority import permit, refusal
from handlers.desk import Desk
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.refusal import Refusal
from handlers.render import schedule_form
from handlers.render import schedules as render
from handlers.render.schedules import Shown
from handlers.request import Asker, Request
from handlers.schedules import rights
from handlers.schedules.intents import Pause, Plan, Remove, Replan, Trigger
from handlers.schedules.model import Mode, Schedule, Selection
from handlers.schedules.selecting import selected


async def plan(desk: Desk, request: Request, intent: Plan) -> str:
    """Make a schedule or change one; open the form where it is not said when, or of what."""
    if intent.timing is None or intent.selection == Selection():
        clusters = await _schedulable(desk, request.asker)
        form = schedule_form.form(intent, clusters, request.asker)
        return await desk.form(request, form, schedule_form.unopened(intent))
    before = await _made_in_slack(desk, request, intent.id) if intent.id else None
    asker = request.asker
    channel = await desk.courier.open_to(asker, intent.channel or asker.channel)
    clusters = await _permitted(desk, asker, intent.selection, channel)
    planned = Schedule(
        id=intent.id,
        selection=intent.selection,
        timing=intent.timing,
        channel=channel,
        mode=intent.mode,
        alerts=intent.alerts,
        paused=before.paused if before else False,
        # Digests tell what whoever answers for the schedule may see.
        user=asker.user,
        by=asker.name or asker.user,
        made=before.made if before else request.at,
    )
    saved = await desk.schedules.save(planned)
    if saved.id != planned.id and (saved.user, saved.made) != (planned.user, planned.made):
        visible = await desk.access.visible(asker)
        shown, then = await _shown(desk, asker, saved, visible)
        await desk.show(request, render.known(shown, then))
        return f"{saved.id} is the same"
    shown = _next(desk, saved, clusters, may=True)
    await desk.show(request, render.made(shown, _then(desk, shown), changed=before is not None))
    return f"{saved.id} in {saved.channel}"


async def replan(desk: Desk, request: Request, intent: Replan) -> str:
    """Open the form of a schedule, filled in."""
    found = await _made_in_slack(desk, request, intent.id)
    clusters = await _schedulable(desk, request.asker)
    form = schedule_form.change(found, clusters, request.asker)
    return await desk.form(request, form, schedule_form.unopened(intent))


async def pause(desk: Desk, request: Request, intent: Pause) -> str:
    """Let a schedule rest, or go on with it."""
    found = await _made_in_slack(desk, request, intent.id)
    rested = structs.replace(found, paused=not intent.resume)
    saved = rested if rested == found else await desk.schedules.save(rested)
    shown, then = await _shown(desk, request.asker, saved, await desk.access.visible(request.asker))
    await desk.show(request, render.rested(shown, then))
    return ""


async def trigger(desk: Desk, request: Request, intent: Trigger) -> str:
    """Have the digest of a schedule made now."""
    found = await _found(desk, request, intent.id)
    await desk.schedules.run_now(found.id, request.id)
    await desk.tell(request, render.triggered(found))
    return f"in {found.channel}"


async def remove(desk: Desk, request: Request, intent: Remove) -> str:
    """Remove a schedule."""
    await _made_in_slack(desk, request, intent.id)
    gone = await desk.schedules.remove(intent.id, request.id)
    if gone is None:
        raise await rights.no_schedule(desk, request.asker, intent.id)
    visible = selected(gone.selection, await desk.access.visible(request.asker))
    await desk.show(request, render.removed(Shown(gone, visible, None), request.asker))
    return f"in {gone.channel}"


async def _schedulable(desk: Desk, asker: Asker) -> Sequence[Cluster]:
    """Return the clusters that somebody may schedule. Raises `Refusal` where there are none."""
    visible = await desk.access.visible(asker)
    if not visible:
        raise UsageError("there is no cluster that you may view here", "ask whoever looks after the bot")
    found = [it for it in visible if await desk.access.may(asker, Verb.SCHEDULE, it.name)]
    if not found:
        raise await refusal(desk, Verb.SCHEDULE, visible[0].name if len(visible) == 1 else "")
    return found


async def _permitted(desk: Desk, asker: Asker, selection: Selection, channel: str) -> Sequence[Cluster]:
    """Return the clusters that are selected. Raises `Refusal` unless each may be scheduled here and there.

    Rules may be about channels: a digest tells only of what its maker may schedule where it is posted.
    """
    clusters = selected(selection, await desk.access.visible(asker))
    if not clusters:
        raise UsageError("no cluster that you may see is so", "`/readiness list` shows those that there are")
    there = structs.replace(asker, channel=channel)
    for cluster in clusters:
        await permit(desk, asker, Verb.SCHEDULE, cluster.name)
        if not await desk.access.may(there, Verb.SCHEDULE, cluster.name):
            sentence = f"you may not change schedules on {cluster.name} in that channel"
            raise Refusal(sentence, await desk.access.whom_to_ask(Verb.SCHEDULE, cluster.name))
    return clusters


async def _found(desk: Desk, request: Request, schedule_id: str) -> Schedule:
    found = await desk.schedules.find(schedule_id, request.id)
    if found is None:
        raise await rights.no_schedule(desk, request.asker, schedule_id)
    return found


async def _made_in_slack(desk: Desk, request: Request, schedule_id: str) -> Schedule:
    """Return a schedule that may be changed here. Raises `Refusal` for one of readiness.yaml."""
    found = await _found(desk, request, schedule_id)
    if found.configured:
        todo = f"whoever looks after the bot edits `schedules:` in `{render.FILE}`"
        raise Refusal(
            f"{found.id} is written in {render.FILE}: it is changed there, not in Slack",
            f"{todo}; `trigger {found.id}` posts it now",
        )
    return found


async def _shown(
    desk: Desk, asker: Asker, schedule: Schedule, visible: Sequence[Cluster]
) -> tuple[Shown, datetime | None]:
    """Return a schedule as somebody sees it, and the fire time after the next."""
    may = await rights.may_change(desk, asker, schedule, visible)
    clusters = selected(schedule.selection, visible)
    shown = _next(desk, schedule, clusters, may=may)
    return shown, _then(desk, shown)


def _next(desk: Desk, schedule: Schedule, clusters: Sequence[Cluster], *, may: bool) -> Shown:
    due = desk.schedules.next_time(schedule, desk.now())
    later = due and schedule.mode is not Mode.ALERTS and desk.hours.put_off(schedule.channel, due)
    opens = later if due and later and later > due else None
    return Shown(schedule, clusters, due, may=may, opens=opens)


def _then(desk: Desk, shown: Shown) -> datetime | None:
    return desk.schedules.next_time(shown.schedule, shown.next) if shown.next else None
