"""The least role that checks need, from what they declare; and what present credentials lack."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from bot.cluster.client import Client
from bot.cluster.collect import BASE_READS
from bot.cluster.discovery import discover
from checks.model import Unread
from checks.reads import Get, List, Path, Read
from checks.registry import Check

NAME = "readiness"


def cluster_role(checks: Iterable[Check]) -> dict[str, Any]:
    """Return the ClusterRole that lets these checks read, and nothing more."""
    reads = _reads(checks)
    lists: dict[str, set[str]] = defaultdict(set)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    paths: set[str] = set()
    for read in reads:
        match read:
            case List(kind):
                lists[kind.group].add(kind.resource)
            case Get(kind, _, name):
                names[kind.group, kind.resource].add(name)
            case Path(path):
                paths.add(path.partition("?")[0])
    rules: list[dict[str, Any]] = [
        {"apiGroups": [group], "resources": sorted(resources), "verbs": ["list"]}
        for group, resources in sorted(lists.items())
    ]
    rules += [
        {"apiGroups": [group], "resources": [resource], "resourceNames": sorted(allowed), "verbs": ["get"]}
        for (group, resource), allowed in sorted(names.items())
    ]
    rules.append({"nonResourceURLs": sorted(paths), "verbs": ["get"]})
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": NAME, "labels": {"app.kubernetes.io/name": NAME}},
        "rules": rules,
    }


def as_yaml(role: dict[str, Any]) -> str:
    """Return a manifest for `kubectl apply`."""
    return yaml.safe_dump(role, sort_keys=False, width=110)


@dataclass(frozen=True)
class Lack:
    """A read that the credentials do not allow, and the checks that it costs."""

    unread: Unread
    checks: tuple[str, ...]


async def lacking(client: Client, checks: Sequence[Check]) -> list[Lack]:
    """Ask the cluster, by access reviews, which reads the credentials do not allow.

    Kinds that the cluster does not serve are passed over: there is nothing to read.
    """
    reads = {read.key: read for read in _reads(checks)}
    found = await discover(client, {read.kind.group for read in reads.values() if not isinstance(read, Path)})
    asked = [read for read in reads.values() if isinstance(read, Path) or found.path(read.kind)]
    answers = await asyncio.gather(*(_allowed(client, read) for read in asked))
    return [
        Lack(
            read.unread("not allowed"),
            tuple(check.id for check in checks if any(own.key == read.key for own in check.reads)),
        )
        for read, allowed in zip(asked, answers, strict=True)
        if not allowed
    ]


def _reads(checks: Iterable[Check]) -> list[Read]:
    return [*BASE_READS, *(read for check in checks for read in check.reads)]


async def _allowed(client: Client, read: Read) -> bool:
    match read:
        case List(kind):
            attributes = {"verb": "list", "group": kind.group, "resource": kind.resource}
            return await client.review(attributes, resource=True)
        case Get(kind, namespace, name):
            attributes = {"verb": "get", "group": kind.group, "resource": kind.resource, "name": name}
            return await client.review({**attributes, "namespace": namespace}, resource=True)
        case Path(path):
            return await client.review({"verb": "get", "path": path.partition("?")[0]}, resource=False)
