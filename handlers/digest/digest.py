"""The digest of a fire time: what became of its clusters since the last one, posted once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import structs

from checks.errors import ReadinessError
from handlers.conversation.topic import Topic
from handlers.delivery.errors import Kind, SlackRefused
from handlers.delivery.outlets import Outlet
from handlers.desk import Desk
from handlers.digest import outcomes
from handlers.digest.choosing import choose
from handlers.digest.gathering import gather
from handlers.digest.readings import Digest, Reading
from handlers.ports import Acceptance, Cluster
from handlers.render import digest as render
from handlers.render import digest_parts as parts
from handlers.request import Asker
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, unposted
from handlers.schedules.ports import StillOurs

ENDING: Final = timedelta(days=14)
"""What is accepted is told of when it ends within so long."""
PARTS: Final = 20
"""Clusters with new findings that have a part of the thread each."""
PASSING: Final = (Kind.RATE, Kind.PASSING)

log = logging.getLogger(__name__)


async def post(
    desk: Desk,
    schedule: Schedule,
    nominal: datetime,
    late: str,
    still: StillOurs,
    *,
    key: str,
    now_: bool = False,
    look: bool = False,
) -> Fired:
    """Read the clusters of a schedule and post their digest; return what became of it.

    `late` is a sentence, empty where it comes in time. `key` (`digest:…`) names the fire time: whatever was
    posted under it is not posted again. `still` is asked just before each post; `TakenOver` is raised where
    it says no. `now_` tells that somebody asked for it by hand: it is posted whatever the mode. With `look`
    the channel is searched for it first. Raises `ReadinessError` where it should be tried again.
    """
    last = await desk.schedules.last(schedule.id)
    fire = _Fire(desk, schedule, nominal.astimezone(ZoneInfo(schedule.timing.zone)), key, last)
    chosen = await choose(desk, schedule)
    if (chosen.left_out or not chosen.clusters) and await desk.roster.young():
        raise ReadinessError("workers may have yet to say what they serve")
    if not chosen.clusters:
        return await fire.failed(outcomes.nothing(chosen))
    readings = await gather(desk, chosen.clusters, nominal, key, last)
    if schedule.mode is Mode.ALERTS and not now_:
        return fire.ended(Outcome.READ, readings)
    digest = Digest(
        schedule=schedule,
        nominal=fire.nominal,
        readings=readings,
        first=last is None or not (last.runs or last.unread),
        left_out=chosen.left_out,
        late=late,
        by_hand=now_,
        ending=await _ending(desk, chosen.clusters),
    )
    unchanged = schedule.mode is Mode.CHANGES and not (now_ or digest.first or digest.differs)
    if unchanged and not fire.begins_week():
        return fire.ended(Outcome.UNCHANGED, readings)
    whole = render.root(digest, desk.now())
    root = render.unchanged(digest, desk.now()) if unchanged else whole.message
    try:
        outlet = await desk.courier.post(schedule.channel, key, root, before=still, look=look)
    except SlackRefused as refused:
        if refused.kind in PASSING:
            raise
        return await fire.failed(str(refused), refused.mending(schedule.id))
    if unchanged:
        return fire.ended(Outcome.UNCHANGED, readings, outlet)
    missing = await _tell(desk, outlet, digest, key, listed=whole.left_out > 0)
    return fire.ended(Outcome.POSTED, readings, outlet, missing)


async def _ending(desk: Desk, clusters: Sequence[Cluster]) -> list[Acceptance]:
    """Return what is accepted on any of the clusters and ends soon, the first to end first."""
    until = desk.now() + ENDING
    return [
        it
        for it in await desk.acceptances.all()
        if it.until <= until and any(it.is_about(cluster.name) for cluster in clusters)
    ]


async def _tell(desk: Desk, outlet: Outlet, digest: Digest, key: str, *, listed: bool) -> str:
    """Put what is new into the thread, and every cluster where they did not fit; return why that ended."""
    now, readings = desk.now(), digest.readings
    if len(readings) == 1 and (last := readings[0].last):
        await desk.turn_to(Topic(readings[0].cluster.name, last.run_id), outlet)
    try:
        changed = [(it.cluster.name, it.changes) for it in parts.by_gravity(readings) if it.changes]
        worse = [(name, changes) for name, changes in changed if changes.new_count]
        for name, changes in worse[:PARTS]:
            await outlet.reply(f"{key}:{name}", parts.new(name, changes, now))
        if rest := [changes for _, changes in worse[PARTS:]]:
            await outlet.reply(f"{key}:more", parts.more_clusters(rest))
        for number, message in enumerate(parts.listing(digest, now) if listed else ()):
            await outlet.reply(f"{key}:list:{number}", message)
    except SlackRefused as refused:
        if refused.kind in PASSING:
            raise
        log.warning("the thread of %s stays as it is: %s", key, refused)
        return f"its thread is not complete: {refused}"
    return ""


@dataclass(frozen=True)
class _Fire:
    """A fire time of a schedule, in its time zone; `last` is what became of the one before."""

    desk: Desk
    schedule: Schedule
    nominal: datetime
    key: str
    last: Fired | None

    def begins_week(self) -> bool:
        """Whether it is the first one of its week: of the first working day on which there is one."""
        hours, channel = self.desk.hours, self.schedule.channel
        day = hours.put_off(channel, self.nominal).astimezone(self.nominal.tzinfo).date()
        week = (day - timedelta(days=number) for number in range(day.weekday(), -1, -1))
        if day != next(
            (it for it in week if hours.works(channel, it) and (it == day or self._is_due(it))), None
        ):
            return False
        if self.last is None or self.last.outcome not in (Outcome.POSTED, Outcome.UNCHANGED):
            return True
        return self.last.nominal.astimezone(self.nominal.tzinfo).date() != self.nominal.date()

    def _is_due(self, day: date) -> bool:
        begin = datetime.combine(day, time(), self.nominal.tzinfo) - timedelta(seconds=1)
        due = self.desk.schedules.next_time(self.schedule, begin)
        return due is not None and due.astimezone(self.nominal.tzinfo).date() == day

    def ended(
        self, outcome: Outcome, readings: Sequence[Reading], outlet: Outlet | None = None, missing: str = ""
    ) -> Fired:
        """Return what became of it: which runs count as told. Where it only reads, those of before."""
        runs, unread = (self.last.runs, self.last.unread) if self.last else ({}, ())
        if outcome is not Outcome.READ:
            posted = outcome is Outcome.POSTED
            runs = outcomes.told(readings) if posted else outcomes.settled(readings, self.last)
            unread = tuple(it.cluster.name for it in readings if it.why)
        return Fired(
            nominal=self.nominal,
            at=self.desk.now(),
            outcome=outcome,
            detail="; ".join(filter(None, [outcomes.summed(readings), missing])),
            ts=outlet.thread.thread_ts if outlet and outlet.thread else "",
            runs=runs,
            unread=unread,
        )

    async def failed(self, why: str, hint: str = "") -> Fired:
        """Return that nothing could be posted, nor will be; whoever made the schedule is told once."""
        if not (self.last and self.last.told == why):
            await self._tell_maker(why, hint)
        failed = unposted(self.last, self.nominal, self.desk.now(), Outcome.FAILED, why)
        return structs.replace(failed, told=why)

    async def _tell_maker(self, why: str, hint: str) -> None:
        if self.schedule.configured or not self.schedule.user:
            return
        courier, maker = self.desk.courier, Asker(self.schedule.user, self.schedule.channel)
        try:
            told = parts.unposted(self.schedule, why, hint)
            await courier.post(await courier.direct(maker), f"{self.key}:maker", told)
        except SlackRefused as refused:
            log.warning("nobody is told that %s is not posted: %s", self.schedule.id, refused)
