"""The objects of a cluster, kept as a server keeps them, and manifests read from YAML."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from deploy.sandbox.catalogue import Catalogue, guess
from deploy.sandbox.resources import Manifest, Resource, split_api_version

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
CREATED = "2026-01-01T00:00:00Z"
"""When an object was created whose manifest does not say."""

_DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")
_API_SERVICE = ("apiregistration.k8s.io", "APIService")


def read_manifests(path: Path) -> list[Manifest]:
    """Read the objects of a YAML or JSON file; lists are taken apart. Raises OSError or ValueError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.load_all(path.read_text(encoding="utf-8"), loader))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: {error}") from error
    return [item for document in documents if document for item in _taken_apart(document)]


def _taken_apart(document: Manifest) -> Iterator[Manifest]:
    kind = str(document.get("kind"))
    if not kind.endswith("List"):
        yield document
        return
    for item in document["items"] or ():
        yield {"apiVersion": document.get("apiVersion"), "kind": kind.removesuffix("List"), **item}


def _plain(value: object) -> str:
    """Write what YAML took for a date as the API does."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no JSON")


class Store:
    """The objects by kind, with what an API server fills in: namespaces, UIDs, revisions.

    `name` is the cluster's: it makes the UIDs of one sandbox differ from another's. `revision` is the latest
    resourceVersion.
    """

    def __init__(self, objects: Iterable[Mapping[str, Any]], name: str) -> None:
        self.revision = 0
        self._name = name
        self._kinds: dict[tuple[str, str], dict[tuple[str, str], Manifest]] = {}
        self._guessed: list[Resource] = []
        self.catalogue = Catalogue((), (), ())
        for namespace in SYSTEM_NAMESPACES:
            self._add_namespace(namespace)
        definitions_first = sorted(
            objects, key=lambda item: _group_kind(item) not in {_DEFINITION, _API_SERVICE}
        )
        for item in definitions_first:
            self.apply(item)

    def apply(self, given: Mapping[str, Any]) -> None:
        """Add an object or replace it as a whole. Raises ValueError where it has no kind or no name."""
        manifest: Manifest = json.loads(json.dumps(given, default=_plain))
        metadata = manifest.get("metadata") or {}
        if not all(isinstance(item, str) for item in (*_type(manifest), metadata.get("name"))):
            raise ValueError(
                f"an object needs apiVersion, kind and metadata.name: {json.dumps(manifest)[:200]}"
            )
        resource = self._resource(manifest)
        namespace = ""
        if resource.namespaced:
            namespace = metadata.get("namespace") or "default"
            self._add_namespace(namespace)
        self._keep(manifest, namespace)
        if _group_kind(manifest) in {_DEFINITION, _API_SERVICE}:
            self._learn()

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Remove an object; `kind` may carry its group: `Node.longhorn.io`.

        Raises KeyError where there is none.
        """
        wanted, _, group = kind.partition(".")
        for (of_group, of_kind), objects in self._kinds.items():
            if of_kind == wanted and of_group == (group or of_group) and (namespace, name) in objects:
                del objects[namespace, name]
                self.revision += 1
                if (of_group, of_kind) in {_DEFINITION, _API_SERVICE}:
                    self._learn()
                return
        raise KeyError(f"{kind} {namespace}/{name}")

    def objects(self, group: str, kind: str) -> list[Manifest]:
        """Return the objects of a kind, by namespace and name."""
        kept = self._kinds.get((group, kind), {})
        return [kept[key] for key in sorted(kept)]

    def _resource(self, manifest: Manifest) -> Resource:
        api_version, kind = _type(manifest)
        known = self.catalogue.of_kind(api_version, kind)
        if known:
            return known
        resource = guess(api_version, kind, namespaced="namespace" in manifest["metadata"])
        if (resource.group, resource.version) not in self.catalogue.stale:
            self._guessed.append(resource)
            self._learn()
        return resource

    def _learn(self) -> None:
        self.catalogue = Catalogue(self.objects(*_DEFINITION), self.objects(*_API_SERVICE), self._guessed)

    def _add_namespace(self, name: str) -> None:
        if ("", name) not in self._kinds.setdefault(("", "Namespace"), {}):
            self._keep({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, "")

    def _keep(self, manifest: Manifest, namespace: str) -> None:
        self.revision += 1
        group, kind = _group_kind(manifest)
        given = manifest["metadata"]
        name = given["name"]
        filled = {
            "name": name,
            **({"namespace": namespace} if namespace else {}),
            "uid": str(uuid5(NAMESPACE_URL, f"{self._name}/{group}/{kind}/{namespace}/{name}")),
            "resourceVersion": str(self.revision),
            "creationTimestamp": CREATED,
        }
        metadata = filled | given | ({"namespace": namespace} if namespace else {})
        if not namespace:
            metadata.pop("namespace", None)
        if (group, kind) == ("", "Namespace"):
            metadata["labels"] = {"kubernetes.io/metadata.name": name} | (given.get("labels") or {})
            manifest.setdefault("status", {"phase": "Active"})
        self._kinds.setdefault((group, kind), {})[namespace, name] = manifest | {"metadata": metadata}


def _type(manifest: Mapping[str, Any]) -> tuple[Any, Any]:
    return manifest.get("apiVersion"), manifest.get("kind")


def _group_kind(manifest: Mapping[str, Any]) -> tuple[str, str]:
    api_version, kind = _type(manifest)
    return split_api_version(str(api_version))[0], str(kind)
