"""Whose the objects of findings are, as labels and annotations of the cluster say, or else the configuration.

Nothing is read for it: an object tells by what some check has read of it, and by its namespace where that was
read.
"""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from typing import Any

from msgspec import structs

from checks.model import Finding, Ref, Result
from checks.reads import List
from checks.records.base import Kind, Metadata, Object
from checks.records.cluster import NAMESPACES
from checks.records.pods import PODS, PodGroup
from checks.records.workloads import Controller, CronJob
from checks.registry import Check
from checks.snapshot import Snapshot


def owned(results: Sequence[Result], snapshot: Snapshot, checks: Iterable[Check]) -> tuple[Result, ...]:
    """Return the results of these checks with the owner of each finding's object, where one is known.

    The first of the cluster's `owner_labels` counts that the object has, else its pods, else its namespace;
    where none of them has any, the first of its `owner_rules` that is about the namespace.
    """
    keys, rules = snapshot.facts.owner_labels, snapshot.facts.owner_rules
    wanted = {_object(finding.ref) for result in results for finding in result.findings}
    if not wanted or not (keys or rules):
        return tuple(results)
    owners: dict[Ref, str] = {}
    for ref, metadata in _described(snapshot, checks, {ref.kind for ref in wanted}):
        if ref in wanted and ref not in owners and (owner := _named(metadata, keys)):
            owners[ref] = owner
    namespaces = {item.name: _named(item.metadata, keys) for item in _held(snapshot, NAMESPACES)}

    @cache
    def configured(namespace: str) -> str:
        return next((owner for pattern, owner in rules if fnmatchcase(namespace, pattern)), "")

    def marked(finding: Finding) -> Finding:
        ref = _object(finding.ref)
        namespace = ref.name if ref.kind == NAMESPACES.kind else ref.namespace
        owner = owners.get(ref) or namespaces.get(namespace) or (configured(namespace) if namespace else "")
        return structs.replace(finding, owner=owner) if owner else finding

    return tuple(structs.replace(it, findings=tuple(map(marked, it.findings))) for it in results)


def _object(ref: Ref) -> Ref:
    """Name the object that a container is of."""
    return Ref(ref.kind, ref.namespace, ref.name) if ref.container else ref


def _named(metadata: Metadata, keys: Iterable[str]) -> str:
    """Return the owner that labels name, else annotations; empty for none."""
    said = (metadata.labels, metadata.annotations.owners)
    return next((named[key] for named in said for key in keys if named.get(key)), "")


def _described(
    snapshot: Snapshot, checks: Iterable[Check], wanted: set[str]
) -> Iterator[tuple[Ref, Metadata]]:
    """Yield objects of the kinds that are wanted with their metadata; what counts more comes earlier."""
    kinds = dict.fromkeys(read.kind for check in checks for read in check.reads if isinstance(read, List))
    asked = (kind for kind in kinds if kind.kind in wanted and kind is not PODS)
    return chain(chain.from_iterable(_objects(snapshot, kind) for kind in asked), _pods(snapshot))


def _objects(snapshot: Snapshot, kind: Kind[Any]) -> Iterator[tuple[Ref, Metadata]]:
    """Yield each object with its own metadata, then with that of its pods' template."""
    for item in _held(snapshot, kind):
        ref = Ref(kind.kind, item.namespace, item.name)
        yield ref, item.metadata
        match item:
            case Controller():
                yield ref, item.spec.template.metadata
            case CronJob():
                yield ref, item.spec.job_template.spec.template.metadata


def _pods(snapshot: Snapshot) -> Iterator[tuple[Ref, Metadata]]:
    """Yield what makes pods with the metadata of a pod: all that is known of a kind that no check reads."""
    for item in _held(snapshot, PODS):
        if isinstance(item, PodGroup):
            yield Ref(item.kind, item.namespace, item.name), item.metadata


def _held(snapshot: Snapshot, kind: Kind[Any]) -> Iterator[Object]:
    """Yield what was read of a kind, be it a part: what it says is true whatever else is missing."""
    return (item for item in snapshot.records.get(kind.key, ()) if isinstance(item, Object))
