"""The pod network: the plugin that gives pods their addresses and carries their packets."""

from collections.abc import Iterator, Sequence

from checks.model import CLUSTER, Family, Finding, Layer, Management, Passed, Ref, Severity
from checks.products import Found, find
from checks.reads import lists
from checks.records.cluster import NODES, Node
from checks.records.pods import PODS
from checks.records.workloads import DAEMONSETS
from checks.registry import NotApplicable, Unknown, check
from checks.snapshot import Snapshot

BUILT_IN = frozenset({"k3s", "k3d", "rancher-desktop", "docker-desktop", "minikube"})
"""Distributions that can run the network themselves, without a DaemonSet."""


@check(
    "cni",
    "The pod network runs on every node",
    family=Family.NETWORKING,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=lists(NODES, DAEMONSETS, PODS),
    remediation="See its events and those of its pods that are not ready: `kubectl describe {target}`.",
    docs="https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/",
)
def cni(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without a working network plugin, pods on a node get no address, reach nobody, or never start."""
    if not snapshot.nodes:
        raise NotApplicable("there is no node to connect")
    for node in snapshot.nodes:
        yield from _judge_node(node)
    plugins = list(find(snapshot, "cni", DAEMONSETS))
    running = [found for found in plugins if found.desired]
    for found in running:
        if found.healthy:
            yield Passed(found.ref, str(found))
        else:
            yield Finding(found.ref, f"{found.product.name}: {found.ready} of {found.desired} pods are ready")
    if running:
        yield from _uncovered(snapshot, running)
    elif plugins:
        for found in plugins:
            yield Finding(found.ref, f"{found.product.name} is installed but runs on no node")
    else:
        yield _without_daemonset(snapshot)


def _judge_node(node: Node) -> Iterator[Passed | Finding]:
    ref = Ref("Node", name=node.name)
    unavailable, ready = node.condition("NetworkUnavailable"), node.condition("NetworkingReady")
    if unavailable.status == "True":
        said = f"NetworkUnavailable: {unavailable.message or unavailable.reason or 'True'}"
    elif ready.status == "False":
        said = f"its network is not ready: {ready.message or ready.reason or 'NetworkingReady is False'}"
    else:
        yield Passed(ref)
        return
    fix = f"See its events, routes and the log of its network plugin: `kubectl describe node {node.name}`."
    yield Finding(ref, said, rule="unavailable", fix=fix)


def _uncovered(snapshot: Snapshot, running: Sequence[Found]) -> Iterator[Finding]:
    """Name the nodes without a plugin; pods tell which they are once too few were wanted."""
    nodes = [node for node in snapshot.nodes if _is_linux_machine(node) and not _connected_by_provider(node)]
    if max(found.desired for found in running) >= len(nodes) or not all(found.healthy for found in running):
        return
    refs = {found.ref for found in running}
    groups = [item for item in snapshot.list(PODS) if Ref(item.kind, item.namespace, item.name) in refs]
    covered = {node for group in groups for node in group.ready_nodes}
    names = ", ".join(sorted({found.product.name for found in running}))
    fix = f"Compare the tolerations and node selector of {running[0].ref} with this node's taints and labels."
    for node in nodes:
        if node.name not in covered:
            message = f"no pod of {names} is ready on it"
            yield Finding(Ref("Node", name=node.name), message, rule="uncovered", fix=fix)


def _is_linux_machine(node: Node) -> bool:
    windows = "windows" in (node.labels.get("kubernetes.io/os"), node.status.node_info.operating_system)
    return not windows and node.labels.get("type") not in {"virtual-kubelet", "kwok"}


def _connected_by_provider(node: Node) -> bool:
    return node.labels.get("eks.amazonaws.com/compute-type") in {"auto", "fargate"}


def _without_daemonset(snapshot: Snapshot) -> Passed | Finding:
    """Judge a network that no DaemonSet runs: a provider's or a distribution's own, or none that is known."""
    platform = snapshot.platform
    built_in = platform.distribution in BUILT_IN or platform.management is not Management.SELF_MANAGED
    if not built_in:
        message = f"no known CNI's DaemonSet runs; {platform.title} brings no network of its own"
        fix = "Install one network plugin, such as Cilium or Calico, as its guide says for this distribution."
        return Finding(CLUSTER, message, fix=fix)
    reports = [_reported(node) for node in snapshot.nodes if _is_linux_machine(node)]
    if reports and all(reports):
        said = ", ".join(sorted(set(reports)))
        evidence = f"{platform.title} runs the network itself: every node is ready and reports {said}"
        return Passed(CLUSTER, evidence)
    raise Unknown(
        f"no known CNI's DaemonSet runs: {platform.title} may connect the pods itself, which the API does not"
        " show; attest `cni` when you know how it does"
    )


def _reported(node: Node) -> str:
    """Return what a ready node says of a network that works; empty where it says nothing."""
    if node.condition("Ready").status != "True":
        return ""
    if node.metadata.annotations.flannel_backend:
        return f"flannel ({node.metadata.annotations.flannel_backend})"
    available, healthy = node.condition("NetworkUnavailable"), node.condition("NetworkingReady")
    if available.status == "False" and available.reason:
        return available.reason
    return healthy.reason or "NetworkingReady" if healthy.status == "True" else ""
