"""What a cluster serves: groups, versions and resources, in two requests where the server can (1.26 on).

Older servers answer plainly; then only the groups that the run needs are asked one by one.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from bot.cluster.client import AGGREGATED, Client
from bot.cluster.faults import (
    UNREADABLE,
    Answer,
    ForbiddenError,
    ReadError,
    UnauthorizedError,
    UntrustedError,
)
from checks.errors import ClusterError
from checks.model import Unread
from checks.records.base import Kind
from checks.shapes import decoder


@dataclass
class Discovery:
    """`versions` maps each group to its versions and their resources; `stale` holds what did not answer."""

    versions: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    stale: dict[str, Unread] = field(default_factory=dict)

    @property
    def groups(self) -> dict[str, frozenset[str]]:
        """Every group with the resources of all its versions."""
        return {group: frozenset().union(*versions.values()) for group, versions in self.versions.items()}

    def path(self, kind: Kind[Any]) -> str | None:
        """Return the path of a kind's list in the best version served; null where none fits."""
        versions = self.versions.get(kind.group, {})
        fitting = [version for version in kind.versions if kind.resource in versions.get(version, ())]
        if not fitting:
            return None
        root = f"/apis/{kind.group}" if kind.group else "/api"
        return f"{root}/{fitting[0]}/{kind.resource}"


class _Name(Struct):
    name: str = ""
    resource: str = ""


class _Version(Struct):
    version: str = ""
    freshness: str = ""
    resources: list[_Name] = []


class _Group(Struct):
    metadata: _Name = msgspec.field(default_factory=_Name)
    versions: list[_Version] = []


class _Kind(Struct):
    kind: str = ""


class _GroupDiscoveryList(Struct):
    items: list[_Group] | None = None


class _PlainGroup(Struct):
    name: str
    versions: list[_Version] = []


class _PlainGroupList(Struct):
    groups: list[_PlainGroup] | None = None


class _ResourceList(Struct):
    """Go writes an empty list as null at times."""

    resources: list[_Name] | None = None


async def discover(client: Client, needed: Collection[str]) -> Discovery:
    """Ask what the cluster serves; resources may be missing for groups that are not `needed`.

    Raises `ClusterError` where it cannot be told: then nothing else can.
    """
    found = Discovery()
    for path in ("/api", "/apis"):
        answer = await _ask(client, path)
        if _decode(client, answer, _Kind).kind == "APIGroupDiscoveryList":
            _add_aggregated(found, _decode(client, answer, _GroupDiscoveryList))
        elif path == "/api":
            await _add_plain(client, found, "", ["v1"])
        else:
            for group in _decode(client, answer, _PlainGroupList).groups or ():
                found.versions[group.name] = {}
                if group.name in needed:
                    await _add_plain(
                        client, found, group.name, [version.version for version in group.versions]
                    )
    if "pods" not in found.groups.get("", ()):
        raise ClusterError(f"{client.server} is not a Kubernetes API: it serves no pods")
    return found


async def _ask(client: Client, path: str) -> Answer:
    server = client.server
    try:
        answer = await client.get(path, accept=f"{AGGREGATED},application/json")
    except UnauthorizedError as error:
        raise ClusterError(
            f"{server} does not accept the credentials (401): they are wrong or have expired",
            "log in again, or renew the token or certificate in the kubeconfig",
        ) from error
    except ForbiddenError as error:
        raise ClusterError(
            f"{server} forbids even discovery ({path}): these credentials may read nothing",
            "bind them to what `readiness rbac` prints",
        ) from error
    except UntrustedError as error:
        raise ClusterError(
            f"{server} cannot be trusted: {error}",
            "see certificate-authority-data and tls-server-name in the kubeconfig",
        ) from error
    except ReadError as error:
        raise ClusterError(
            f"{server} cannot be read: {error}", "see that the address is right and reachable from here"
        ) from error
    if "json" not in answer.content_type:
        kind = "a web page" if "html" in answer.content_type else answer.content_type or "something unknown"
        raise ClusterError(
            f"{server} answered {kind} where a Kubernetes API answers JSON: a proxy, or another server",
        )
    return answer


def _decode(client: Client, answer: Answer, shape: type[Any]) -> Any:  # noqa: ANN401 - as given
    try:
        return decoder(shape).decode(answer.body)
    except UNREADABLE as error:
        raise ClusterError(f"{client.server} is not a Kubernetes API: {error}") from error


def _add_aggregated(found: Discovery, listing: _GroupDiscoveryList) -> None:
    for group in listing.items or ():
        name = group.metadata.name
        found.versions[name] = {
            version.version: frozenset(item.resource for item in version.resources)
            for version in group.versions
        }
        stale = [version for version in group.versions if version.freshness == "Stale"]
        if group.versions and len(stale) == len(group.versions):
            found.stale[name] = _stale(name, stale[0].version, "its API server does not answer")


async def _add_plain(client: Client, found: Discovery, group: str, versions: list[str]) -> None:
    root = f"/apis/{group}" if group else "/api"
    served: dict[str, frozenset[str]] = {}
    for version in versions:
        try:
            answer = await client.get(f"{root}/{version}")
            names = decoder(_ResourceList).decode(answer.body).resources or ()
        except ReadError as error:
            found.stale[group] = _stale(group, version, str(error))
            continue
        except UNREADABLE as error:
            # The API server passes on what the group's own server says: it costs that group, not the rest.
            found.stale[group] = _stale(group, version, f"the answer is not a list of resources: {error}")
            continue
        served[version] = frozenset(item.name for item in names if "/" not in item.name)
    found.versions[group] = served


def _stale(group: str, version: str, reason: str) -> Unread:
    return Unread("get", f"/apis/{group}/{version}", "", reason)
