"""Templates become manifests: ages become timestamps, names become UIDs.

A sample is written without a clock: where the API gives a timestamp, a template holds an `Ago`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.sandbox.resources import Manifest


def timestamp(moment: datetime) -> str:
    """Write a moment as the API does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Ago:
    """A moment before the one at which the sample is looked at, and how it is written down."""

    age: timedelta
    write: Callable[[datetime], str] = timestamp


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> Ago:
    """Return a moment that long ago."""
    return Ago(timedelta(days=days, hours=hours, minutes=minutes))


def finish(cluster: str, templates: Iterable[Manifest], now: datetime, age: timedelta) -> list[Manifest]:
    """Return a cluster's manifests as they are at `now`; what says nothing else is as old as the cluster."""
    moment = now.astimezone(UTC)
    dated = [_dated(template, moment) for template in templates]
    places = {
        (item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]) for item in dated
    }
    for item in dated:
        metadata = item["metadata"]
        metadata.setdefault("creationTimestamp", timestamp(moment - age))
        namespace = metadata.get("namespace", "")
        metadata["uid"] = uid(cluster, item["kind"], namespace, metadata["name"])
        for owner in metadata.get("ownerReferences", ()):
            inside = (owner["kind"], namespace, owner["name"]) in places
            owner["uid"] = uid(cluster, owner["kind"], namespace if inside else "", owner["name"])
    return dated


def uid(cluster: str, kind: str, namespace: str, name: str) -> str:
    """Return the UID of an object, which is its name's in that cluster."""
    return str(uuid5(NAMESPACE_URL, f"{cluster}/{kind}/{namespace}/{name}"))


def _dated(value: Any, now: datetime) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, Ago):
        return value.write(now - value.age)
    if isinstance(value, dict):
        return {key: _dated(item, now) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_dated(item, now) for item in value]
    return value
