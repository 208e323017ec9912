"""What can be made to go wrong, and when it strikes. Counted or seeded, so that it always strikes alike."""

import random
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox import statuses
from deploy.sandbox.resources import Manifest
from deploy.sandbox.statuses import Answer, Target


@dataclass(frozen=True)
class Dose:
    """How often a fault strikes: the first `first` requests that it could hit, then a `share` (0 to 1)."""

    first: int = 0
    share: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Dose":
        """Read `3` (the first three), `20%` or `all`. Raises ValueError."""
        if text == "all":
            return ALWAYS
        return cls(share=float(text[:-1]) / 100) if text.endswith("%") else cls(first=int(text))


NEVER = Dose()
ALWAYS = Dose(share=1.0)


@dataclass(frozen=True)
class Faults:
    """The faults of a cluster.

    Requests are named by `[verb:]resource[.group]` (without a group: in any group), by `*` for every
    resource, or, for what is no resource, by a path that may end in `*`, as RBAC writes them: `pods`,
    `list:configmaps`, `deployments.apps`, `/readyz`, `/apis*`. `{"*", "/*"}` is everything, with discovery.
    """

    forbid: AbstractSet[str] = frozenset()
    """Answered 403."""
    status: Mapping[str, tuple[int, Dose]] = field(default_factory=dict)
    """Answered with this HTTP status and a Status body, so often; counted for each name."""
    stall: AbstractSet[str] = frozenset()
    """Not answered while these faults are in force."""
    only: AbstractSet[str] = frozenset()
    """The requests that throttle, drop, expire, latency and drip hit; all where empty."""
    throttle: Dose = NEVER
    """Answered 429 with `retry_after` (seconds)."""
    retry_after: int = 1
    drop: Dose = NEVER
    """The connection is closed in the middle of the body."""
    expire: int = 0
    """Page number, from 2: it and later ones are answered 410, once for each list unless `expire_always`."""
    expire_always: bool = False
    latency: float = 0.0
    """Seconds before every answer."""
    drip: int = 0
    """Bytes a second at which bodies leave; 0 is as fast as they go."""
    html: bool = False
    """Everything is answered 200 with the HTML page of some proxy's login."""
    unauthorized: bool = False
    """Everything is answered 401."""
    token: str = ""
    """The bearer token without which everything is answered 401; empty: none is needed."""
    failing: AbstractSet[str] = frozenset()
    """Health checks that fail, such as `etcd`."""
    garble: AbstractSet[str] = frozenset()
    """Objects whose spec is a string: `Pod/shop/web-0`, `Node/node-1`."""
    nulls: AbstractSet[str] = frozenset()
    """Fields that are null wherever they could be: `[Kind:]path`, such as `metadata.labels`,
    `Pod:spec.containers.ports`; lists on the way are walked. `items` alone is the list of an empty page."""
    seed: int = 0
    """Of the shares."""


NO_FAULTS = Faults()


def named(names: AbstractSet[str], target: Target) -> bool:
    """Whether one of the names (see `Faults`) is that of a request."""
    return any(_is_named(name, target) for name in names)


def _is_named(name: str, target: Target) -> bool:
    if not target.resource:
        prefix = name.startswith("/") and name.endswith("*")
        return target.path.startswith(name[:-1]) if prefix else target.path == name
    verb, _, resource = name.rpartition(":")
    return verb in {"", target.verb} and resource in {"*", target.resource, target.key}


class Injector:
    """The faults together with what they have struck so far; a new set of faults needs a new one."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._hits: Counter[str] = Counter()
        self._random = random.Random(faults.seed)  # noqa: S311 - repeatable, not secret
        self._expired: set[str] = set()

    def refusal(self, target: Target, authorization: str, user: str) -> Answer | None:
        """Return what is answered instead of the truth, in the order in which a real server refuses."""
        faults = self.faults
        if faults.html:
            return Answer(statuses.SIGN_IN, content_type="text/html; charset=utf-8")
        if faults.unauthorized or (faults.token and authorization != f"Bearer {faults.token}"):
            return statuses.status(401)
        if self._is_hit(target) and self._strikes("throttle", faults.throttle):
            return statuses.throttled(target, faults.retry_after)
        if named(faults.forbid, target):
            return statuses.forbidden(target, user)
        for name, (code, dose) in faults.status.items():
            if named({name}, target) and self._strikes(f"status {name}", dose):
                return statuses.status(code)
        return None

    def stalls(self, target: Target) -> bool:
        """Whether a request is never answered."""
        return named(self.faults.stall, target)

    def latency(self, target: Target) -> float:
        """Return the seconds by which an answer is late."""
        return self.faults.latency if self._is_hit(target) else 0.0

    def drip(self, target: Target) -> int:
        """Return the bytes a second at which a body leaves, 0 for no limit."""
        return self.faults.drip if self._is_hit(target) else 0

    def drops(self, target: Target) -> bool:
        """Whether an answer is cut off; counts."""
        return self._is_hit(target) and self._strikes("drop", self.faults.drop)

    def expires(self, target: Target, page: int) -> bool:
        """Whether this page's token is too old; counts."""
        faults = self.faults
        if not faults.expire or page < faults.expire or not self._is_hit(target):
            return False
        first = target.path not in self._expired
        self._expired.add(target.path)
        return first or faults.expire_always

    def spoil(self, manifest: Manifest) -> Manifest:
        """Return an object as it is sent: garbled or with nulls where asked, else itself."""
        kind, metadata = manifest["kind"], manifest["metadata"]
        name = "/".join(filter(None, (kind, metadata.get("namespace"), metadata["name"])))
        if name in self.faults.garble:
            manifest = manifest | {"spec": "garbled"}
        for field_name in self.faults.nulls:
            only_kind, _, path = field_name.rpartition(":")
            if only_kind in {"", kind} and path != "items":
                manifest = _with_null(manifest, path.split("."))
        return manifest

    def _is_hit(self, target: Target) -> bool:
        return not self.faults.only or named(self.faults.only, target)

    def _strikes(self, name: str, dose: Dose) -> bool:
        self._hits[name] += 1
        return self._hits[name] <= dose.first or (dose.share > 0 and self._random.random() < dose.share)


def _with_null(value: Any, path: list[str]) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, list):
        return [_with_null(item, path) for item in value]
    if not isinstance(value, dict):
        return value
    key, *rest = path
    if not rest:
        return value | {key: None}
    return value | {key: _with_null(value[key], rest)} if key in value else value
