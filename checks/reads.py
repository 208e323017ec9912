"""What a check declares that it reads. One declaration does five jobs.

It tells the collector what to fetch, generates the RBAC role, fills the table in the docs, decides when a
check is `unknown`, and lets a snapshot refuse what was not declared.
"""

from dataclasses import dataclass
from typing import Any

from checks.model import Unread
from checks.records.base import Kind


@dataclass(frozen=True)
class List:
    """Every object of a kind, in all namespaces."""

    kind: Kind[Any]

    @property
    def key(self) -> str:
        """`deployments.apps`; what a snapshot files it under."""
        return self.kind.key

    def unread(self, reason: str) -> Unread:
        """Say that it could not be read."""
        return Unread("list", self.kind.resource, self.kind.group, reason)


@dataclass(frozen=True)
class Get:
    """One object by name; the role allows that name and no other."""

    kind: Kind[Any]
    namespace: str
    name: str

    @property
    def key(self) -> str:
        """`configmaps/kube-system/cluster-autoscaler-status`; what a snapshot files it under."""
        return f"{self.kind.key}/{self.namespace}/{self.name}"

    def unread(self, reason: str) -> Unread:
        """Say that it could not be read."""
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return Unread("get", f"{self.kind.resource}/{where}", self.kind.group, reason)


@dataclass(frozen=True)
class Path:
    """A path outside the resources, such as `/readyz?verbose`; its answer is kept as text."""

    path: str

    @property
    def key(self) -> str:
        """The path itself; what a snapshot files it under."""
        return self.path

    def unread(self, reason: str) -> Unread:
        """Say that it could not be read."""
        return Unread("get", self.path, "", reason)


Read = List | Get | Path


def lists(*kinds: Kind[Any]) -> tuple[List, ...]:
    """Declare that every object of these kinds is read."""
    return tuple(List(kind) for kind in kinds)
