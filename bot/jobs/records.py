"""Runs under way, in Redis.

Keys, all under `readiness:`, with the names of clusters and requests percent-encoded:

- `running:<cluster>`: the id of its one run, while it lasts. It goes with that run's end, or ten minutes
  after the last sign of life of its worker or, while it is queued, of somebody who waits for it.
- `asked:<request>`: the run that a request was given, for a day.
- `run:<id>`: a hash, the fields of `handlers.ports.Progress`; kept for an hour after the end.
- `askers:<id>`: a sorted set, the askers of a run by the time at which they asked.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

import msgspec

from bot.connection import Connection
from checks.errors import StoreError
from handlers.ports import Progress, State

HELD = 600
"""Seconds without a sign of life after which a cluster may be run anew."""
KEPT = 86_400
"""Seconds for which a run that never ended is remembered."""
TOLD = 3_600
"""Seconds for which a run that has ended is remembered."""

COMMON = """
local function field(run, name) return redis.call('HGET', 'readiness:run:' .. run, name) end
local function over(run)
  local state = field(run, 'state')
  return not state or state == 'done' or state == 'failed'
end
local function hold(mark, run, seconds)
  if redis.call('GET', mark) == run then redis.call('EXPIRE', mark, seconds) end
end
"""

OPEN = f"""
{COMMON}
local mark, asked = KEYS[1], KEYS[2]
local new, cluster, asker, now, score = unpack(ARGV)
local run = redis.call('GET', asked)
if run then return {{run, over(run) and 0 or 1}} end
run = redis.call('GET', mark)
if not run or over(run) then
  run = new
  local key = 'readiness:run:' .. run
  if redis.call('EXISTS', key) == 1 then return {{'', 0}} end
  redis.call('HSET', key, 'cluster', cluster, 'state', 'queued', 'asked', now, 'beat', now)
  redis.call('EXPIRE', key, {KEPT})
  redis.call('SET', mark, run, 'EX', {HELD})
end
redis.call('ZADD', 'readiness:askers:' .. run, 'NX', score, asker)
redis.call('EXPIRE', 'readiness:askers:' .. run, {KEPT})
redis.call('SET', asked, run, 'EX', {KEPT})
return {{run, 1}}
"""
"""Returns the run of a request, and whether its job has to be there; empty where the new id is taken."""

BEGIN = f"""
{COMMON}
local mark, key = KEYS[1], KEYS[2]
local run, cluster, now = unpack(ARGV)
local state = redis.call('HGET', key, 'state')
if state == 'done' or state == 'failed' then return 0 end
redis.call('HSETNX', key, 'asked', now)
redis.call('HSET', key, 'cluster', cluster, 'state', 'queued', 'beat', now)
redis.call('EXPIRE', key, {KEPT})
hold(mark, run, {HELD})
return redis.call('HINCRBY', key, 'attempts', 1)
"""
"""Counts an attempt; 0 where the run has ended."""

PLACED = f"""
{COMMON}
local run, attempt = unpack(ARGV)
if over(run) or field(run, 'attempts') ~= attempt then return 0 end
return redis.call('HINCRBY', KEYS[2], 'placed', 1)
"""
"""Counts the attempts that got a place; 0 where the run has ended, or another attempt was begun."""

TELL = f"""
{COMMON}
local mark, key = KEYS[1], KEYS[2]
local run, attempt = ARGV[1], ARGV[2]
if over(run) or field(run, 'attempts') ~= attempt then return 0 end
redis.call('HSET', key, unpack(ARGV, 3))
hold(mark, run, {HELD})
return 1
"""
"""Writes how far a run is; 0 where it has ended, or another attempt was begun."""

END = f"""
{COMMON}
local mark, key = KEYS[1], KEYS[2]
local run, attempt, state = unpack(ARGV, 1, 3)
if over(run) or state == 'failed' and field(run, 'attempts') ~= attempt then return 0 end
redis.call('HSET', key, 'state', state, unpack(ARGV, 4))
redis.call('EXPIRE', key, {TOLD})
redis.call('EXPIRE', 'readiness:askers:' .. run, {TOLD})
if redis.call('GET', mark) == run then redis.call('DEL', mark) end
return 1
"""
"""Ends a run that has not ended, and lets its cluster go. Only the attempt that counts can fail."""


HOLD = f"""
{COMMON}
hold(KEYS[1], ARGV[1], {HELD})
"""
"""Renews the mark of a run that has no worker yet."""


@dataclass(frozen=True)
class Attempt:
    """One time that a run was begun, counted from 1."""

    run_id: str
    cluster: str
    number: int


class Records:
    """What is known of runs. Methods raise `StoreError`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call
        self._client = connection.client

    async def open(self, cluster: str, asker: str, request_id: str) -> tuple[str, bool]:
        """Return the run of a request, which may be another's, and whether it has yet to end."""
        keys = (_mark(cluster), f"readiness:asked:{_encoded(request_id)}")
        while True:
            now = datetime.now(UTC)
            new = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
            given = (new, cluster, asker, now.isoformat(), now.timestamp())
            run, due = cast("tuple[bytes, int]", await self._eval(OPEN, keys, *given))
            if run:
                return run.decode(), bool(due)

    async def given(self, request_id: str) -> str:
        """Return the run that a request was given; empty where it has none."""
        found = await self._call(lambda: self._client.get(f"readiness:asked:{_encoded(request_id)}"))
        return cast("bytes", found or b"").decode()

    async def begin(self, cluster: str, run_id: str) -> Attempt | None:
        """Begin a run, once more where it was interrupted; null where it has ended."""
        number = await self._eval(BEGIN, _keys(cluster, run_id), run_id, cluster, _now())
        return Attempt(run_id, cluster, cast("int", number)) if number else None

    async def placed(self, attempt: Attempt) -> int:
        """Note that an attempt has a place to read; return how many had one. 0 where it no longer counts."""
        keys = _keys(attempt.cluster, attempt.run_id)
        return cast("int", await self._eval(PLACED, keys, attempt.run_id, attempt.number))

    async def tell(self, attempt: Attempt, fields: Mapping[str, str | int]) -> bool:
        """Write how far an attempt is; false where it no longer counts."""
        told = (item for pair in fields.items() for item in pair)
        keys = _keys(attempt.cluster, attempt.run_id)
        counts = await self._eval(TELL, keys, attempt.run_id, attempt.number, "beat", _now(), *told)
        return bool(counts)

    async def end(self, attempt: Attempt, state: State, error: str = "", hint: str = "") -> None:
        """End a run, unless it has ended."""
        keys = _keys(attempt.cluster, attempt.run_id)
        told = (state, "error", error, "hint", hint, "beat", _now())
        await self._eval(END, keys, attempt.run_id, attempt.number, *told)

    async def progress(self, run_id: str) -> Progress | None:
        """Return how far a run is; null where it is no longer known. A queued one keeps its mark."""

        async def read() -> tuple[dict[bytes, bytes], list[bytes]]:
            fields = await self._client.hgetall(f"readiness:run:{run_id}")
            askers = await self._client.zrange(f"readiness:askers:{run_id}", 0, -1)
            return cast("tuple[dict[bytes, bytes], list[bytes]]", (fields, askers))

        fields, askers = await self._call(read)
        if not fields:
            return None
        known = {name.decode(): value.decode() for name, value in fields.items()}
        told = {**known, "run_id": run_id, "askers": [asker.decode() for asker in askers]}
        # Not strict: numbers are strings in a hash.
        progress = msgspec.convert(told, Progress, strict=False)
        if progress.state is State.QUEUED:
            # Behind busy ones it has no worker to do so.
            with suppress(StoreError):
                await self._eval(HOLD, (_mark(progress.cluster),), run_id)
        return progress

    async def _eval(self, script: str, keys: tuple[str, ...], *arguments: str | float) -> object:
        return await self._call(lambda: self._client.eval(script, len(keys), *keys, *map(str, arguments)))


def _keys(cluster: str, run_id: str) -> tuple[str, str]:
    return _mark(cluster), f"readiness:run:{run_id}"


def _mark(cluster: str) -> str:
    return f"readiness:running:{_encoded(cluster)}"


def _encoded(name: str) -> str:
    return quote(name, safe="")


def _now() -> str:
    return datetime.now(UTC).isoformat()
