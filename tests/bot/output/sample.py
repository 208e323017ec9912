"""A report with everything in it: each status, each severity, waivers, a delta, and hostile names."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from bot.output.view import Options
from checks.model import (
    CLUSTER,
    Delta,
    DeltaFinding,
    Family,
    Management,
    Platform,
    Ref,
    Report,
    Severity,
    Status,
    StatusChange,
    Unread,
    Verdict,
)
from tests.bot.output.build import HOSTILE, WAIVER, check, deployment, finding, result

TAKEN = datetime(2026, 11, 1, 12, 46, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 14, 0, tzinfo=timezone(timedelta(hours=1)))
"""14 minutes later, on a clock that is an hour ahead of UTC."""

PROBES = [
    finding(
        "sample-probes",
        deployment(name, container="server"),
        "container `server` is behind Service `web` and has no readiness probe",
        owner=owner,
    )
    for name, owner in (("cart", "payments"), ("checkout", "payments"), ("search", ""), (HOSTILE, HOSTILE))
]
NODE = finding(
    "sample-nodes",
    Ref("Node", name="node-7"),
    "not ready: NodeStatusUnknown (Kubelet stopped posting node status.)",
    rule="Ready",
)
BUDGETS = [
    finding(
        "sample-budgets",
        deployment("cart"),
        "3 replicas and no PodDisruptionBudget selects them",
        fix=(
            "Create a budget, so that draining a node waits for a replacement:\n"
            "```yaml\napiVersion: policy/v1\nkind: PodDisruptionBudget\n"
            "metadata:\n  name: cart\n  namespace: shop\nspec:\n  maxUnavailable: 1\n```\n"
        ),
    ),
    finding(
        "sample-budgets",
        deployment("scheduler", "jobs"),
        "2 replicas and no PodDisruptionBudget selects them",
        waiver=WAIVER,
        owner="Batch",
    ),
]

RESULTS = (
    result(
        "sample-nodes",
        "Every node is ready and under no pressure",
        Family.INFRASTRUCTURE,
        Severity.CRITICAL,
        Status.FAIL,
        NODE,
        remediation="See what the kubelet says with `kubectl describe node node-7`; drain and replace it.",
    ),
    result(
        "sample-zones",
        "Nodes stand in at least two zones",
        Family.INFRASTRUCTURE,
        Severity.MEDIUM,
        Status.PASS,
        evidence=("12 nodes in 3 zones: `eu-1a`, `eu-1b`, `eu-1c`",),
    ),
    result(
        "sample-etcd",
        "etcd is healthy and has an odd number of members",
        Family.INFRASTRUCTURE,
        Severity.CRITICAL,
        Status.NOT_APPLICABLE,
        reason="run by Amazon EKS",
    ),
    result(
        "sample-dns",
        "Cluster DNS answers and is spread over nodes",
        Family.NETWORKING,
        Severity.HIGH,
        Status.PASS,
        evidence=("CoreDNS 1.12: 2 of 2 replicas Ready on 2 nodes", f"served for {HOSTILE}"),
    ),
    result(
        "sample-mesh",
        "The service mesh is healthy",
        Family.NETWORKING,
        Severity.MEDIUM,
        Status.NOT_APPLICABLE,
        reason="no service mesh is installed",
    ),
    result(
        "sample-alerts",
        "Alerts reach somebody",
        Family.OBSERVABILITY,
        Severity.HIGH,
        Status.UNKNOWN,
        reason="list alertmanagers.monitoring.coreos.com: forbidden",
    ),
    result(
        "sample-logs",
        "Pod logs are collected",
        Family.OBSERVABILITY,
        Severity.HIGH,
        Status.ERROR,
        reason=f"check sample-logs crashed: KeyError: {HOSTILE!r}\n  at line 3",
    ),
    result(
        "sample-secrets",
        "Secrets come from a secret manager",
        Family.SECURITY,
        Severity.MEDIUM,
        Status.FAIL,
        finding(
            "sample-secrets", CLUSTER, "no External Secrets, Secrets Store CSI driver or Vault was found"
        ),
        remediation="Install the External Secrets operator and keep values in a secret manager.",
    ),
    result(
        "sample-roles",
        "Few are cluster administrators",
        Family.SECURITY,
        Severity.HIGH,
        Status.FAIL,
        finding(
            "sample-roles",
            Ref("ClusterRoleBinding", name="ops"),
            "binds cluster-admin to Group `everyone`",
            waiver=WAIVER,
        ),
    ),
    result(
        "sample-probes",
        "Every container behind a Service has a readiness probe",
        Family.WORKLOADS,
        Severity.HIGH,
        Status.FAIL,
        *PROBES,
        incomplete=True,
        reason="list statefulsets.apps: forbidden",
        remediation="Add a readinessProbe to container server of Deployment shop/cart.",
    ),
    result(
        "sample-budgets",
        "Every replicated workload has a disruption budget",
        Family.WORKLOADS,
        Severity.HIGH,
        Status.FAIL,
        *BUDGETS,
    ),
    result(
        "sample-probes-live",
        "Long-running containers have a liveness probe",
        Family.WORKLOADS,
        Severity.LOW,
        Status.FAIL,
        finding("sample-probes-live", deployment("cart", container="server"), "no liveness probe"),
    ),
    result(
        "sample-labels",
        "Workloads carry the recommended labels",
        Family.DELIVERY,
        Severity.INFO,
        Status.FAIL,
        finding("sample-labels", deployment("cart"), "no `app.kubernetes.io/version`"),
    ),
)

DELTA = Delta(
    since=TAKEN - timedelta(hours=26),
    run_id="r-0",
    new=(
        DeltaFinding("sample-nodes", Severity.CRITICAL, NODE),
        DeltaFinding("sample-budgets", Severity.HIGH, BUDGETS[1]),
    ),
    resolved=(
        DeltaFinding(
            "sample-labels",
            Severity.INFO,
            finding("sample-labels", deployment(HOSTILE), f"no label {HOSTILE}"),
        ),
    ),
    changed=(
        StatusChange("sample-nodes", Status.PASS, Status.FAIL),
        StatusChange("sample-mesh", None, Status.NOT_APPLICABLE),
    ),
    unreadable=("sample-alerts", "sample-logs", "sample-probes"),
)

SAMPLE = Report(
    run_id="r-1",
    cluster="prod-eu",
    cluster_uid="5d2c1c3e-0000-4000-8000-1c2f3a4b5c6d",
    platform=Platform(
        distribution="eks", title="Amazon EKS", management=Management.MANAGED, version="v1.36.2", nodes=12
    ),
    taken_at=TAKEN,
    verdict=Verdict.NOT_READY,
    score=64,
    grade="C",
    coverage=84,
    unread=(
        Unread("list", "alertmanagers", "monitoring.coreos.com", "forbidden"),
        Unread("list", "statefulsets", "apps", "forbidden"),
    ),
    results=RESULTS,
    delta=DELTA,
    notes=("2 malformed pods were left out",),
)

LAPTOP = Report(
    run_id="r-2",
    cluster="kind-dev",
    platform=Platform(
        distribution="kind",
        title="kind",
        management=Management.SELF_MANAGED,
        laptop=True,
        version="v1.36.2",
        nodes=1,
    ),
    taken_at=TAKEN,
    verdict=Verdict.UNDETERMINED,
    score=None,
    grade="-",
    coverage=None,
    partial=True,
    results=(RESULTS[1], RESULTS[4]),
)

CHECKS = {item.id: check(item) for item in RESULTS if item.id != "sample-secrets"}
OPTIONS = Options(now=NOW, checks=CHECKS)


@cache
def large(findings: int = 20_000) -> Report:
    """Make a report of one failing check with very many findings, each with a fix of its own."""
    many = tuple(
        finding(
            "sample-probes",
            deployment(f"workload-{number}", f"team-{number % 50}", "server"),
            "no readiness probe",
        )
        for number in range(findings)
    )
    return Report(
        run_id="r-3",
        cluster="huge",
        platform=SAMPLE.platform,
        taken_at=TAKEN,
        verdict=Verdict.NOT_READY,
        score=0,
        grade="F",
        coverage=100,
        results=(
            result(
                "sample-probes",
                "Every container behind a Service has a readiness probe",
                Family.WORKLOADS,
                Severity.HIGH,
                Status.FAIL,
                *many,
            ),
        ),
    )
