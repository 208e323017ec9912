"""What is remembered: the reports of every cluster, in Redis or Valkey.

Keys, all under `readiness:`, with the names and UIDs of clusters percent-encoded:

- `schema`: the number of this layout (see `bot.migrations`).
- `clusters`: a hash, cluster → the UID it has now.
- `index:<cluster>:<uid>`: a sorted set, run ids by the time they were taken (seconds since 1970).
- `summaries:<cluster>:<uid>`: a hash, run id → `Summary` as JSON.
- `reports:<cluster>:<uid>`: a hash, run id → `Report`, with its delta, as JSON packed by `bot.packing`.
- `bases:<cluster>:<uid>`: a hash, run id → a report that others are packed with, as it was then.
- `uses:<cluster>:<uid>`: a hash, the same run id → how many reports need that base.
- `newest:<cluster>:<uid>`: the run id of the base that the next report is packed with.

Another UID under the same name is another cluster and has a history of its own. The latest report is the
newest of the index, so that runs may overlap and end in any order.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import quote, unquote

import msgspec
import zstandard

from bot.connection import Connection, connect, sentences
from bot.migrations import migrate
from bot.packing import Base, Packed, pack, unpack
from bot.scripts import NEWEST_BASE, READ, SAVE
from checks.errors import StoreError, UsageError
from checks.model import SCHEMA, Report
from checks.shapes import decoder
from checks.summary import Summary

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


def _call(
    method: Callable[Concatenate["Store", P], Awaitable[T]],
) -> Callable[Concatenate["Store", P], Coroutine[Any, Any, T]]:
    """Bound a method in time and let it raise `StoreError` only."""

    @wraps(method)
    async def called(store: "Store", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await store.connection.call(lambda: method(store, *args, **kwargs))

    return called


class Store:
    """The reports of all clusters; `open_store` makes one.

    Methods raise `StoreError`. Reading is about the cluster that has the name now or, given a `uid`, about
    the one that has that UID. What cannot be decoded is skipped, with a warning in the log.
    """

    def __init__(self, connection: Connection, keep: int, days: int) -> None:
        self.connection = connection
        self._client = connection.client
        self._keep = (keep, days * 86400)

    @_call
    async def save(self, report: Report) -> None:
        """Store a report and trim the history. What has returned survives; saving it again is harmless.

        A report without a UID goes to the cluster that has the name now. Raises `ValueError` for a partial
        one.
        """
        if report.partial:
            raise ValueError("a partial report is not stored")
        raw = msgspec.json.encode(report)
        base = await self._newest_base(await self._history(report.cluster, report.cluster_uid))
        # Meanwhile others may have trimmed the base away; by itself the report can always be stored.
        if not await self._saved(report, pack(raw, base)):
            await self._saved(report, Packed(zstandard.compress(raw)))
        if self.connection.embedded is not None:
            await self._written()

    @_call
    async def latest(self, cluster: str, *, uid: str = "") -> Report | None:
        """Return the newest report."""
        history = await self._history(cluster, uid)
        return await self._first(history, await self._runs(history))

    @_call
    async def before(self, cluster: str, moment: datetime, *, uid: str = "") -> Report | None:
        """Return the newest report taken at or before a moment."""
        history = await self._history(cluster, uid)
        return await self._first(history, await self._runs(history, newest=_score(moment)))

    @_call
    async def oldest(self, cluster: str, *, uid: str = "") -> Report | None:
        """Return the oldest report there is."""
        history = await self._history(cluster, uid)
        return await self._first(history, reversed(await self._runs(history)))

    @_call
    async def report(self, cluster: str, run_id: str, *, uid: str = "") -> Report | None:
        """Return one report, by its run id or the beginning of it.

        Raises `UsageError` where several begin like that, or where it cannot be decoded.
        """
        history = await self._history(cluster, uid)
        runs = [run.decode() for run in await self._runs(history)]
        found = [run for run in runs if run == run_id] or [run for run in runs if run.startswith(run_id)]
        if len(found) > 1:
            raise UsageError(f"{len(found)} runs of {cluster} begin with {run_id}", "give more of its id")
        if not found:
            return None
        report = await self._first(history, [found[0].encode()])
        if report is None:
            raise UsageError(
                f"the stored report {found[0]} of {cluster} cannot be read", "choose another run"
            )
        return report

    @_call
    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None, uid: str = ""
    ) -> list[Summary]:
        """Sum up the reports, newest first: those taken at or after `since`, at most `limit` (none: all)."""
        history = await self._history(cluster, uid)
        runs = await self._runs(history, oldest=_score(since) if since else "-inf", limit=limit)
        rows = await self._client.hmget(f"readiness:summaries:{history}", runs) if runs else []
        lines = (_readable(run, row, _summary) for run, row in zip(runs, rows, strict=True))
        return [line for line in lines if line]

    @_call
    async def clusters(self) -> list[str]:
        """Return the names of all clusters that have a report, sorted."""
        names = cast("list[bytes]", await self._client.hkeys("readiness:clusters"))
        return sorted(unquote(name.decode()) for name in names)

    @_call
    async def uid(self, cluster: str) -> str:
        """Return the UID of the cluster that has the name now; empty where no report told."""
        return await self._uid(cluster)

    async def close(self) -> None:
        """Disconnect, and leave the embedded server."""
        await self.connection.close()

    async def _uid(self, cluster: str) -> str:
        found = await self._client.hget("readiness:clusters", _encoded(cluster))
        return unquote(cast("bytes", found or b"").decode())

    async def _history(self, cluster: str, uid: str) -> str:
        """Return the end of a history's keys. Reports without a UID belong to whichever comes to be known."""
        known = await self._uid(cluster)
        return f"{_encoded(cluster)}:{_encoded(uid if uid and known else known)}"

    async def _runs(
        self, history: str, *, newest: str = "+inf", oldest: str = "-inf", limit: int | None = None
    ) -> list[bytes]:
        """Return run ids, newest first."""
        key, num = f"readiness:index:{history}", -1 if limit is None else limit
        runs = await self._client.zrange(key, newest, oldest, desc=True, byscore=True, offset=0, num=num)
        return cast("list[bytes]", runs)

    async def _newest_base(self, history: str) -> Base | None:
        keys = [f"readiness:{kind}:{history}" for kind in ("newest", "bases")]
        found = cast("list[bytes | None]", await self._client.eval(NEWEST_BASE, 2, *keys))
        match found:
            case [bytes(run), bytes(frame)]:
                return Base(run, frame)
            case _:
                return None

    async def _saved(self, report: Report, packed: Packed) -> bool:
        """Store a report, unless the base that it needs is gone."""
        who = (_encoded(report.cluster), _encoded(report.cluster_uid), report.run_id, _score(report.taken_at))
        what = (msgspec.json.encode(Summary.of(report)), packed.row, *self._keep)
        how = (packed.needs, int(packed.becomes))
        return bool(await self._client.eval(SAVE, 1, "readiness:clusters", *who, *what, *how))

    async def _first(self, history: str, runs: Iterable[bytes]) -> Report | None:
        """Return the first of the reports that can be decoded."""
        keys = [f"readiness:{kind}:{history}" for kind in ("reports", "bases")]
        for run in runs:
            found = await self._client.eval(READ, 2, *keys, run)
            row, frame = cast("tuple[bytes | None, bytes | None]", found)
            if report := _readable(run, row, partial(_report, frame=frame)):
                return report
        return None

    async def _written(self) -> None:
        """Wait until the server has written all it took in; while in an fsync it answers before that."""
        while (state := await self._client.info("persistence"))["aof_buffer_length"]:
            if state["aof_last_write_status"] != "ok":
                raise StoreError(
                    f"the store in {self.connection.where} cannot write its file: is the disk full?"
                )
            await asyncio.sleep(0.005)


@asynccontextmanager
async def open_store(
    url: str | None = None, data_dir: Path | None = None, *, keep: int = 1000, days: int = 90
) -> AsyncIterator[Store]:
    """Open the store at a URL (redis://, rediss://, unix://) or, without one, that of a data directory.

    Of each cluster the newest `keep` reports stay, but none that is `days` older than the newest. Raises
    `StoreError`.
    """
    async with connect(url, data_dir) as connection:
        with sentences(connection.where):
            await migrate(connection.client)
        yield Store(connection, keep, days)


def _encoded(name: str) -> str:
    return quote(name, safe="")


def _score(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _report(row: bytes, frame: bytes | None) -> Report:
    report = decoder(Report).decode(unpack(row, frame))
    if report.schema > SCHEMA:
        raise msgspec.ValidationError(f"its schema {report.schema} is newer than this program's")
    return report


def _summary(row: bytes) -> Summary:
    return decoder(Summary).decode(row)


def _readable(run: bytes, stored: bytes | str | None, decode: Callable[[bytes], T]) -> T | None:
    """Decode what was stored; None, with a warning, where that fails, and where it was trimmed meanwhile."""
    if stored is None:
        return None
    try:
        return decode(cast("bytes", stored))
    except (msgspec.DecodeError, zstandard.ZstdError, UnicodeDecodeError, MemoryError) as error:
        log.warning("run %s is skipped, it cannot be read: %s", run.decode(errors="replace"), error)
        return None
