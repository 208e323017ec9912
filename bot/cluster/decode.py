"""From a page of JSON, as the API sends it, to records.

The quick way decodes the page at once. Where that fails, the page is decoded object by object: first with
nulls dropped (to the API server a null is an absent field), and what still does not fit is counted and left
out. One bad object never costs the page.
"""

from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct

from bot.cluster.faults import UNREADABLE
from checks.records.base import Kind, Record
from checks.shapes import decoder

T = TypeVar("T")


class ListMeta(Struct, frozen=True, rename={"token": "continue"}):
    """A list's metadata; `token` asks for the next page, empty on the last."""

    token: str = ""


class Page(Struct, Generic[T]):
    """A list as the API answers it."""

    items: list[T]
    metadata: ListMeta = ListMeta()


class RawPage(Struct):
    """A list whose items are not yet decoded; Go writes an empty list as null at times."""

    items: list[Raw] | None
    metadata: ListMeta = ListMeta()


class Decoded(Struct):
    """One page: its records, the token of the next, and how many objects did not fit their kind."""

    records: list[Record]
    token: str
    malformed: int = 0


def decode_page(kind: Kind[Any], body: bytes) -> Decoded:
    """Decode one page of a list.

    Raises one of `faults.UNREADABLE` where the body is no JSON list at all.
    """
    wire = _wire(kind)
    try:
        page = decoder(Page[wire]).decode(body)  # type: ignore[valid-type]
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _item_by_item(wire, decoder(RawPage).decode(body))
    return Decoded(page.items, page.metadata.token)


def decode_object(kind: Kind[Any], body: bytes) -> Record | None:
    """Decode a single object; null where it does not fit its kind."""
    return _one(_wire(kind), Raw(body))


def _wire(kind: Kind[Any]) -> type[Record]:
    wire: type[Record] = kind.wire or kind.record
    return wire


def _item_by_item(wire: type[Record], page: RawPage) -> Decoded:
    items = [_one(wire, raw) for raw in page.items or ()]
    records = [item for item in items if item is not None]
    return Decoded(records, page.metadata.token, malformed=len(items) - len(records))


def _one(wire: type[Record], raw: Raw) -> Record | None:
    try:
        return decoder(wire).decode(raw)
    except msgspec.ValidationError:
        pass
    except UNREADABLE:
        return None
    try:
        return msgspec.convert(_without_nulls(msgspec.json.decode(raw)), wire)
    except UNREADABLE:
        return None


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
