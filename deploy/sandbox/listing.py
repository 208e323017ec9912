"""Lists in pages, and single objects, as the API server writes them."""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deploy.sandbox import statuses
from deploy.sandbox.copies import Row, rows
from deploy.sandbox.faults import Injector
from deploy.sandbox.objects import Store
from deploy.sandbox.resources import Manifest, Resource
from deploy.sandbox.statuses import Answer, Target, compact

Shape = Callable[[Resource, Manifest], Manifest]
_PARTIAL = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}


@dataclass(frozen=True)
class Token:
    """A continue token: the key of the last object sent, the number of the page it asks for.

    `revision` is that of the list's first page, -1 once the list is no longer consistent.
    """

    start: tuple[str, str]
    page: int
    revision: int

    def __str__(self) -> str:
        """As it goes over the wire: opaque."""
        value = {"v": "meta.k8s.io/v1", "rv": self.revision, "start": [*self.start], "page": self.page}
        return base64.urlsafe_b64encode(compact(value).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Read one. Raises ValueError, KeyError or TypeError for anything that this server did not give."""
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        namespace, name = value["start"]
        return cls((namespace, name), int(value["page"]), int(value["rv"]))


FIRST = Token(("", ""), 1, 0)
"""What a list without a continue token asks for."""


class Listing:
    """Reads of a store; what was rendered is kept until `forget`, which follows every change."""

    def __init__(self, store: Store, multiply: int) -> None:
        self._store = store
        self._multiply = multiply
        self._rows: dict[tuple[str, str, str], list[Row]] = {}
        self._texts: dict[tuple[str, int], str] = {}

    def forget(self) -> None:
        """Drop what was kept."""
        self._rows.clear()
        self._texts.clear()

    def get(self, resource: Resource, target: Target, injector: Injector, accept: str) -> Answer:
        """Answer a single object, or 404."""
        namespace = target.namespace if resource.namespaced else ""
        found = self._all(resource, namespace)
        place = (namespace, target.name)
        at = bisect_left(found, place, key=lambda row: row.key)
        if at == len(found) or found[at].key != place:
            return statuses.object_not_found(target)
        shape = _partial if _wants(accept, "PartialObjectMetadata") else _whole
        return _raw(found[at].fill(compact(shape(resource, injector.spoil(found[at].source())))))

    def page(
        self, resource: Resource, target: Target, query: Mapping[str, str], injector: Injector, accept: str
    ) -> Answer:
        """Answer a list or one page of it; `limit` is ignored at resourceVersion 0, as the cache does."""
        try:
            limit = int(query.get("limit") or 0) if query.get("resourceVersion") != "0" else 0
            token = Token.parse(query["continue"]) if query.get("continue") else FIRST
        except (ValueError, KeyError, TypeError) as error:
            return statuses.bad_request(f"invalid limit or continue token: {error}")
        if token != FIRST and query.get("resourceVersion"):
            return statuses.bad_request("specifying resource version is not allowed when using continue")
        if token != FIRST and injector.expires(target, token.page):
            return statuses.expired(str(replace(token, revision=-1)) if token.revision >= 0 else "")
        found = self._all(resource, target.namespace if resource.namespaced else "")
        if target.name:
            found = [row for row in found if row.key[1] == target.name]
        start = 0 if token == FIRST else bisect_right(found, token.start, key=lambda row: row.key)
        chosen = found[start : start + limit] if limit else found[start:]
        left = len(found) - start - len(chosen)
        metadata: dict[str, Any] = {"resourceVersion": str(self._store.revision)}
        if left:
            revision = token.revision or self._store.revision
            metadata |= {"continue": str(Token(chosen[-1].key, token.page + 1, revision))}
            metadata |= {"remainingItemCount": left}
        return self._list(resource, chosen, metadata, injector, accept)

    def _list(
        self, resource: Resource, chosen: list[Row], metadata: dict[str, Any], injector: Injector, accept: str
    ) -> Answer:
        partial = _wants(accept, "PartialObjectMetadataList")
        shape: Shape = _partial if partial else _item
        kind = "PartialObjectMetadata" if partial else resource.kind
        api_version = _PARTIAL["apiVersion"] if partial else resource.api_version
        texts = ",".join(self._text(resource, row, injector, shape) for row in chosen)
        # The real server too sends null for an empty list of partial objects.
        empty = "null" if partial or "items" in injector.faults.nulls else "[]"
        items = f"[{texts}]" if texts else empty
        head = f'"kind":"{kind}List"', f'"apiVersion":"{api_version}"'
        if resource.custom and not partial:
            # Custom resources come as sorted maps: the continue token follows the items.
            last = compact(dict(sorted(({"continue": ""} | metadata).items())))
            return _raw(f'{{{head[1]},"items":{items},{head[0]},"metadata":{last}}}')
        return _raw(f'{{{head[0]},{head[1]},"metadata":{compact(metadata)},"items":{items}}}')

    def _text(self, resource: Resource, row: Row, injector: Injector, shape: Shape) -> str:
        if not row.copy:
            return compact(shape(resource, injector.spoil(row.original)))
        key = (f"{shape.__name__} {resource.api_version}", id(row.original))
        if key not in self._texts:
            self._texts[key] = compact(shape(resource, injector.spoil(row.source())))
        return row.fill(self._texts[key])

    def _all(self, resource: Resource, namespace: str) -> list[Row]:
        key = (resource.group, resource.kind, namespace)
        if key not in self._rows:
            if namespace:
                everywhere = self._all(resource, "")
                self._rows[key] = [row for row in everywhere if row.key[0] == namespace]
            else:
                self._rows[key] = rows(self._store.objects(resource.group, resource.kind), self._multiply)
        return self._rows[key]


def _wants(accept: str, kind: str) -> bool:
    return any(f"as={kind}" in clause.replace(" ", "").split(";") for clause in accept.split(","))


def _raw(text: str) -> Answer:
    return Answer(f"{text}\n".encode())


def _partial(_: Resource, manifest: Manifest) -> Manifest:
    return _PARTIAL | {"metadata": manifest["metadata"]}


def _whole(resource: Resource, manifest: Manifest) -> Manifest:
    """Return an object in the version that was asked for."""
    whole = {"kind": resource.kind, "apiVersion": resource.api_version}
    whole |= {key: value for key, value in manifest.items() if key not in whole}
    return dict(sorted(whole.items())) if resource.custom else whole


def _item(resource: Resource, manifest: Manifest) -> Manifest:
    """Return an object as an item of a list: only custom resources name their kind there."""
    if resource.custom:
        return _whole(resource, manifest)
    return {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind"}}
