"""The job `check`: a run from its beginning to its end, told to Redis as it goes."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from typing import TypeVar

from bot import service
from bot.apart import apart
from bot.cluster.collect import Progress as Reading
from bot.clusters import Cluster
from bot.connection import Connection
from bot.jobs.places import Places
from bot.jobs.records import Attempt, Records
from bot.settings import Settings
from bot.store import Store
from checks.errors import ReadinessError, StoreError, UsageError
from checks.model import Report
from checks.registry import Check
from handlers.ports import State

T = TypeVar("T")
Ended = Callable[[str, str], Awaitable[None]]
"""Hears of the end of a run: of which cluster, and its id. Raises nothing."""

ATTEMPTS = 3
"""How often a run may be interrupted while it reads: what kills a worker three times is the run itself."""
INTERRUPTED = "the run was interrupted three times"
STEP = 0.5
"""Seconds between two looks at how far it is."""
BEAT = 3.0
"""Seconds after which a sign of life is due although nothing has changed."""
JUDGING = 60.0
"""Seconds that judging and storing may take after the reading."""
STORING = 180.0
"""Seconds in all that a run waits for a store that is away, before what it read is given up."""
AGAIN = 2.0
"""Seconds until the store is tried again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ways:
    """How a cluster is checked: `resolve` finds it by its name, reading it has so many `seconds`."""

    settings: Settings
    resolve: Callable[[str], Cluster]
    checks: Sequence[Check]
    seconds: float = 60.0


@dataclass
class Told:
    """How far a run is, in the words of `handlers.ports.Progress`. Written where the work is done."""

    state: State = State.QUEUED
    waits: bool = False
    reads: int = 0
    reads_total: int = 0
    objects: int = 0
    checks: int = 0
    checks_total: int = 0

    def read(self, reading: Reading) -> None:
        """Take note of how far the reading is."""
        self.state = State.READING
        self.reads, self.reads_total, self.objects = reading.done, reading.total, reading.objects

    def judged(self, checks: int) -> None:
        """Take note of how many checks are judged."""
        self.state = State.JUDGING
        self.checks = checks


@dataclass(frozen=True)
class End:
    """How a run ended."""

    state: State
    error: str = ""
    hint: str = ""


class Checking:
    """Does runs: `at_once` so many here, of those that get one of `places`. `ended` hears of each end."""

    def __init__(
        self,
        connection: Connection,
        ways: Ways,
        ended: Ended,
        *,
        at_once: int,
        places: Places | None = None,
    ) -> None:
        self._connection = connection
        self._ways = ways
        self._ended = ended
        self._records = Records(connection)
        self._here = asyncio.Semaphore(at_once)
        self._everywhere = places.held if places else nullcontext

    async def check(self, cluster: str, run_id: str) -> None:
        """Do a run, or do it again where it was interrupted."""
        attempt = await _surely(run_id, lambda: self._records.begin(cluster, run_id))
        if attempt is None:
            return
        told, began = Told(), time.monotonic()
        work = asyncio.create_task(self._work(attempt, told))
        try:
            if not await self._follow(attempt, told, work):
                log.warning("run %s of %s goes on elsewhere", run_id, cluster)
                return
            ended = work.result()
        finally:
            work.cancel()
            # It gives its place to others.
            await asyncio.wait([work])
        await _surely(run_id, lambda: self._records.end(attempt, ended.state, ended.error, ended.hint))
        took = time.monotonic() - began
        log.info("run %s of %s: %s in %.1f s%s", run_id, cluster, ended.state, took, _why(ended))
        await self._ended(cluster, run_id)

    async def alone(self, cluster: str) -> Report:
        """Do a run that nobody joins, without the store, and so without `places`. Raises `ReadinessError`."""
        note = "no history: the store cannot be used at present"
        async with self._here:
            return await apart(lambda: self._run(cluster, None, Told(), notes=(note,)))

    async def _follow(self, attempt: Attempt, told: Told, work: asyncio.Task[End]) -> bool:
        """Tell how far the work is until it is done; false where another attempt counts meanwhile."""
        written, when = Told(), 0.0
        while True:
            last = work.done()
            if told != written or time.monotonic() - when >= BEAT:
                written, when = Told(**asdict(told)), time.monotonic()
                try:
                    if not await self._records.tell(attempt, asdict(written)):
                        return False
                except StoreError as error:
                    log.info("run %s goes on, untold: %s", attempt.run_id, error)
            if last:
                return True
            await asyncio.wait([work], timeout=STEP)

    async def _work(self, attempt: Attempt, told: Told) -> End:
        """Read, judge and store; every way in which that can fail becomes a sentence."""
        run_id, name = attempt.run_id, attempt.cluster
        limit = self._ways.seconds + JUDGING + STORING
        try:
            told.waits = True
            async with self._here, self._everywhere():
                told.waits = False
                if await _surely(run_id, lambda: self._records.placed(attempt)) > ATTEMPTS:
                    return End(State.FAILED, INTERRUPTED, "the worker's log says more")
                async with asyncio.timeout(limit):
                    await apart(lambda: self._stored(name, run_id, told))
        except TimeoutError:
            return End(State.FAILED, f"{name} was not read and judged within {limit:.0f} s", "run it again")
        except StoreError as error:
            log.error("run %s of %s: %s", run_id, name, error)  # noqa: TRY400 - it says where the store is
            return End(State.FAILED, "what was read is not remembered: the store fails", "run it again")
        except ReadinessError as error:
            return End(State.FAILED, str(error), error.hint)
        except Exception:
            error_id = secrets.token_hex(4)
            log.exception("run %s of %s failed, error %s", run_id, name, error_id)
            failed = f"something went wrong here, not in {name}: error {error_id}"
            return End(State.FAILED, failed, "the worker's log tells of it under this id")
        return End(State.DONE)

    async def _stored(self, name: str, run_id: str, told: Told) -> None:
        """See to it that the report of a run is stored; in a loop of its own, with a client of its own."""
        async with _own_store(self._connection, self._ways.settings) as store:
            # Whoever began this run may have been killed after the report was stored.
            if await store.report(name, run_id):
                return
            report = await self._run(name, store, told, run_id=run_id)
            if await store.report(name, run_id) is None:
                why = [note for note in report.notes if note.startswith("not remembered")]
                raise StoreError(f"the report is {'; '.join(why)}", "run it again")

    async def _run(
        self, name: str, store: Store | None, told: Told, *, run_id: str = "", notes: Sequence[str] = ()
    ) -> Report:
        ways = self._ways
        cluster = _resolved(ways, name)
        told.state, told.checks_total = State.READING, len(ways.checks)
        return await service.run(
            cluster,
            ways.checks,
            ways.settings,
            partial=False,
            store=store,
            seconds=ways.seconds,
            tell=told.read,
            notes=notes,
            run_id=run_id,
            tell_judged=told.judged,
        )


def _why(ended: End) -> str:
    return f": {ended.error}" if ended.error else ""


class _Patient(Connection):
    """Waits for a server that is away, `STORING` seconds in all."""

    def __init__(self, other: Connection) -> None:
        super().__init__(other.url, other.where, other.embedded)
        self._left = STORING

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work that may be done twice, however often. Raises `StoreError` once the time is up."""
        while True:
            began = time.monotonic()
            try:
                return await super().call(work)
            except StoreError as error:
                self._left -= time.monotonic() - began + AGAIN
                if self._left < 0:
                    raise
                log.warning("a run waits for the store: %s", error)
            await asyncio.sleep(AGAIN)


def _resolved(ways: Ways, name: str) -> Cluster:
    """Find a cluster. What is wrong names other clusters, and files: it is for the log alone."""
    try:
        return ways.resolve(name)
    except UsageError as error:
        error_id = secrets.token_hex(4)
        log.error("%s, error %s: %s (%s)", name, error_id, error, error.hint)  # noqa: TRY400 - a sentence
        hint = f"the worker's log says why under `{error_id}`"
        raise UsageError(f"{name} is not configured properly", hint) from None


@asynccontextmanager
async def _own_store(connection: Connection, settings: Settings) -> AsyncIterator[Store]:
    """Open the same store for another event loop. Its server is entered already, and not left here."""
    own = _Patient(connection)
    try:
        yield Store(own, settings.retention.reports, settings.retention.days)
    finally:
        await own.disconnect()


async def _surely(run_id: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do what has to be done before the job may count as done, however long the store is away."""
    while True:
        try:
            return await work()
        except StoreError as error:
            log.warning("run %s waits for the store: %s", run_id, error)
        await asyncio.sleep(AGAIN)
