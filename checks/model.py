"""The words of a report: what a check yields, what is stored, what is shown.

Everything here is immutable data. A `Report` is one run's whole result; its JSON Schema is generated
from these classes (see `deploy/generate.py`).
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct, field

SCHEMA = 1
"""Version of `Report` as it is stored and exchanged. Raised when a field changes its meaning."""


class Severity(StrEnum):
    """What a failure means for going live; `critical` is "do not", `info` is shown but not scored."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, rising as it matters less; for sorting and for "at or above"."""
        return list(Severity).index(self)

    @property
    def weight(self) -> int:
        """Share of the score."""
        return (10, 5, 2, 1, 0)[self.rank]

    def at_least(self, other: "Severity") -> bool:
        """Whether this is as severe as `other`, or more."""
        return self.rank <= other.rank


class Status(StrEnum):
    """The outcome of one check on one cluster."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class Layer(StrEnum):
    """Who would mend it: the provider, the cluster's operators, the platform team or the developers."""

    INFRASTRUCTURE = "infrastructure"
    KUBERNETES = "kubernetes"
    PLATFORM = "platform"
    APPLICATION = "application"


class Family(StrEnum):
    """The chapters of the checklist, in the order in which they are shown."""

    INFRASTRUCTURE = "infrastructure"
    NETWORKING = "networking"
    OBSERVABILITY = "observability"
    SECURITY = "security"
    WORKLOADS = "workloads"
    DELIVERY = "delivery"


class Verdict(StrEnum):
    """The answer to "is this cluster ready for production?"."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNDETERMINED = "undetermined"


class Management(StrEnum):
    """Who runs the control plane (and, fully managed, the nodes)."""

    SELF_MANAGED = "self_managed"
    MANAGED = "managed"
    FULLY_MANAGED = "fully_managed"


class Ref(Struct, frozen=True, order=True, omit_defaults=True):
    """One object of a cluster, or one container of it. The cluster itself is `CLUSTER`."""

    kind: str
    namespace: str = ""
    name: str = ""
    container: str = ""

    def __str__(self) -> str:
        """Like kubectl: `Deployment shop/cart`, `… (container server)`, `Node node-1`."""
        path = f"{self.namespace}/{self.name}" if self.namespace else self.name
        text = f"{self.kind} {path}" if path else self.kind
        return f"{text} (container {self.container})" if self.container else text


CLUSTER = Ref("Cluster")
"""The subject of a check that judges the cluster as a whole."""


class Passed(Struct, frozen=True):
    """A subject that a check judged and found in order, with the evidence (may be empty)."""

    ref: Ref
    evidence: str = ""


class WaiverNote(Struct, frozen=True):
    """Who accepted a finding, why, and until when."""

    by: str
    reason: str
    until: datetime


class Finding(Struct, frozen=True, omit_defaults=True):
    """One object that fails one check.

    `rule` tells apart several findings of a check on one object (a rule name or a port). `fix` is set only
    where the check's own remediation does not fit. `fingerprint`, `waiver` and `owner`, who the labels, the
    annotations or the configuration say the object belongs to, are filled in by the engine.
    """

    ref: Ref
    message: str
    rule: str = ""
    fix: str = ""
    fingerprint: str = ""
    waiver: WaiverNote | None = None
    owner: str = ""


def fingerprint(check_id: str, ref: Ref, rule: str) -> str:
    """Identify a finding across runs and clusters: 16 hex digits.

    Counts, ages and the cluster's name are left out on purpose, so that a waiver and a delta can follow it.
    """
    parts = (check_id, ref.kind, ref.namespace, ref.name, ref.container, rule)
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


class Unread(Struct, frozen=True, order=True):
    """One read that the cluster did not answer, named as RBAC names it, and why."""

    verb: str
    resource: str
    group: str
    reason: str

    def __str__(self) -> str:
        """`list pods: forbidden`."""
        group = f".{self.group}" if self.group else ""
        return f"{self.verb} {self.resource}{group}: {self.reason}"


class Result(Struct, frozen=True, kw_only=True):
    """What one check said of one cluster.

    `unread` are the reads that it lacked. `subjects` counts the distinct objects it judged, `failing` those
    of them with an unwaived finding and `counted` those that enter the score (all but the waived ones).
    """

    id: str
    title: str
    family: Family
    severity: Severity
    layer: Layer
    status: Status
    incomplete: bool = False
    waived: bool = False
    reason: str = ""
    unread: tuple[Unread, ...] = ()
    evidence: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    subjects: int = 0
    counted: int = 0
    failing: int = 0
    remediation: str = ""
    docs: str = ""

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that nobody has waived."""
        return tuple(finding for finding in self.findings if finding.waiver is None)

    @property
    def first_open(self) -> Finding | None:
        """The finding that `remediation` is about; null where none is open."""
        return next((finding for finding in self.findings if finding.waiver is None), None)


class Platform(Struct, frozen=True, kw_only=True):
    """What kind of cluster this is; `management` is null where it could not be told."""

    distribution: str = "unknown"
    title: str = "Kubernetes"
    management: Management | None = None
    laptop: bool = False
    version: str = ""
    nodes: int | None = None


class StatusChange(Struct, frozen=True, rename={"before": "from", "after": "to"}):
    """A check whose status differs between two reports; null where one of them did not have the check."""

    id: str
    before: Status | None
    after: Status | None


class DeltaFinding(Struct, frozen=True):
    """A finding that only one of two reports has, with the check it belongs to."""

    id: str
    severity: Severity
    finding: Finding


class Delta(Struct, frozen=True):
    """What changed since an earlier report of the same cluster.

    `unreadable` names the checks that one of the two could not judge whole, while one could judge them:
    nothing is said of those.
    """

    since: datetime
    run_id: str
    new: tuple[DeltaFinding, ...] = ()
    resolved: tuple[DeltaFinding, ...] = ()
    changed: tuple[StatusChange, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.new or self.resolved or self.changed or self.unreadable)


class Report(Struct, frozen=True, kw_only=True):
    """One run's whole result. `score` and `coverage` are 0 to 100, null where nothing applies."""

    schema: int = SCHEMA
    run_id: str
    cluster: str
    cluster_uid: str = ""
    platform: Platform
    taken_at: datetime
    partial: bool = False
    verdict: Verdict
    score: int | None
    grade: str
    coverage: int | None
    unread: tuple[Unread, ...] = ()
    results: tuple[Result, ...] = ()
    delta: Delta | None = None
    notes: tuple[str, ...] = field(default=())
