"""What people have accepted or signed: in readiness.yaml, which is only read, and in Slack, kept in Redis.

Keys:

- `readiness:acceptances`: a hash, id → `Acceptance` as JSON.
- `readiness:acceptances:ends`: a sorted set, ids by the time they end (seconds since 1970).
- `readiness:acceptances:withdrawn:<id>:<request>`: what a request withdrew, for a day.

What has ended stays for 90 days, so that it can be announced and prolonged.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from glob import escape
from hashlib import sha256
from typing import Protocol, cast
from urllib.parse import quote

import msgspec
from msgspec import structs

from bot.connection import Connection
from bot.settings import Settings
from checks.attestations import Attestation
from checks.errors import StoreError, UsageError
from checks.shapes import decoder
from checks.waivers import Waiver
from handlers.ports import Acceptance

KEYS = ("readiness:acceptances", "readiness:acceptances:ends")
KEPT = timedelta(days=90)
DAY = 86_400
SHORTEST_ID = 6
"""Hex digits; a few more where another acceptance begins with the same ones."""

PUT = """
local id, new, ends, gone, change = unpack(ARGV)
local known = redis.call('HGET', KEYS[1], id)
if change == '1' and not known then return false end
if change == '0' and known then return known end
redis.call('HSET', KEYS[1], id, new)
redis.call('ZADD', KEYS[2], ends, id)
for _, old in ipairs(redis.call('ZRANGE', KEYS[2], '-inf', gone, 'BYSCORE')) do
  redis.call('HDEL', KEYS[1], old)
  redis.call('ZREM', KEYS[2], old)
end
return new
"""
"""Adds or changes one, and drops those long gone. Returns what is there then; null where it was gone."""

DROP = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known then return redis.call('GET', KEYS[3]) end
redis.call('SET', KEYS[3], known, 'EX', ARGV[2])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return known
"""
"""Ends one. Returns what it was, also to the same request again; null where there was none."""

log = logging.getLogger(__name__)


class Announce(Protocol):
    """Sees to it that people hear of an end. Raises `StoreError`."""

    async def schedule(self, acceptance: Acceptance) -> None:
        """Announce the end of one at its `until`, in place of any earlier time."""

    async def cancel(self, acceptance_id: str) -> None:
        """Announce nothing."""


class Acceptances:
    """See `handlers.ports.Acceptances`. Methods raise `StoreError`; without `announce`, only read."""

    def __init__(
        self,
        settings: Settings,
        connection: Connection,
        announce: Announce | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._now = now
        self._call = connection.call
        self._client = connection.client
        self._announce = announce

    async def all(self, cluster: str = "") -> list[Acceptance]:
        """Return those of a cluster, or all, that have not ended; the first to end comes first."""
        return held(self._settings, cluster, self._now(), await self._made(cluster))

    async def find(self, acceptance_id: str, request_id: str = "") -> Acceptance | None:
        """Return one that was made in Slack, also where it has ended, or the request has withdrawn it.

        Null where there is none.
        """
        row = await self._call(lambda: self._client.hget(KEYS[0], acceptance_id))
        if row is None and request_id:
            row = await self._call(lambda: self._client.get(_withdrawn(acceptance_id, request_id)))
        return _read(acceptance_id, row)

    async def save(self, acceptance: Acceptance) -> Acceptance:
        """Add one, or change the one with its `id`; return it with its id. Its end will be announced.

        Adding the same one again, by the same person with the same words, changes nothing. Raises
        `UsageError` where the one to change is gone.
        """
        saved = await (self._change(acceptance) if acceptance.id else self._add(acceptance))
        if self._announce:
            await self._announce.schedule(saved)
        return saved

    async def withdraw(self, acceptance_id: str, request_id: str) -> Acceptance | None:
        """End one now; null where there is none. The same request may do so again."""
        keys = (*KEYS, _withdrawn(acceptance_id, request_id))
        row = await self._call(lambda: self._client.eval(DROP, len(keys), *keys, acceptance_id, DAY))
        if self._announce:
            try:
                await self._announce.cancel(acceptance_id)
            except StoreError as error:
                # Whoever announces looks first whether it is still there.
                log.warning("the end of %s stays to be announced: %s", acceptance_id, error)
        return _read(acceptance_id, row)

    async def waivers(self, cluster: str) -> list[Waiver]:
        """Return the waivers as checks know them: those of readiness.yaml, and its own from Slack."""
        made = [_waiver(item) for item in await self._made(cluster) if not item.attestation]
        return [*self._settings.accepted(), *made]

    async def attestations(self, cluster: str) -> list[Attestation]:
        """Return the attestations likewise."""
        made = [_attestation(item) for item in await self._made(cluster) if item.attestation]
        return [*self._settings.signed(), *made]

    async def _made(self, cluster: str) -> list[Acceptance]:
        """Return what was made in Slack, ended or not, of one cluster or all."""
        rows = await self._call(lambda: self._client.hgetall(KEYS[0]))
        items = (_read(name.decode(), row) for name, row in cast("dict[bytes, bytes]", rows).items())
        return [item for item in items if item and cluster in ("", item.cluster)]

    async def _change(self, acceptance: Acceptance) -> Acceptance:
        if await self._put(acceptance, change=True) is None:
            raise UsageError(
                f"there is no waiver or attestation {acceptance.id} any more",
                "`readiness waivers` lists what there is",
            )
        return acceptance

    async def _add(self, acceptance: Acceptance) -> Acceptance:
        """Add one under an id made of what it says: a job that is done twice adds it once."""
        said = sha256(msgspec.json.encode(_said(acceptance))).hexdigest()
        letter = "a" if acceptance.attestation else "w"
        for length in range(SHORTEST_ID, len(said) + 1):
            own = structs.replace(acceptance, id=f"{letter}-{said[:length]}")
            there = _read(own.id, await self._put(own, change=False))
            if there and _said(there) == _said(own):
                return there
        raise StoreError(f"every id for {acceptance.check or acceptance.fingerprint} is taken")

    async def _put(self, acceptance: Acceptance, *, change: bool) -> object:
        gone = self._now() - KEPT
        ends, row = acceptance.until.timestamp(), msgspec.json.encode(acceptance)
        arguments = (acceptance.id, row, ends, gone.timestamp(), int(change))
        return await self._call(lambda: self._client.eval(PUT, len(KEYS), *KEYS, *arguments))


def _withdrawn(acceptance_id: str, request_id: str) -> str:
    return f"readiness:acceptances:withdrawn:{quote(acceptance_id, safe='')}:{quote(request_id, safe='')}"


def held(
    settings: Settings, cluster: str, now: datetime, made: Iterable[Acceptance] = ()
) -> list[Acceptance]:
    """Return what holds of readiness.yaml and of what was `made` in Slack; the first to end comes first."""
    here = (item for item in _configured(settings) if not cluster or fnmatchcase(cluster, item.cluster))
    return sorted((item for item in [*here, *made] if now < item.until), key=lambda item: item.until)


def _configured(settings: Settings) -> Iterator[Acceptance]:
    """Yield those of readiness.yaml; their `cluster` is a pattern."""
    for entry in settings.waivers:
        yield Acceptance(
            cluster=entry.cluster,
            by=entry.by,
            reason=entry.reason,
            until=entry.until,
            check=entry.check or "",
            fingerprint=entry.fingerprint or "",
            namespace=entry.namespace,
            name=entry.name,
        )
    for signed in settings.attestations:
        yield Acceptance(**signed.model_dump(), attestation=True)


def _waiver(item: Acceptance) -> Waiver:
    return Waiver(
        by=_by(item),
        reason=item.reason,
        until=item.until,
        cluster=escape(item.cluster),
        fingerprint=item.fingerprint,
        check=item.check,
        namespace=item.namespace,
        name=item.name,
        configured=False,
    )


def _attestation(item: Acceptance) -> Attestation:
    return Attestation(
        check=item.check,
        by=_by(item),
        reason=item.reason,
        until=item.until,
        cluster=escape(item.cluster),
        link=item.link,
        configured=False,
    )


def _by(item: Acceptance) -> str:
    return f"{item.by} (in Slack)"


def _said(item: Acceptance) -> Acceptance:
    """Return what makes it the same one: everything but its id and when it was made."""
    return structs.replace(item, id="", made=None)


def _read(acceptance_id: str, row: object) -> Acceptance | None:
    """Decode a row; null, with a warning, where that fails."""
    if row is None:
        return None
    try:
        return decoder(Acceptance).decode(cast("bytes", row))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("%s is skipped, it cannot be read: %s", acceptance_id, error)
        return None
