"""What a check declares that it reads. One declaration does five jobs.

It tells the collector what to fetch, generates the RBAC role, fills the table in the docs, decides when a
check is `unknown`, and lets a snapshot refuse what was not declared.
"""

from dataclasses import dataclass
from typing import Any

from checks.records.base import Kind


@dataclass(frozen=True)
class List:
    """Every object of a kind, in all namespaces."""

    kind: Kind[Any]

    @property
    def key(self) -> str:
        """`deployments.apps`; what a snapshot files it under."""
        return self.kind.key


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


@dataclass(frozen=True)
class Path:
    """A path outside the resources, such as `/readyz?verbose`; its answer is kept as text."""

    path: str

    @property
    def key(self) -> str:
        """The path itself; what a snapshot files it under."""
        return self.path


Read = List | Get | Path


def lists(*kinds: Kind[Any]) -> tuple[List, ...]:
    """Declare that every object of these kinds is read."""
    return tuple(List(kind) for kind in kinds)
