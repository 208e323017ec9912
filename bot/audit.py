"""Who did what, in a stream of Redis and in the log."""

import logging
from typing import cast

import msgspec
import structlog
from msgspec import structs

from bot.connection import Connection
from bot.serve.logs import SECRET
from checks.errors import StoreError
from handlers.ports import Entry

STREAM = "readiness:audit"
"""Its entries have one field, `entry`: an `Entry` as JSON."""
KEPT = 100_000
"""Lines, or a few more."""
SCANNED = 20_000
"""Lines looked through for those of one cluster."""
PAGE = 500
LONGEST = 1_000
"""Characters kept of what somebody wrote."""

log = logging.getLogger(__name__)
told = structlog.get_logger("readiness.audit")


class AuditLog:
    """See `handlers.ports.AuditLog`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call
        self._client = connection.client

    async def record(self, entry: Entry) -> None:
        """Add a line, without secrets. Never raises: what cannot be stored is in the log all the same."""
        try:
            safe = structs.replace(entry, what=_safe(entry.what), detail=_safe(entry.detail))
            told.info("audit", **msgspec.to_builtins(safe))
            row = msgspec.json.encode(safe)
            await self._call(lambda: self._client.xadd(STREAM, {"entry": row}, maxlen=KEPT, approximate=True))
        except StoreError as error:
            log.warning("a line of the audit log is in this log alone: %s", error)
        except Exception:
            log.exception("a line of the audit log was not stored")

    async def entries(self, cluster: str = "", *, limit: int = 20) -> list[Entry]:
        """Return the newest lines, of one cluster or all, the newest first. Raises `StoreError`.

        Of one cluster only those among the newest 20,000 of all are found.
        """
        found: list[Entry] = []
        newest, left = "+", SCANNED
        while left > 0 and len(found) < limit:
            lines = await self._page(newest)
            found += [
                entry for key, fields in lines if (entry := _read(key, fields)) and _about(entry, cluster)
            ]
            if len(lines) < PAGE:
                break
            newest, left = f"({lines[-1][0].decode()}", left - PAGE
        return found[:limit]

    async def _page(self, newest: str) -> list[tuple[bytes, dict[bytes, bytes]]]:
        lines = await self._call(lambda: self._client.xrevrange(STREAM, max=newest, count=PAGE))
        return cast("list[tuple[bytes, dict[bytes, bytes]]]", lines)


def _safe(text: str) -> str:
    cleaned = SECRET.sub("…", text)
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[: LONGEST - 1]}…"


def _about(entry: Entry, cluster: str) -> bool:
    """Whether a line is about a cluster; one about several names them all."""
    return not cluster or cluster in entry.cluster.split(", ")


def _read(key: bytes, fields: dict[bytes, bytes]) -> Entry | None:
    try:
        return msgspec.json.decode(fields[b"entry"], type=Entry)
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("line %s of the audit log is skipped, it cannot be read: %r", key.decode(), error)
        return None
