"""A snapshot as a file: read in one place, judged in another.

It holds records only: no Secret contents, no environment values, no annotation that neither a check uses nor
names an owner. A name that ends in `.zst` is compressed.
"""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import zstandard
from msgspec import Meta, Raw, Struct

from bot.cluster.faults import UNREADABLE
from checks.catalogue import CATALOGUE
from checks.errors import UsageError
from checks.model import Unread
from checks.reads import Path as PathRead
from checks.records.base import Kind, Record
from checks.records.cluster import NAMESPACES, NODES
from checks.snapshot import Facts, Snapshot

FORMAT = 1
"""Raised when a file of an older program can no longer be read."""


class SnapshotFile(Struct, kw_only=True):
    """The file's content; the keys are those of `checks.reads`."""

    format: int = FORMAT
    cluster: str
    uid: str
    taken_at: Annotated[datetime, Meta(tz=True)]
    groups: dict[str, list[str]]
    records: dict[str, Raw]
    objects: dict[str, Raw]
    texts: dict[str, str]
    unread: dict[str, Unread]
    unread_groups: dict[str, Unread]
    facts: Facts


class _Head(Struct):
    """What every format has, older or newer."""

    format: int = FORMAT


def write(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot; what stood there is replaced only once all is written.

    Raises `UsageError` where it cannot be written.
    """
    content = SnapshotFile(
        cluster=snapshot.cluster,
        uid=snapshot.uid,
        taken_at=snapshot.taken_at,
        groups={group: sorted(resources) for group, resources in snapshot.groups.items()},
        records={key: Raw(msgspec.json.encode(records)) for key, records in snapshot.records.items()},
        objects={key: Raw(msgspec.json.encode(item)) for key, item in snapshot.objects.items()},
        texts=dict(snapshot.texts),
        unread=dict(snapshot.unread),
        unread_groups=dict(snapshot.unread_groups),
        facts=snapshot.facts,
    )
    data = msgspec.json.encode(content)
    if path.suffix == ".zst":
        data = zstandard.ZstdCompressor(write_checksum=True).compress(data)
    try:
        _replace(path, data)
    except OSError as error:
        raise UsageError(f"the snapshot cannot be written to {path}: {error.strerror}") from error


def read(path: Path) -> Snapshot:
    """Read a snapshot; dated tables are judged by today.

    Raises `UsageError` where it is none, or of a newer program.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"the snapshot {path} cannot be read: {error.strerror}") from error
    try:
        if path.suffix == ".zst":
            data = _unpacked(data)
        if (written := msgspec.json.decode(data, type=_Head).format) > FORMAT:
            raise UsageError(f"{path} was written by a newer readiness (format {written}): upgrade this one")
        content = msgspec.json.decode(data, type=SnapshotFile)
        kinds = _kinds()
        records = {key: _records(kinds.get(key), raw) for key, raw in content.records.items()}
        objects = {
            key: _object(kinds.get(key.partition("/")[0]), raw) for key, raw in content.objects.items()
        }
    except (*UNREADABLE, zstandard.ZstdError, MemoryError) as error:
        raise UsageError(f"{path} is not a snapshot: {error}") from error
    return Snapshot(
        cluster=content.cluster,
        uid=content.uid,
        taken_at=content.taken_at,
        today=datetime.now(UTC).date(),
        groups={group: frozenset(resources) for group, resources in content.groups.items()},
        records=records,
        objects=objects,
        texts=content.texts,
        unread=content.unread,
        unread_groups=content.unread_groups,
        facts=content.facts,
    )


def _unpacked(data: bytes) -> bytes:
    """Decompress a whole file. Raises `ZstdError` also where its end, and so its checksum, is missing."""
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    content = unpacking.decompress(data)
    if not unpacking.eof:
        raise zstandard.ZstdError("it ends too early")
    return content


def _kinds() -> dict[str, Kind[Any]]:
    reads = [read for check in CATALOGUE for read in check.reads if not isinstance(read, PathRead)]
    return {kind.key: kind for kind in (NODES, NAMESPACES, *(read.kind for read in reads))}


def _records(kind: Kind[Any] | None, raw: Raw) -> tuple[Record, ...]:
    """Return a list's records; none of a kind that this program does not know."""
    return () if kind is None else msgspec.json.decode(raw, type=tuple[kind.record, ...])  # type: ignore[name-defined]


def _object(kind: Kind[Any] | None, raw: Raw) -> Record | None:
    return None if kind is None else msgspec.json.decode(raw, type=kind.record | None)


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(data)  # a device or a pipe, such as /dev/stdout, is written to, never replaced
        return
    path = path.resolve()  # behind a link, what it leads to
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
