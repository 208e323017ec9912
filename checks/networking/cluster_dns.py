"""Cluster DNS: whether names resolve, and go on resolving while nodes come and go."""

from collections.abc import Iterator, Sequence

from checks.model import CLUSTER, Family, Finding, Layer, Management, Passed, Ref, Severity
from checks.products import find
from checks.reads import lists
from checks.records.autoscaling import POD_AUTOSCALERS
from checks.records.network import ENDPOINT_SLICES, SERVICES, Service
from checks.records.pods import PODS, PodGroup
from checks.records.workloads import DAEMONSETS, DEPLOYMENTS, DISRUPTION_BUDGETS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot

NAMESPACES = frozenset({"kube-system", "openshift-dns"})
DNS_PORT = 53


@check(
    "cluster-dns",
    "Cluster DNS survives the loss of a node",
    family=Family.NETWORKING,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=(
        *lists(DEPLOYMENTS, DAEMONSETS, PODS),
        *lists(SERVICES, ENDPOINT_SLICES, DISRUPTION_BUDGETS, POD_AUTOSCALERS),
    ),
    remediation=(
        "Run at least two replicas on different nodes (a topology spread or anti-affinity keeps them apart):"
        " `kubectl scale {target} --replicas 2`, or the add-on's own settings where a provider manages it."
    ),
    docs="https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/",
)
def cluster_dns(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """When DNS stops, every call from one service to another by name fails: the whole cluster seems down."""
    services = [service for service in snapshot.list(SERVICES) if _serves_dns(service)]
    groups = snapshot.list(PODS)
    serving = [(service, [group for group in groups if _behind(group, service)]) for service in services]
    if not any(behind for _, behind in serving) and _may_be_outside(snapshot, services):
        raise Unknown(
            f"no DNS pods run in the cluster: {snapshot.platform.title} may answer names itself, which no API"
            " shows; attest `cluster-dns` when you know that it does"
        )
    if not services:
        message = f"no Service answers DNS in {' or '.join(sorted(NAMESPACES))}"
        yield Finding(CLUSTER, message, fix="Install CoreDNS behind a Service `kube-dns` in kube-system.")
    for service, behind in serving:
        yield from _judge_service(snapshot, service)
        if behind:
            yield from _judge_pods(snapshot, service, behind)


def _serves_dns(service: Service) -> bool:
    """Whether it is a cluster's DNS; a node-local cache publishes no port 53 by a Service."""
    ours = service.namespace in NAMESPACES or service.labels.get("k8s-app") == "kube-dns"
    return ours and bool(service.spec.selector) and any(port.port == DNS_PORT for port in service.spec.ports)


def _behind(group: PodGroup, service: Service) -> bool:
    alive = group.pods > group.finished
    here = group.namespace == service.namespace
    return alive and here and any(service.routes_to(labels) for labels in group.label_sets)


def _may_be_outside(snapshot: Snapshot, services: Sequence[Service]) -> bool:
    """Whether others may answer: Cloud DNS for GKE, the nodes of EKS Auto Mode, the host of a vCluster."""
    platform = snapshot.platform
    if platform.distribution in {"gke", "vcluster"} or platform.management is Management.FULLY_MANAGED:
        return True
    return not services and platform.management is not Management.SELF_MANAGED


def _judge_service(snapshot: Snapshot, service: Service) -> Iterator[Passed | Finding]:
    ref = Ref("Service", service.namespace, service.name)
    ready = sum(
        endpoint.conditions.ready
        for item in snapshot.list(ENDPOINT_SLICES)
        if (item.namespace, item.service) == (service.namespace, service.name)
        for endpoint in item.endpoints
    )
    if ready:
        yield Passed(ref)
    else:
        selector = ",".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))
        fix = f"See why no pod is ready: `kubectl describe pods --namespace {ref.namespace} -l {selector}`."
        yield Finding(ref, "has no ready endpoint, so no name resolves", rule="endpoints", fix=fix)


def _judge_pods(
    snapshot: Snapshot, service: Service, groups: Sequence[PodGroup]
) -> Iterator[Passed | Finding]:
    """Judge the pods behind one Service; what fails is their owner, or the Service of several owners."""
    refs = [Ref(group.kind, group.namespace, group.name) for group in groups]
    subject = refs[0] if len(refs) == 1 else Ref("Service", service.namespace, service.name)
    ready = sum(group.ready for group in groups)
    nodes = {node for group in groups for node in group.ready_nodes}
    spread = ready >= 2 and len(nodes) >= 2
    if ready < 2:
        yield Finding(subject, f"ready DNS pods: {ready}, needed: 2", rule="replicas")
    elif not spread:
        only = ", the only one" if len(snapshot.nodes) == 1 else ""
        message = f"all {ready} ready DNS pods are on node {next(iter(nodes))}{only}"
        yield Finding(subject, message, rule="nodes")
    for group, ref in zip(groups, refs, strict=True):
        protection = _protection(snapshot, group)
        if not protection:
            message = "no PodDisruptionBudget and no autoscaler keeps enough DNS pods while nodes are drained"
            yield Finding(ref, message, rule="protection", fix=_budget(service, ref))
        elif spread:
            where = f"{group.ready} ready on {len(group.ready_nodes)} nodes"
            yield Passed(ref, f"{_named(snapshot, ref)}: {where}, {protection}")


def _protection(snapshot: Snapshot, group: PodGroup) -> str:
    """Return what keeps enough of these pods; empty where nothing does."""
    if group.kind == "DaemonSet":
        return "one on each node"
    for budget in snapshot.list(DISRUPTION_BUDGETS):
        selector = budget.spec.selector
        if budget.namespace == group.namespace and selector and any(map(selector.matches, group.label_sets)):
            return f"PodDisruptionBudget `{budget.name}`"
    for scaler in snapshot.list(POD_AUTOSCALERS):
        target = scaler.spec.scale_target_ref
        if (scaler.namespace, target.kind, target.name) == (group.namespace, group.kind, group.name):
            return f"HorizontalPodAutoscaler `{scaler.name}`"
    wanted = f"{group.kind}/{group.name}".lower()
    for found in find(snapshot, "dns-autoscaler", DEPLOYMENTS):
        flags = [flag for item in found.spec.containers for flag in (*item.command, *item.args)]
        aimed = any(f"--target={wanted}" in flag.lower().split() for flag in flags)
        if aimed and found.healthy and found.ref.namespace == group.namespace:
            return f"autoscaler `{found.ref.name}`"
    return ""


def _named(snapshot: Snapshot, ref: Ref) -> str:
    """Return the product with its version where it is recognised, else the workload alone."""
    workloads = find(snapshot, "cluster-dns", DEPLOYMENTS, DAEMONSETS)
    found = next((item for item in workloads if item.ref == ref), None)
    return f"{found.product.name} {found.version} ({ref})" if found else str(ref)


def _budget(service: Service, ref: Ref) -> str:
    labels = ",".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))
    return (
        f"Give its pods a budget: `kubectl create poddisruptionbudget {ref.name} --namespace {ref.namespace}"
        f" --selector '{labels}' --max-unavailable 1`, or run a DNS autoscaler."
    )
