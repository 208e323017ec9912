"""Whose the objects of findings are, as labels of the cluster say.

Nothing is read for it: an object tells by what some check has read of it, and by the labels of its namespace
where those were read.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from msgspec import structs

from checks.model import Finding, Ref, Result
from checks.reads import List
from checks.records.base import Kind, Object
from checks.records.cluster import NAMESPACES
from checks.records.pods import PODS, PodGroup
from checks.records.workloads import Controller, CronJob
from checks.registry import Check
from checks.snapshot import Snapshot

Labels = dict[str, str]


def owned(results: Sequence[Result], snapshot: Snapshot, checks: Iterable[Check]) -> tuple[Result, ...]:
    """Return the results of these checks with the owner of each finding's object, where labels name one.

    The first of the cluster's `owner_labels` counts that the object has, else its pods, else its namespace.
    """
    keys = snapshot.facts.owner_labels
    wanted = {_object(finding.ref) for result in results for finding in result.findings}
    if not keys or not wanted:
        return tuple(results)
    owners: dict[Ref, str] = {}
    for ref, labels in _labelled(snapshot, checks, {ref.kind for ref in wanted}):
        if ref in wanted and ref not in owners and (owner := _named(labels, keys)):
            owners[ref] = owner
    namespaces = {item.name: _named(item.labels, keys) for item in _held(snapshot, NAMESPACES)}

    def marked(finding: Finding) -> Finding:
        owner = owners.get(_object(finding.ref)) or namespaces.get(finding.ref.namespace)
        return structs.replace(finding, owner=owner) if owner else finding

    return tuple(structs.replace(it, findings=tuple(map(marked, it.findings))) for it in results)


def _object(ref: Ref) -> Ref:
    """Name the object that a container is of."""
    return Ref(ref.kind, ref.namespace, ref.name) if ref.container else ref


def _named(labels: Labels, keys: Iterable[str]) -> str:
    return next((labels[key] for key in keys if labels.get(key)), "")


def _labelled(snapshot: Snapshot, checks: Iterable[Check], wanted: set[str]) -> Iterator[tuple[Ref, Labels]]:
    """Yield objects of the kinds that are wanted with their labels; those that count more come earlier."""
    kinds = dict.fromkeys(read.kind for check in checks for read in check.reads if isinstance(read, List))
    asked = (kind for kind in kinds if kind.kind in wanted and kind is not PODS)
    return chain(chain.from_iterable(_objects(snapshot, kind) for kind in asked), _pods(snapshot))


def _objects(snapshot: Snapshot, kind: Kind[Any]) -> Iterator[tuple[Ref, Labels]]:
    """Yield each object with its own labels, then with those of its pods' template."""
    for item in _held(snapshot, kind):
        ref = Ref(kind.kind, item.namespace, item.name)
        yield ref, item.labels
        match item:
            case Controller():
                yield ref, item.spec.template.metadata.labels
            case CronJob():
                yield ref, item.spec.job_template.spec.template.metadata.labels


def _pods(snapshot: Snapshot) -> Iterator[tuple[Ref, Labels]]:
    """Yield what makes pods with the labels of its pods: all that is known of a kind that no check reads."""
    for item in _held(snapshot, PODS):
        if isinstance(item, PodGroup):
            yield Ref(item.kind, item.namespace, item.name), item.labels


def _held(snapshot: Snapshot, kind: Kind[Any]) -> Iterator[Object]:
    """Yield what was read of a kind, be it a part: labels are true whatever else is missing."""
    return (item for item in snapshot.records.get(kind.key, ()) if isinstance(item, Object))
