"""What is posted when: the schedules of readiness.yaml, which are only read, and of Slack, kept in Redis.

Keys, all under `readiness:schedules`; what names them is percent-encoded:

- itself: a hash, id → `Schedule` as JSON, of those made in Slack.
- `:since`: a hash, id → a digest of its timing, and since when it has that and is not paused (ISO 8601):
  what was due before is not made up for.
- `:last`: a hash, id → `Fired` as JSON.
- `:nominals`: a sorted set, ids by the nominal time of that (seconds since 1970).
- `:version`: random, another one with each change, and gone where Redis was emptied.
- `:removed:<id>:<request>`: what a request removed, for a day.
- `:sent:<key>`: there for seven days once a fire time is done with.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol, TypeVar, cast
from urllib.parse import quote

import msgspec
from msgspec import Struct, structs

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.scheduling import triggers
from bot.scheduling.scripts import DROP, FINISH, PUT, SEE
from bot.settings import Settings
from checks.errors import StoreError, UsageError
from handlers.schedules.model import Fired, Outcome, Schedule, Timing, alike, unposted

T = TypeVar("T")

ROWS = "readiness:schedules"
SINCE, LAST, NOMINALS, VERSION = (f"{ROWS}:{name}" for name in ("since", "last", "nominals", "version"))
DAY = 86_400
SENT = 7 * DAY
SHORTEST_ID = 6
"""Hex digits; a few more where another schedule begins with the same ones."""

log = logging.getLogger(__name__)


class Fires(Protocol):
    """Sees to it that digests are made, and that people see what is due: `bot.jobs.jobs`."""

    async def fire(self, fire: Fire, when: datetime) -> None:
        """Make one at a moment, once however often this is said. Raises `StoreError`."""

    async def changed(self) -> None:
        """Renew what shows schedules. Never raises."""


class Plan(Struct, frozen=True):
    """All the schedules there are at one time, and by id since when each has its timing and is not paused."""

    version: str
    schedules: list[Schedule]
    since: Mapping[str, datetime]


class Schedules:
    """See `handlers.schedules.ports.Schedules`. Methods raise `StoreError`; without `fires`, only read."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        fires: Fires | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._configured = {schedule.id: schedule for schedule in settings.planned()}
        self._call = connection.call
        self._client = connection.client
        self._fires = fires
        self._now = now
        # Outlives what Redis knew.
        self._seen: dict[str, datetime] = {}

    async def all(self) -> list[Schedule]:
        """Return every schedule, those of readiness.yaml first, each kind by id; of one id, theirs."""
        known = self._known(await self._rows())
        return sorted(known.values(), key=lambda it: (not it.configured, it.id))

    async def find(self, schedule_id: str, request_id: str = "") -> Schedule | None:
        """Return one; null where there is none. The request that removed it still finds it, for a day."""
        if configured := self._configured.get(schedule_id):
            return configured
        row = await self._call(lambda: self._client.hget(ROWS, schedule_id))
        if row is None and request_id:
            row = await self._call(lambda: self._client.get(_removed(schedule_id, request_id)))
        return _read(schedule_id, row, Schedule)

    async def save(self, schedule: Schedule) -> Schedule:
        """Add one, or change the one with its `id`; return it with its id.

        The same one without an id again, of the same person and moment, is the one that is there. Where
        another posts the same already, nothing is done, and that one is returned: people ask at the same
        time. Raises `UsageError` where the one to change is gone.
        """
        saved = await (self._change(schedule) if schedule.id else self._add(schedule))
        await self._changed()
        return saved

    async def remove(self, schedule_id: str, request_id: str) -> Schedule | None:
        """Remove one; null where there is none. The same request may do so again."""
        keys = (ROWS, SINCE, LAST, NOMINALS, VERSION, _removed(schedule_id, request_id))
        row = await self._eval(DROP, keys, schedule_id, secrets.token_hex(8), DAY)
        await self._changed()
        return _read(schedule_id, row, Schedule)

    async def run_now(self, schedule_id: str, request_id: str) -> None:
        """Have its digest made now, once for each request."""
        if self._fires:
            now = self._now()
            fire = Fire(schedule_id, now, f"digest:{schedule_id}:now:{request_id}", now=True)
            await self._fires.fire(fire, now)

    async def last(self, schedule_id: str) -> Fired | None:
        """Return what became of its last fire time."""
        row = await self._call(lambda: self._client.hget(LAST, schedule_id))
        return _read(schedule_id, row, Fired)

    async def record(self, schedule_id: str, fired: Fired, *, sent: str = "") -> None:
        """Remember what became of a fire time, unless a later one is remembered.

        `sent` is the key of one that is done with: nothing more becomes of it, and its first end counts.
        """
        keys = (LAST, NOMINALS, *([_sent(sent)] if sent else []))
        row, nominal = msgspec.json.encode(fired), fired.nominal.timestamp()
        await self._eval(FINISH, keys, schedule_id, row, nominal, SENT)

    async def skip(self, schedule_id: str, nominal: datetime, why: str) -> None:
        """Remember that nothing is posted for a fire time; the next digest goes by the last one's runs."""
        last = await self.last(schedule_id)
        await self.record(schedule_id, unposted(last, nominal, self._now(), Outcome.SKIPPED, why))

    async def sent(self, key: str) -> bool:
        """Whether a fire time is done with."""
        return bool(await self._call(lambda: self._client.exists(_sent(key))))

    async def since(self, schedule: Schedule) -> datetime | None:
        """Return since when a schedule has its timing and is not paused; null where that is not known."""
        row = await self._call(lambda: self._client.hget(SINCE, schedule.id))
        return _moment(cast("bytes", row)) if row else None

    async def overdue(self, schedule: Schedule, last: Fired | None, now: datetime) -> datetime | None:
        """Return the first fire time that has come, and of which nothing became yet; null for none."""
        since = await self.since(schedule)
        if since is None:
            return None
        first = self.next_time(schedule, max(last.nominal, since) if last else since)
        return first if first and first <= now else None

    def next_time(self, schedule: Schedule, now: datetime) -> datetime | None:
        """Return its next fire time after a moment, in its zone; null for none, and where it is paused."""
        return None if schedule.paused else triggers.next_time(schedule, now)

    async def version(self) -> str:
        """Return what is another one after each change, and empty where Redis was emptied."""
        version = await self._call(lambda: self._client.get(VERSION))
        return cast("bytes", version or b"").decode()

    async def plan(self) -> Plan:
        """Return all there is, and have Redis know what readiness.yaml has."""
        version = await self._see()
        since = await self._call(lambda: self._client.hgetall(SINCE))
        moments = {name.decode(): _moment(row) for name, row in cast("dict[bytes, bytes]", since).items()}
        self._seen = {name: at for name, at in moments.items() if name in self._configured}
        return Plan(version, await self.all(), moments)

    async def nominals(self) -> dict[str, datetime]:
        """Return the last fire times of which something became, by id."""
        rows = await self._call(lambda: self._client.zrange(NOMINALS, 0, -1, withscores=True))
        pairs = cast("list[tuple[bytes, float]]", rows)
        return {name.decode(): datetime.fromtimestamp(seconds, UTC) for name, seconds in pairs}

    async def _see(self) -> str:
        """Note since when each configured schedule has its timing; return the version of before all this."""
        now = self._now()
        known = [
            argument
            for schedule in self._configured.values()
            for argument in (
                schedule.id,
                _mark(schedule.timing),
                self._seen.get(schedule.id, now).isoformat(),
            )
        ]
        version = await self._eval(SEE, (SINCE, VERSION), secrets.token_hex(8), *known)
        return cast("bytes", version).decode()

    async def _add(self, schedule: Schedule) -> Schedule:
        """Add one under an id made of what it says: a job that is done twice adds it once."""
        said = sha256(msgspec.json.encode(structs.replace(schedule, paused=False))).hexdigest()
        ids = [f"s-{said[:length]}" for length in range(SHORTEST_ID, len(said) + 1)]
        while True:
            version, rows = await self.version(), await self._rows()
            there, taken = self._known(rows), {*rows, *self._configured}
            for ident in ids:
                # It may have been changed since.
                if (own := there.get(ident)) and (own.user, own.made) == (schedule.user, schedule.made):
                    return own
                if ident not in taken:
                    break
            else:
                raise StoreError("every id for a schedule is taken")
            if same := _same(there.values(), schedule):
                return same
            added = structs.replace(schedule, id=ident)
            if await self._put(added, version, self._now()):
                return added

    async def _change(self, schedule: Schedule) -> Schedule:
        while True:
            version = await self.version()
            there = self._known(await self._rows())
            known = there.get(schedule.id)
            if known is None:
                raise UsageError(
                    f"there is no schedule {schedule.id} any more",
                    "`/readiness schedules` lists what there is",
                )
            if not alike(known, schedule) and (same := _same(there.values(), schedule)):
                return same
            anew = known.timing != schedule.timing or (known.paused and not schedule.paused)
            if await self._put(schedule, version, self._now() if anew else None):
                return schedule

    async def _put(self, schedule: Schedule, seen: str, since: datetime | None) -> bool:
        """Add one, or put it in the place of what it was, unless any was since the version that was seen."""
        marked = f"{_mark(schedule.timing)} {since.isoformat()}" if since else ""
        row, version = msgspec.json.encode(schedule), secrets.token_hex(8)
        return bool(await self._eval(PUT, (ROWS, SINCE, VERSION), schedule.id, row, marked, seen, version))

    async def _changed(self) -> None:
        if self._fires:
            await self._fires.changed()

    def _known(self, rows: Mapping[str, bytes]) -> dict[str, Schedule]:
        """Return every schedule by id: of readiness.yaml, and of Slack what can be read."""
        read = ((name, _read(name, row, Schedule)) for name, row in rows.items())
        return {name: schedule for name, schedule in read if schedule} | self._configured

    async def _rows(self) -> dict[str, bytes]:
        rows = cast("dict[bytes, bytes]", await self._call(lambda: self._client.hgetall(ROWS)))
        return {name.decode(): row for name, row in rows.items()}

    async def _eval(self, script: str, keys: tuple[str, ...], *arguments: str | bytes | float) -> object:
        return await self._call(lambda: self._client.eval(script, len(keys), *keys, *arguments))


def _same(schedules: Iterable[Schedule], schedule: Schedule) -> Schedule | None:
    return next((it for it in schedules if it.id != schedule.id and alike(it, schedule)), None)


def _mark(timing: Timing) -> str:
    return sha256(msgspec.json.encode(timing)).hexdigest()[:16]


def _moment(row: bytes) -> datetime:
    return datetime.fromisoformat(row.decode().partition(" ")[2])


def _removed(schedule_id: str, request_id: str) -> str:
    return f"{ROWS}:removed:{quote(schedule_id, safe='')}:{quote(request_id, safe='')}"


def _sent(key: str) -> str:
    return f"{ROWS}:sent:{quote(key, safe='')}"


def _read(name: str, row: object, kind: type[T]) -> T | None:
    """Decode a row; null, with a warning, where that fails."""
    if row is None:
        return None
    try:
        return msgspec.json.decode(cast("bytes", row), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s is skipped, it cannot be read: %s", name, error)
        return None
