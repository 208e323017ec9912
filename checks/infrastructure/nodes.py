"""The machines: whether they are healthy and spread."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.base import Condition
from checks.records.cluster import CONTROL_PLANE_LABELS, NODES, Node
from checks.registry import NotApplicable, Unknown, check
from checks.snapshot import Snapshot
from checks.words import counted

FLAP = timedelta(minutes=5)
"""What turned bad more recently may pass by itself."""

GOOD_WHEN_TRUE = ("Ready", "Healthy")
"""Ends of condition types that report health: the kubelet's Ready, and KernelReady, StorageReady … of EKS."""

NEUTRAL = ("IsVoter", "Scheduled")
"""Ends of condition types that report a state: of a member of k3s' or RKE2's etcd (EtcdIsVoter), of coming
maintenance of a machine at Azure (VMEventScheduled)."""

ANNOUNCEMENT = "Deprecated"
"""Start of GKE's condition types that announce what a coming version drops."""


@check(
    "node-health",
    "Every node is ready and under no pressure",
    family=Family.INFRASTRUCTURE,
    severity=Severity.CRITICAL,
    layer=Layer.INFRASTRUCTURE,
    reads=lists(NODES),
    remediation=(
        "See what the kubelet says with `kubectl describe node {name}` and its journal on the node; where it"
        " does not recover, drain it with `kubectl drain {name} --ignore-daemonsets` and replace it."
    ),
    docs="https://kubernetes.io/docs/tasks/debug/debug-cluster/",
)
def node_health(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A node that is not ready runs nothing new, and after five minutes its pods are moved elsewhere."""
    nodes = 0
    for node in snapshot.each(NODES):
        nodes += 1
        problems = tuple(_problems(snapshot, node))
        if problems:
            yield from problems
        else:
            yield Passed(Ref("Node", name=node.name))
    if not nodes:
        yield Finding(CLUSTER, "there is no node", fix="Add worker nodes to the cluster.")


def _problems(snapshot: Snapshot, node: Node) -> Iterator[Finding]:
    ref = Ref("Node", name=node.name)
    if not ready(snapshot, node):
        condition = node.condition("Ready")
        why = condition.reason or condition.message or "its kubelet reports nothing"
        yield Finding(ref, f"not ready: {why}", rule="Ready")
    for item in node.status.conditions:
        if item.type != "Ready" and _bad(item) and not _recent(snapshot, item):
            why = item.reason or item.message or "no reason given"
            yield Finding(ref, f"{item.type} is {item.status}: {why}", rule=item.type)


def ready(snapshot: Snapshot, node: Node) -> bool:
    """Whether a node is Ready, or stopped being so (or joined) only a moment ago."""
    condition = node.condition("Ready")
    if not condition.status:
        created = node.metadata.creation_timestamp
        return created is not None and not snapshot.older_than(created, FLAP)
    return condition.status == "True" or _recent(snapshot, condition)


def _bad(condition: Condition) -> bool:
    """Whether a condition reports a problem: most do when True, as node-problem-detector's."""
    if condition.type.endswith(NEUTRAL) or condition.type.startswith(ANNOUNCEMENT):
        return False
    return condition.status == ("False" if condition.type.endswith(GOOD_WHEN_TRUE) else "True")


def _recent(snapshot: Snapshot, condition: Condition) -> bool:
    since = condition.last_transition_time
    return since is not None and not snapshot.older_than(since, FLAP)


@check(
    "node-zone-spread",
    "The nodes that run workloads are spread over zones",
    family=Family.INFRASTRUCTURE,
    severity=Severity.MEDIUM,
    layer=Layer.INFRASTRUCTURE,
    reads=lists(NODES),
    remediation=(
        "Add a node pool in another zone, or let the present ones span zones; on machines of your own, label"
        " nodes by what fails together: `kubectl label node <name> topology.kubernetes.io/zone=<room>`."
    ),
    docs="https://kubernetes.io/docs/setup/best-practices/multiple-zones/",
)
def node_zone_spread(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Zones fail as a whole: with all nodes in one, its outage is an outage of everything."""
    nodes = [node for node in snapshot.nodes if not _reserved(node)] or list(snapshot.nodes)
    if not nodes:
        raise NotApplicable("there is no node")
    zones = sorted(zones_of(nodes) - {""})
    needed = 3 if snapshot.facts.critical else 2
    unlabelled = sum(1 for node in nodes if not node.zone)
    if len(zones) >= needed:
        rest = f", {unlabelled} without a zone label" if unlabelled else ""
        yield Passed(
            CLUSTER,
            f"{counted(len(nodes), 'node')} in {counted(len(zones), 'zone')} ({', '.join(zones)}){rest}",
        )
    elif unlabelled:
        raise Unknown(
            f"{unlabelled} of {len(nodes)} nodes have no label topology.kubernetes.io/zone: label them by"
            " what fails together, or sign an attestation"
        )
    else:
        wanted = ", a critical cluster needs 3" if zones[1:] else ""
        yield Finding(
            CLUSTER,
            f"{counted(len(nodes), 'node')} in {counted(len(zones), 'zone')}: {', '.join(zones)}{wanted}",
        )


def zones_of(nodes: Iterable[Node]) -> set[str]:
    """Return the zones of nodes, "" for those that show none.

    Where Azure has no availability zone, the label holds a fault domain's number: all of those are one zone.
    """
    return {
        "no availability zone"
        if node.zone.isdigit() and node.spec.provider_id.startswith("azure:")
        else node.zone
        for node in nodes
    }


def _reserved(node: Node) -> bool:
    """Whether a node takes the control plane's pods only."""
    return any(
        taint.key in CONTROL_PLANE_LABELS and taint.effect in {"NoSchedule", "NoExecute"}
        for taint in node.spec.taints
    )
