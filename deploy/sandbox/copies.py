"""A larger cluster out of a small one: application namespaces and nodes, each standing many times."""

from collections.abc import Iterable, Iterator
from typing import Any

from deploy.sandbox.objects import SYSTEM_NAMESPACES
from deploy.sandbox.resources import Manifest

_NODE_KEYS = {"nodeName", "kubernetes.io/hostname"}
_NAMESPACE_KEYS = {"namespace", "kubernetes.io/metadata.name"}


# Stand in a template for what differs from copy to copy; private code points, so no manifest has them.
_SUFFIX, _UID_END = "\ue000", "\ue001"
_UID_DIGITS = 6


class Row:
    """An object of a list: the original (`copy` 0) or one of its copies."""

    __slots__ = ("copy", "key", "original")

    def __init__(self, original: Manifest, copy: int) -> None:
        metadata = original["metadata"]
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        if copy and namespace:
            namespace = f"{namespace}-{copy}"
        elif copy:
            name = f"{name}-{copy}"
        self.original = original
        self.copy = copy
        self.key = (namespace, name)

    def source(self) -> Manifest:
        """Return the original, or the template of its copies, whose JSON `fill` turns into a copy's."""
        template: Manifest = _marked(self.original) if self.copy else self.original
        return template

    def fill(self, text: str) -> str:
        """Return this row's JSON, given that of its `source`."""
        if not self.copy:
            return text
        return text.replace(_SUFFIX, f"-{self.copy}").replace(_UID_END, f"{self.copy:0{_UID_DIGITS}x}")


def rows(objects: Iterable[Manifest], multiply: int) -> list[Row]:
    """Return a list's rows in the order of a real server, by namespace and name.

    What is in a namespace of the applications stands `multiply` times, as do those namespaces and the nodes;
    everything else, such as kube-system or a PersistentVolume, stands once.
    """
    found = [Row(item, copy) for item in objects for copy in _copies(item, multiply)]
    return sorted(found, key=lambda row: row.key)


def _copies(manifest: Manifest, multiply: int) -> Iterator[int]:
    metadata = manifest["metadata"]
    kind = (manifest["apiVersion"], manifest["kind"])
    namespace = metadata["name"] if kind == ("v1", "Namespace") else metadata.get("namespace")
    wanted = kind == ("v1", "Node") or (namespace and namespace not in SYSTEM_NAMESPACES)
    yield from range(multiply if wanted else 1)


def _marked(value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON of any shape
    """Mark what names a namespace or a node, wherever it stands, and the end of every UID."""
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, dict):
        return {name: _marked(item, name) for name, item in _renamed(value).items()}
    if not isinstance(value, str):
        return value
    if key == "uid":
        return value[:-_UID_DIGITS] + _UID_END
    if key in _NODE_KEYS or (key in _NAMESPACE_KEYS and value not in SYSTEM_NAMESPACES):
        return value + _SUFFIX
    return value


def _renamed(value: dict[str, Any]) -> dict[str, Any]:
    """Mark a namespace's or node's name, or a reference to one: owners, involved objects."""
    kind = value.get("kind")
    if kind == "Node" or (kind == "Namespace" and value.get("name") not in SYSTEM_NAMESPACES):
        if "metadata" in value:
            return value | {"metadata": value["metadata"] | {"name": value["metadata"]["name"] + _SUFFIX}}
        if "name" in value:
            return value | {"name": value["name"] + _SUFFIX}
    return value
