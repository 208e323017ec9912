"""Case files: a few manifests, and what one check must say of them.

`tests/cases/<check-id>/<status>.<why>.yaml`, where `<status>` is pass, fail, na or unknown:

    include: [kubeadm]           # named sets of objects from tests/cases/sets.yaml
    version: v1.36.2             # the API server's, this one by default
    objects: [...]               # manifests, as a cluster would give them
    installed: [backups.velero.io]   # kinds that discovery lists although there is no object of them
    missing: [poddisruptionbudgets.policy]  # kinds that discovery does not list
    unread: [pods]               # keys of reads that failed (forbidden)
    texts: {"/readyz?verbose": "..."}
    facts: {management: managed}
    expect:
      findings: [Deployment shop/cart]   # exactly these subjects, in any order, repeated for several findings
      message: only one replica          # in one of the findings' messages
      reason: run by EKS                 # in the result's reason
      evidence: ready                    # in one of the pieces of evidence
      remediation: kubectl               # in the first fix
      incomplete: true

Every case is seen from noon of 2026-11-01.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.cluster.decode import decode_page
from checks.catalogue import CATALOGUE
from checks.folding import PodFolder
from checks.model import Status, Unread
from checks.reads import Get, List
from checks.reads import Path as PathRead
from checks.records.base import Kind, Record
from checks.records.cluster import NAMESPACES, NODES
from checks.records.pods import PODS, Pod
from checks.registry import Check
from checks.snapshot import Facts, Snapshot

CASES = Path(__file__).parent.parent / "cases"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
STATUSES = {
    "pass": Status.PASS,
    "fail": Status.FAIL,
    "na": Status.NOT_APPLICABLE,
    "unknown": Status.UNKNOWN,
}
BUILT_IN = frozenset({"", "apps", "batch", "policy", "autoscaling"})
BUILT_IN_SUFFIX = ".k8s.io"
NOT_BUILT_IN = frozenset({"gateway.networking.k8s.io", "metrics.k8s.io", "snapshot.storage.k8s.io"})


@dataclass(frozen=True)
class Expected:
    """What the check must say."""

    findings: list[str] | None = None
    message: str = ""
    reason: str = ""
    evidence: str = ""
    remediation: str = ""
    incomplete: bool = False


@dataclass(frozen=True)
class Case:
    """One file."""

    check_id: str
    why: str
    status: Status
    expect: Expected = field(default_factory=Expected)
    include: list[str] = field(default_factory=list)
    version: str = "v1.36.2"
    objects: list[dict[str, Any]] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @property
    def check(self) -> Check:
        return next(check for check in CATALOGUE if check.id == self.check_id)


def load(path: Path) -> Case:
    """Read one case; a key that means nothing is an error."""
    status, _, why = path.stem.partition(".")
    content = _parsed(path) or {}
    known = {"check_id": path.parent.name, "why": why, "status": STATUSES[status]}
    sets = _parsed(CASES / "sets.yaml")
    included = [item for name in content.get("include", []) for item in sets[name]]
    content = {**content, "objects": [*included, *content.get("objects", [])]}
    unknown = content.keys() - Case.__dataclass_fields__.keys()
    assert not unknown, f"{path}: {unknown}"
    return msgspec.convert({**content, **known}, Case)


@cache
def _parsed(path: Path) -> Any:  # noqa: ANN401 - whatever the YAML holds
    return yaml.load(path.read_text(), yaml.CSafeLoader)  # as safe as safe_load, and ten times faster


def all_cases() -> list[Path]:
    """Return every case file."""
    return sorted(CASES.glob("*/*.yaml"))


def snapshot(case: Case, *, also_unread: tuple[str, ...] = ()) -> Snapshot:
    """Make the snapshot that the collector would have made of the case's objects."""
    kinds = _kinds()
    records: dict[str, list[Record]] = defaultdict(list)
    unknown: dict[str, set[str]] = defaultdict(set)
    for manifest in case.objects:
        group = manifest["apiVersion"].rpartition("/")[0]
        kind = next((k for k in kinds.values() if (k.kind, k.group) == (manifest["kind"], group)), None)
        if kind is None:
            unknown[group].add(manifest["kind"].lower() + "s")
            continue
        page = decode_page(kind, msgspec.json.encode({"metadata": {}, "items": [manifest]}))
        assert not page.malformed, f"{case.check_id}: {manifest} does not fit {kind}"
        records[kind.key] += page.records
    if PODS.key in records:
        folder = PodFolder()
        folder.add(item for item in records[PODS.key] if isinstance(item, Pod))
        records[PODS.key] = list(folder.groups())
    unread = {key: Unread("list", key, "", "forbidden") for key in (*case.unread, *also_unread)}
    filed = {key: tuple(records.get(key, ())) for key in kinds}
    return Snapshot(
        cluster="case",
        uid="00000000-0000-0000-0000-000000000000",
        taken_at=NOW,
        today=NOW.date(),
        groups=_groups(case, kinds, records, unknown),
        records=filed,
        objects=_objects(records),
        texts={"/version": case.version, **case.texts},
        unread=unread,
        facts=case.facts,
    )


def _kinds() -> dict[str, Kind[Any]]:
    reads = [read for check in CATALOGUE for read in check.reads]
    kinds = [read.kind for read in reads if not isinstance(read, PathRead)]
    return {kind.key: kind for kind in (*kinds, NODES, NAMESPACES, PODS)}


def _groups(
    case: Case,
    kinds: dict[str, Kind[Any]],
    records: dict[str, list[Record]],
    unknown: dict[str, set[str]],
) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set, unknown)
    for key, kind in kinds.items():
        core = kind.group in BUILT_IN or kind.group.endswith(BUILT_IN_SUFFIX)
        if (core and kind.group not in NOT_BUILT_IN) or records.get(key):
            groups[kind.group].add(kind.resource)
    for key in case.installed:
        resource, _, group = key.partition(".")
        groups[group].add(resource)
    for key in case.missing:
        resource, _, group = key.partition(".")
        groups[group].discard(resource)
    return {group: frozenset(resources) for group, resources in groups.items() if resources}


def _objects(records: dict[str, list[Record]]) -> dict[str, Record | None]:
    """File what checks read by name as the collector would; what is not there is null."""
    gets = [read for check in CATALOGUE for read in check.reads if isinstance(read, Get)]
    return {
        read.key: next(
            (item for item in records.get(read.kind.key, ()) if _named(item, read.namespace, read.name)), None
        )
        for read in gets
    }


def _named(item: Record, namespace: str, name: str) -> bool:
    metadata = getattr(item, "metadata", None)
    return metadata is not None and (metadata.namespace, metadata.name) == (namespace, name)


def read_keys(check: Check) -> list[str]:
    """Return the keys of everything a check may read, the platform's included."""
    return sorted({*(read.key for read in check.reads), List(NODES).key, "/version"})
