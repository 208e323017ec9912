"""Wakes at the fire times of schedules, and has Redis make each one once: every replica does so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.duties import Fire
from bot.scheduling import triggers
from bot.scheduling.schedules import Plan, Schedules
from checks.errors import StoreError
from checks.presentation.prose import counted
from handlers.schedules.model import Schedule

Put = Callable[[Fire, datetime], Awaitable[None]]
"""Has a digest made at a moment, once however often that is said. Raises `StoreError`."""

LOOK = 2.0
"""Seconds between two looks whether a schedule was changed."""
JOB = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}

log = logging.getLogger(__name__)


class Scheduler:
    """Follows the schedules while `run_forever` is awaited.

    A fire only wakes: what is due is computed from the trigger and from what is on record. The same is asked
    for every schedule at the start, after Redis was away or emptied, and after any change; so nothing is
    special about what was missed.
    """

    def __init__(
        self,
        schedules: Schedules,
        put: Put,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[str], timedelta] = triggers.jitter,
        pause: float = LOOK,
    ) -> None:
        self._schedules = schedules
        self._put = put
        self._now = now
        self._jitter = jitter
        self._pause = pause
        self._clock = AsyncIOScheduler(timezone=UTC, job_defaults=JOB)
        self._plan = Plan("", [], {})
        self._timed: dict[str, Schedule] = {}
        self._fired: set[str] = set()
        self._woken = asyncio.Event()
        self._unsure = True
        """Whether something may have been due, or be forgotten, that nobody here knows of."""
        self._away = False

    async def run_forever(self) -> None:
        """Work until cancelled, whatever becomes of Redis meanwhile."""
        self._clock.start()
        try:
            while True:
                self._woken.clear()
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._pause):
                        await self._woken.wait()
                # A timer does not hear of a clock that was set.
                self._clock.wakeup()
        finally:
            self._clock.shutdown(wait=False)
            await asyncio.sleep(0)  # it does so only now

    async def _look(self) -> None:
        try:
            if self._unsure or await self._schedules.version() != self._plan.version:
                await self._follow()
            elif self._fired:
                fired, self._fired = self._fired, set()
                await self._ask([self._timed[name] for name in fired if name in self._timed])
        except StoreError as error:
            if not self._away:
                log.warning("schedules wait: %s", error)
            self._unsure = self._away = True
        except Exception:
            log.exception("schedules are not followed for a moment")
            self._unsure = True
        else:
            if self._away:
                log.warning("schedules go on")
            self._away = False

    async def _follow(self) -> None:
        """Take over what changed, and ask for everything."""
        unsure, before = self._unsure, self._plan
        emptied = bool(before.version) and not await self._schedules.version()
        self._fired.clear()
        self._plan = await self._schedules.plan()
        if emptied:
            _tell_lost(before)
        self._time(_active(self._plan), _active(before))
        await self._ask(list(self._timed.values()), look=unsure)
        self._unsure = False

    def _time(self, active: dict[str, Schedule], known: dict[str, Schedule]) -> None:
        """Have each one wake at its times; what cannot be timed is said, and left out."""
        for name in [name for name in known if active.get(name) != known[name]]:
            if self._timed.pop(name, None):
                self._clock.remove_job(name)
        for name in [name for name in active if active[name] != known.get(name)]:
            try:
                self._clock.add_job(self._wake, triggers.trigger(active[name]), [name], id=name)
            except Exception:
                log.exception("schedule %s is left out: it cannot be timed", name)
            else:
                self._timed[name] = active[name]

    async def _wake(self, name: str) -> None:
        self._fired.add(name)
        self._woken.set()

    async def _ask(self, schedules: Sequence[Schedule], *, look: bool = False) -> None:
        """Have made what is due, and was not yet. Raises `StoreError`."""
        nominals = await self._schedules.nominals() if schedules else {}
        for schedule in schedules:
            try:
                await self._fire(schedule, nominals.get(schedule.id), look=look)
            except StoreError:
                raise
            except Exception:
                log.exception("it is not known when schedule %s is due", schedule.id)
            await asyncio.sleep(0)

    async def _fire(self, schedule: Schedule, last: datetime | None, *, look: bool) -> None:
        now = self._now()
        since = self._plan.since.get(schedule.id, now)
        if due := triggers.due(schedule, last, since, now):
            key = f"digest:{schedule.id}:{due.key}"
            # Where nothing is on record, what was may have been lost with the rest, but for those of Slack.
            forgotten = schedule.configured and last is None
            fire = Fire(schedule.id, due.nominal, key, look=look or forgotten)
            await self._put(fire, due.nominal + self._jitter(schedule.id))
        elif missed := triggers.missed(schedule, last, since, now):
            await self._schedules.skip(schedule.id, missed, "older than 6 h")


def _tell_lost(plan: Plan) -> None:
    """Say that Redis was emptied, and what nobody knows any more: somebody may make these again."""
    lost = [schedule for schedule in plan.schedules if not schedule.configured]
    log.warning(
        "the store was emptied: history starts again. Gone with it: %s of Slack",
        counted(len(lost), "schedule"),
    )
    for schedule in lost:
        log.warning("gone: %s", msgspec.json.encode(schedule).decode())


def _active(plan: Plan) -> dict[str, Schedule]:
    return {schedule.id: schedule for schedule in plan.schedules if not schedule.paused}
