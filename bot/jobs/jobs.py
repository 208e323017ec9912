"""The jobs of this process: what is asked, what ends, who sees it, what is due, and the runs of clusters.

Three queues on one Redis: `readiness` and `readiness-digests` for those who can speak to Slack,
`readiness-pool-default` for those who can reach the clusters. Here they are the same process.
"""

import logging
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Self

import msgspec

from bot.connection import Connection
from bot.jobs.checking import Ways
from bot.jobs.crew import Crew
from bot.jobs.duties import Duties, Fire
from bot.jobs.ends import Ends
from bot.jobs.pool import Pool, nowhere
from bot.jobs.worker import Job, Pace, Worker, again, later, quieten
from bot.roster import Roster
from bot.runs import Runs
from checks.errors import ReadinessError
from handlers.ports import Acceptance
from handlers.request import Request

ANSWERS_AT_ONCE = 100
"""Most of them wait: for a run, or for Slack's rate limits."""
DIGESTS_AT_ONCE = 20

log = logging.getLogger(__name__)


class Jobs:
    """An async context manager for what puts jobs in; `run_forever` does them until `stop`.

    `runs` is the port of handlers, `schedule` and `cancel` that of `bot.acceptances`, `fire` and `changed`
    that of `bot.scheduling.schedules`, `look` that of `bot.scheduling.watches`. Without `ways` no cluster is
    read here; without a roster every one is.
    """

    def __init__(
        self,
        connection: Connection,
        ways: Ways | None,
        *,
        roster: Roster | None = None,
        runs_at_once: int = 4,
        pool_at_once: int | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._ends = Ends(connection)
        self._pace = pace or Pace()
        elsewhere = roster.elsewhere if roster else nowhere
        self._pool: Pool | None = None
        if ways:
            self._pool = Pool(
                connection,
                ways,
                self._ends,
                at_once=runs_at_once,
                pool_at_once=pool_at_once,
                pace=self._pace,
                elsewhere=elsewhere,
            )
        self._crew = Crew(self._pace)
        self.runs = Runs(connection, self._pool, roster)

    async def __aenter__(self) -> Self:
        await self._ends.__aenter__()
        if self._pool:
            await self._pool.__aenter__()
        quieten()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runs.__aexit__()
        if self._pool:
            await self._pool.__aexit__()
        await self._ends.__aexit__()

    async def ask(self, request: Request) -> None:
        """Have a request answered. Raises `StoreError` where the server does not take it within a second."""
        await self._ends.bots.add("answer", f"ask:{request.id}", request.encode())

    async def schedule(self, acceptance: Acceptance) -> None:
        """Have the end of an acceptance announced, at the time it has now. Raises `StoreError`."""
        await self._ends.bots.put_at(acceptance.until, "announce", f"end:{acceptance.id}", acceptance.id)
        await self._ends.homes.changed()

    async def cancel(self, acceptance_id: str) -> None:
        """Have no end announced. Raises `StoreError`."""
        await self._ends.bots.cancel(f"end:{acceptance_id}")
        await self._ends.homes.changed()

    async def fire(self, fire: Fire, when: datetime) -> None:
        """Have a digest posted at a moment, once however often this is said. Raises `StoreError`."""
        await self._ends.digests.add_at(when, "digest", fire.key, fire.encode())

    async def look(self, cluster: str, when: datetime) -> None:
        """Have the latest report of a cluster looked at for alerts at a moment. Raises `StoreError`."""
        await self._ends.digests.add_at(when, "alert", f"alert:{cluster}::{when.isoformat()}", cluster, "")

    async def changed(self) -> None:
        """Have the Home tabs renewed. Never raises."""
        await self._ends.homes.changed()

    async def run_forever(self, duties: Duties) -> None:
        """Do jobs until `stop`, whatever becomes of Redis meanwhile."""
        bots = Worker(self._ends.bots, self._asked(duties), at_once=ANSWERS_AT_ONCE, pace=self._pace)
        digests = Worker(self._ends.digests, self._due(duties), at_once=DIGESTS_AT_ONCE, pace=self._pace)
        await self._crew.run_forever([bots, digests, *([self._pool.worker()] if self._pool else [])])

    async def stop(self, seconds: float) -> None:
        """End `run_forever`: what runs has so many seconds, 10.5 at most, and 5 more to be handed back."""
        await self._crew.stop(seconds)

    def _asked(self, duties: Duties) -> Mapping[str, Job]:
        """Return the jobs that people wait for, and see."""

        async def answered(text: str) -> None:
            try:
                request = Request.decode(text)
            except msgspec.ValidationError as error:
                again(self._pace.unknown, f"a newer version asks in words of its own: {error}")
                return
            await _logged(f"request {request.id} was not answered", duties.answer(request))

        async def announced(acceptance_id: str) -> None:
            try:
                await duties.announce(acceptance_id)
            except ReadinessError as error:
                again(self._pace.announce, f"the end of {acceptance_id} is not announced: {error}")
            except Exception:
                log.exception("the end of %s was not announced", acceptance_id)
            await self.changed()

        async def homes() -> None:
            await self._ends.homes.renewed(duties.renew)

        return {"answer": answered, "announce": announced, "homes": homes}

    def _due(self, duties: Duties) -> Mapping[str, Job]:
        """Return the jobs that come by themselves."""

        async def digest(text: str) -> None:
            try:
                fire = Fire.decode(text)
            except msgspec.ValidationError as error:
                again(self._pace.unknown, f"a newer version fires in words of its own: {error}")
                return
            try:
                opens = await duties.digest(fire)
            except ReadinessError as error:
                again(self._pace.post, f"it was not posted: {error}")
                return
            except Exception:
                log.exception("the digest %s was not posted", fire.key)
                return
            await self.changed()
            if opens:
                seconds = (opens - datetime.now(UTC)).total_seconds()
                later(max(0.0, seconds), f"nothing is posted before {opens}")

        async def alert(cluster: str, run_id: str) -> None:
            try:
                await duties.alert(cluster, run_id)
            except ReadinessError as error:
                again(self._pace.post, f"what turned in {cluster} is not told: {error}")
            except Exception:
                log.exception("what turned in %s was not told", cluster)

        return {"digest": digest, "alert": alert}


async def _logged(failed: str, work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:
        log.exception(failed)
