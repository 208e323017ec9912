"""How a report is packed: by itself, or as what tells it from an earlier one of its cluster, its base.

A row is a zstd frame or, with a base, a byte 1, the base's id, a byte 0 and a frame that has the base's JSON
as its dictionary. Reports of a cluster are much alike, so that the second kind takes a fraction of the first.
"""

from typing import Final, NamedTuple

import zstandard

MARK: Final = b"\x01"
"""What a row with a base begins with; a zstd frame never does."""
END: Final = b"\x00"
LARGEST: Final = 1_000_000
"""Bytes of JSON up to which a report has a base or is one: each reading unpacks the base too."""


class Base(NamedTuple):
    """An earlier report: the id of its run, and itself as a zstd frame."""

    id: bytes
    frame: bytes


class Packed(NamedTuple):
    """A row, the id of the base that it needs (empty: none), and whether it is to be the next base."""

    row: bytes
    needs: bytes = b""
    becomes: bool = False


def pack(raw: bytes, base: Base | None) -> Packed:
    """Pack a report's JSON; by itself where there is no readable base, or that saves less than half."""
    alone = zstandard.compress(raw)
    if len(raw) > LARGEST:
        return Packed(alone)
    try:
        known = zstandard.decompress(base.frame) if base else b""
    except (zstandard.ZstdError, MemoryError):
        known = b""
    if base and known:
        # The checksum tells another base than this one, which would give another text without an error.
        packer = zstandard.ZstdCompressor(dict_data=_dictionary(known), write_checksum=True)
        row = MARK + base.id + END + packer.compress(raw)
        if len(row) <= len(alone) / 2:
            return Packed(row, base.id)
    return Packed(alone, becomes=True)


def unpack(row: bytes, frame: bytes | None) -> bytes:
    """Return a report's JSON, given its base's frame, if it has one.

    Raises `zstandard.ZstdError` and `MemoryError`, also where the base is missing or another one.
    """
    if not row.startswith(MARK):
        return zstandard.decompress(row)
    base, _, packed = row[len(MARK) :].partition(END)
    if frame is None:
        raise zstandard.ZstdError(f"its base {base.decode(errors='replace')} is missing")
    known = _dictionary(zstandard.decompress(frame))
    return zstandard.ZstdDecompressor(dict_data=known).decompress(packed)


def _dictionary(known: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(known, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
