"""The jobs `digest` and `alert`: what is posted is claimed first, so that it is posted once."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.jobs.duties import Fire
from bot.jobs.lease import Lease, Leases
from bot.scheduling import triggers
from bot.scheduling.schedules import Schedules
from checks.errors import ReadinessError, StoreError
from checks.presentation.prose import ago
from handlers.desk import Desk
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, unposted
from handlers.schedules.ports import StillOurs

OLDEST = timedelta(hours=6)
"""A digest that could not be posted for so long is not posted any more."""
LATE = timedelta(minutes=5)
"""A digest later than this says so."""

Look = Callable[[Desk, str, str, StillOurs], Awaitable[None]]
"""Tells what a run of a cluster turned. Raises `ReadinessError` where it should be tried again."""

log = logging.getLogger(__name__)


class Post(Protocol):
    """Posts a digest: `handlers.digest.digest.post`."""

    async def __call__(
        self,
        desk: Desk,
        schedule: Schedule,
        nominal: datetime,
        late: str,
        still: StillOurs,
        /,
        *,
        key: str,
        now_: bool,
        look: bool,
    ) -> Fired:
        """Return what became of it. Raises `ReadinessError` where it should be tried again."""


class Digests:
    """Posts the digest of a fire time, unless that is done with, overtaken, or not allowed at that hour."""

    def __init__(self, desk: Desk, schedules: Schedules, leases: Leases, post: Post) -> None:
        self._desk = desk
        self._schedules = schedules
        self._leases = leases
        self._post = post

    async def digest(self, fire: Fire) -> datetime | None:
        """Return when it is to be tried, where that is later. Raises `ReadinessError` where it is soon.

        What fails by a mistake of ours is done with, and on record.
        """
        async with self._leases.held(fire.key) as lease:
            try:
                return await self._made(fire, lease)
            except ReadinessError:
                raise
            except Exception:
                error_id = secrets.token_hex(4)
                log.exception("the digest %s failed, error %s", fire.key, error_id)
            await self._mistaken(fire, lease, f"something went wrong here: error {error_id}")
            return None

    async def _made(self, fire: Fire, lease: Lease) -> datetime | None:
        if await self._schedules.sent(fire.key):
            return None
        schedule = await self._schedules.find(fire.schedule)
        if schedule is None or not await self._holds(schedule, fire):
            return None
        last = await self._schedules.last(schedule.id)
        hindered = self._hindered(schedule, fire, last)
        if hindered and hindered.outcome is Outcome.HELD:
            await self._schedules.record(schedule.id, hindered)
            return self._opens(schedule, fire, hindered.at)
        fired = hindered or await self._posted(schedule, fire, last, lease)
        await self._schedules.record(schedule.id, fired, sent=fire.key)
        return None

    async def _mistaken(self, fire: Fire, lease: Lease, why: str) -> None:
        """Put on record that it failed, unless somebody else makes it by now. Raises `StoreError`."""
        await _ours(lease)
        last = await self._schedules.last(fire.schedule)
        failed = unposted(last, fire.nominal, self._desk.now(), Outcome.FAILED, why)
        await self._schedules.record(fire.schedule, failed, sent=fire.key)

    async def _holds(self, schedule: Schedule, fire: Fire) -> bool:
        """Whether a fire time still is one of its schedule, as that is by now."""
        if fire.now:
            return True
        since = await self._schedules.since(schedule)
        return not schedule.paused and since is not None and since <= fire.nominal

    def _hindered(self, schedule: Schedule, fire: Fire, last: Fired | None) -> Fired | None:
        """Return why nothing is posted at present, or at all."""
        now = self._desk.now()
        if fire.now:
            return None
        if why := self._outdated(schedule, fire, now):
            return unposted(last, fire.nominal, now, Outcome.SKIPPED, why)
        if schedule.mode is Mode.ALERTS:
            return None
        if name := self._holiday(schedule, fire):
            return unposted(last, fire.nominal, now, Outcome.SKIPPED, name)
        opens = self._opens(schedule, fire, now)
        if opens > now:
            until = f"quiet until {_told(schedule, opens)}"
            return unposted(last, fire.nominal, now, Outcome.HELD, until)
        return None

    def _outdated(self, schedule: Schedule, fire: Fire, now: datetime) -> str:
        """Return why a digest is no longer wanted; empty where it is."""
        if now - self._begins(schedule, fire) > OLDEST:
            return "older than 6 h"
        following = triggers.next_time(schedule, fire.nominal)
        return "the next one was due before it could be posted" if following and following <= now else ""

    def _holiday(self, schedule: Schedule, fire: Fire) -> str:
        """Return what the channel celebrates on the day of a fire time; empty for nothing."""
        begins = self._begins(schedule, fire)
        if begins == fire.nominal:
            return ""
        # Where it begins later, that is told in the zone of the channel.
        day = fire.nominal.astimezone(begins.tzinfo).date()
        return self._desk.hours.holiday(schedule.channel, day)

    async def _posted(self, schedule: Schedule, fire: Fire, last: Fired | None, lease: Lease) -> Fired:
        """Post it. What fails for too long is done with."""
        now = self._desk.now()
        try:
            fired = await self._post(
                self._desk,
                schedule,
                fire.nominal,
                self._late(schedule, fire, now),
                lease.still,
                key=fire.key,
                now_=fire.now,
                # Where nothing is on record, Redis may have been emptied after it was posted; but not of one
                # of Slack, which would have been lost too. Slack lets us look fifty times a minute.
                look=fire.look or (schedule.configured and last is None),
            )
        except ReadinessError as error:
            if now - self._begins(schedule, fire) < OLDEST:
                raise
            log.warning("the digest %s is given up: %s", fire.key, error)
            return unposted(last, fire.nominal, now, Outcome.FAILED, str(error))
        if fired.outcome is not Outcome.POSTED:
            await _ours(lease)
        return fired

    def _begins(self, schedule: Schedule, fire: Fire) -> datetime:
        """Return from when on it may be posted."""
        if fire.now or schedule.mode is Mode.ALERTS:
            return fire.nominal
        return self._desk.hours.put_off(schedule.channel, fire.nominal)

    def _opens(self, schedule: Schedule, fire: Fire, now: datetime) -> datetime:
        """Return from when on it may be posted, as seen from a later moment."""
        return max(self._begins(schedule, fire), self._desk.hours.opens(schedule.channel, now))

    def _late(self, schedule: Schedule, fire: Fire, now: datetime) -> str:
        """Return that it comes late, and why; empty where it does not."""
        if fire.now:
            return ""
        begins = self._begins(schedule, fire)
        held = "held back while the channel was quiet" if begins > fire.nominal else ""
        late = f"{ago(begins, now).removesuffix(' ago')} late" if now - begins > LATE else ""
        why = ", then ".join(filter(None, [held, late]))
        return f"{why}: it was due at {_told(schedule, fire.nominal)}" if why else ""


class Alerts:
    """Tells what a run turned; one at a time for a cluster."""

    def __init__(self, desk: Desk, leases: Leases, look: Look) -> None:
        self._desk = desk
        self._leases = leases
        self._look = look

    async def alert(self, cluster: str, run_id: str) -> None:
        """Do so for a run, without an id for the latest. Raises `ReadinessError` to be tried again."""
        async with self._leases.held(cluster) as lease:
            await self._look(self._desk, cluster, run_id, lease.still)


async def _ours(lease: Lease) -> None:
    """Raise `StoreError` unless nobody else can have had a lease meanwhile."""
    if not await lease.still():
        raise StoreError("somebody else has taken it over")


def _local(schedule: Schedule, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(schedule.timing.zone))


def _told(schedule: Schedule, moment: datetime) -> str:
    return f"{_local(schedule, moment):%a %H:%M} {schedule.timing.zone}"
