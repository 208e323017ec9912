"""Everything that one cluster serves: built-in, defined and guessed resources, aggregated groups."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from deploy.sandbox.resources import (
    AGGREGATED,
    BUILT_IN,
    CUSTOM_VERBS,
    Manifest,
    Resource,
    split_api_version,
    subresource,
)


def guess(api_version: str, kind: str, *, namespaced: bool) -> Resource:
    """Return how an object is served that nothing in the data defines.

    A kind of a built-in group in a version that 1.36 no longer serves keeps its plural; anything else gets a
    lower-case plural by the rules of English. Raises ValueError for a kind that a built-in version lacks,
    which is a slip in the data.
    """
    group, version = split_api_version(api_version)
    for known in (*BUILT_IN, *AGGREGATED):
        if (known.group, known.kind) == (group, kind):
            return replace(known, version=version)
    if any(known.api_version == api_version for known in BUILT_IN):
        raise ValueError(f"{api_version} has no kind {kind}")
    singular = kind.lower()
    if re.search("[^aeiou]y$", singular):
        plural = f"{singular[:-1]}ies"
    else:
        plural = f"{singular}es" if re.search("(s|x|ch|sh)$", singular) else f"{singular}s"
    return Resource(group, version, plural, kind, namespaced, singular, CUSTOM_VERBS, custom=True)


def defined(definition: Manifest) -> Iterator[Resource]:
    """Yield what a CustomResourceDefinition serves, a resource for each version that it says is served."""
    spec = definition["spec"]
    names: Mapping[str, Any] = spec["names"]
    kind = names["kind"]
    for version in spec["versions"]:
        if not version.get("served", True):
            continue
        wanted = version.get("subresources") or {}
        yield Resource(
            spec["group"],
            version["name"],
            names["plural"],
            kind,
            namespaced=spec.get("scope", "Namespaced") == "Namespaced",
            singular=names.get("singular") or kind.lower(),
            verbs=CUSTOM_VERBS,
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            subresources=tuple(subresource(name, kind) for name in ("status", "scale") if name in wanted),
            custom=True,
        )


def _priority(version: str) -> tuple[int, int, int, str]:
    """Kubernetes' order of versions: stable, beta, alpha, each newest first, then other names."""
    match = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if not match:
        return 3, 0, 0, version
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return stage, -int(match[1]), -int(match[3] or 0), version


class Catalogue:
    """Everything that is served: `groups` by name and version, best version first, in discovery's order.

    `stale` holds the (group, version) pairs of aggregated APIs that do not answer.
    """

    def __init__(
        self, definitions: Iterable[Manifest], api_services: Iterable[Manifest], others: Iterable[Resource]
    ) -> None:
        resources = [
            *BUILT_IN,
            *(item for definition in definitions for item in defined(definition)),
            *others,
        ]
        wanted: set[tuple[str, str]] = set()
        stale: set[tuple[str, str]] = set()
        for service in api_services:
            spec = service["spec"]
            if spec.get("service"):
                (wanted if _available(service) else stale).add((spec.get("group", ""), spec["version"]))
        resources += [item for item in AGGREGATED if (item.group, item.version) in wanted]
        self.stale = frozenset(stale)
        self.groups: dict[str, dict[str, list[Resource]]] = {}
        self._by_plural: dict[tuple[str, str, str], Resource] = {}
        for resource in resources:
            self._add(resource)
        for group, version in sorted(wanted | stale):
            self.groups.setdefault(group, {}).setdefault(version, [])
        for group, versions in self.groups.items():
            self.groups[group] = {
                version: sorted(versions[version], key=lambda item: item.plural)
                for version in sorted(versions, key=_priority)
            }

    def _add(self, resource: Resource) -> None:
        key = (resource.group, resource.version, resource.plural)
        if key not in self._by_plural and key[:2] not in self.stale:
            self._by_plural[key] = resource
            self.groups.setdefault(resource.group, {}).setdefault(resource.version, []).append(resource)

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """Return the resource at `/apis/<group>/<version>/<plural>`."""
        return self._by_plural.get((group, version, plural))

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """Return the resource of an object with that apiVersion and kind."""
        group, version = split_api_version(api_version)
        return next((item for item in self.groups.get(group, {}).get(version, ()) if item.kind == kind), None)


def _available(service: Manifest) -> bool:
    """Whether an APIService says that it answers; one without a condition does."""
    conditions = (service.get("status") or {}).get("conditions") or ()
    return all(item["status"] == "True" for item in conditions if item["type"] == "Available")
