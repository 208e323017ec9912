"""A snapshot: what was read of one cluster at one moment, and what could not be read and why.

Reading something that is not there raises; nothing ever looks empty because it was forbidden.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar, cast

from msgspec import structs

from checks.model import Management, Platform, Unread
from checks.platform import detect
from checks.reads import Get, List, Path, Read
from checks.records.base import Kind, Record
from checks.records.cluster import NODES, Node

R = TypeVar("R", bound=Record)
T = TypeVar("T")

PLATFORM_READS: tuple[Read, ...] = (List(NODES), Path("/version"))
"""What tells the platform: read on every run, and open to every check."""

OWNER_LABELS = ("team", "owner", "a8r.io/owner")
"""Labels and annotations that say whose an object is, unless the configuration names others.

Of annotations no other ones are kept: see `checks.records.base.Annotations`.
"""


class UnreadError(Exception):
    """A check touched something that could not be read; the engine turns it into `unknown`."""

    def __init__(self, unread: Sequence[Unread]) -> None:
        super().__init__("; ".join(str(item) for item in unread))
        self.unread = tuple(unread)


def gather(items: Iterable[T]) -> tuple[tuple[T, ...], tuple[Unread, ...]]:
    """Return what was read, and what was not.

    For a check that one of several proofs satisfies; whoever finds none of them raises the rest.
    """
    read: list[T] = []
    try:
        for item in items:
            read.append(item)  # noqa: PERF402 - what comes before the error stays
    except UnreadError as error:
        return tuple(read), error.unread
    return tuple(read), ()


class UndeclaredReadError(Exception):
    """A check touched something that its `reads` do not declare: a mistake in the check."""


@dataclass(frozen=True)
class Facts:
    """What the configuration says of a cluster because no API shows it.

    `management` overrides what is detected; `fixed_nodes` says that nodes are not added by demand (bare
    metal); `critical` asks for three zones; `registries` are the allowed image registries; `operators` are
    the users and groups that may hold cluster-admin; `owner_labels` are the labels and annotations that say
    whose an object is, the first that it has counts; `owner_rules` are patterns of namespaces and whose the
    objects in them are that do not say so.
    """

    management: Management | None = None
    fixed_nodes: bool = False
    critical: bool = False
    registries: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    owner_labels: tuple[str, ...] = OWNER_LABELS
    owner_rules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What was read, filed under the keys of `checks.reads`.

    `records` holds the lists, `objects` the single objects (null: the API said it does not exist), `texts`
    the plain answers. `groups` maps each API group that discovery lists to its resources; `unread` says under
    which key a read failed, `unread_groups` for which groups discovery did. `today` judges dated tables,
    `taken_at` everything else.
    """

    cluster: str
    uid: str
    taken_at: datetime
    today: date
    groups: Mapping[str, frozenset[str]]
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    objects: Mapping[str, Record | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    unread_groups: Mapping[str, Unread] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    declared: frozenset[str] | None = None

    def restricted(self, reads: Sequence[Read]) -> "Snapshot":
        """Return the same snapshot, in which all but these reads and the platform's is undeclared."""
        return replace(self, declared=frozenset(read.key for read in (*reads, *PLATFORM_READS)))

    # --- what checks ask ---------------------------------------------------------------------------------

    def list(self, kind: Kind[R]) -> tuple[R, ...]:
        """Return every object of a kind; none where discovery does not list it.

        For what subjects are compared with. Raises `UnreadError` where it was not read whole.
        """
        self._declared(kind.key)
        if not self.installed(kind):
            return ()
        self._readable(List(kind), self.records)
        return self._held(kind)

    def each(self, *kinds: Kind[R]) -> Iterator[R]:
        """Yield the objects of several kinds, and raise what is unread only after all that was read.

        For the subjects of a check: what is wrong with those that were read stays true.
        """
        unread: tuple[Unread, ...] = ()
        for kind in kinds:
            try:
                yield from self.list(kind)
            except UnreadError as error:
                yield from self._held(kind)
                unread += error.unread
        if unread:
            raise UnreadError(unread)

    def get(self, kind: Kind[R], namespace: str, name: str) -> R | None:
        """Return one object that was declared by name; null where it does not exist."""
        read = Get(kind, namespace, name)
        self._declared(read.key)
        if not self.installed(kind):
            return None
        self._readable(read, self.objects)
        found = self.objects[read.key]
        return found if isinstance(found, kind.record) else None

    def text(self, path: str) -> str:
        """Return the answer of a path outside the resources."""
        self._declared(path)
        self._readable(Path(path), self.texts)
        return self.texts[path]

    def serves(self, group: str) -> bool:
        """Whether discovery lists an API group, or groups ending in it after a dot for `*.example.io`."""
        if group.startswith("*."):
            return any(name.endswith(group[1:]) for name in self.groups)
        return group in self.groups

    def installed(self, kind: Kind[Any]) -> bool:
        """Whether discovery lists a kind. Raises `UnreadError` where its group's discovery failed."""
        if kind.group in self.unread_groups:
            raise UnreadError([self.unread_groups[kind.group]])
        return kind.resource in self.groups.get(kind.group, frozenset())

    @cached_property
    def platform(self) -> Platform:
        """What kind of cluster this is. Raises `UnreadError` where nodes or version could not be read.

        The configuration's `management` wins over what is detected.
        """
        platform = detect(self.nodes, self.groups, self.version)
        return structs.replace(platform, management=self.facts.management or platform.management)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every node."""
        return self.list(NODES)

    @property
    def version(self) -> str:
        """The API server's gitVersion, e.g. `v1.36.2` or `v1.33.5-gke.1125000`."""
        return self.text("/version")

    def older_than(self, moment: datetime | None, age: timedelta) -> bool:
        """Whether a moment is longer ago than `age`, seen from when the snapshot was taken."""
        return moment is not None and self.taken_at - moment > age

    def younger_than(self, moment: datetime | None, age: timedelta) -> bool:
        """Whether a moment is at most `age` ago, seen from when the snapshot was taken."""
        return moment is not None and self.taken_at - moment <= age

    def age(self, moment: datetime) -> str:
        """Say how long before the snapshot a moment was: `3 d`, `5 h`, `12 min`, `less than a minute`."""
        minutes = max(0, int((self.taken_at - moment).total_seconds() // 60))
        if minutes >= 48 * 60:
            return f"{minutes // (24 * 60)} d"
        if minutes >= 120:
            return f"{minutes // 60} h"
        return f"{minutes} min" if minutes else "less than a minute"

    def _held(self, kind: Kind[R]) -> tuple[R, ...]:
        return cast("tuple[R, ...]", self.records.get(kind.key, ()))

    def _declared(self, key: str) -> None:
        if self.declared is not None and key not in self.declared:
            raise UndeclaredReadError(key)

    def _readable(self, read: Read, filed: Mapping[str, object]) -> None:
        if read.key in self.unread:
            raise UnreadError([self.unread[read.key]])
        # A snapshot file may be older than the check that asks.
        if read.key not in filed:
            raise UnreadError([read.unread("not in this snapshot")])
