"""The machines: whether they are healthy and spread."""

from collections.abc import Iterator
from datetime import timedelta

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.cluster import NODES, Node
from checks.registry import check
from checks.snapshot import Snapshot

FLAP = timedelta(minutes=5)
"""A node that turned unready more recently may come back by itself."""


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
    ready = node.condition("Ready")
    if ready.status != "True" and not _may_recover(snapshot, node):
        yield Finding(ref, f"not ready: {ready.reason or 'its kubelet reports nothing'}", rule="Ready")
    for item in node.status.conditions:
        if item.type != "Ready" and item.status == "True":
            yield Finding(ref, f"{item.type}: {item.reason or item.message or 'True'}", rule=item.type)


def _may_recover(snapshot: Snapshot, node: Node) -> bool:
    since = node.condition("Ready").last_transition_time
    return since is not None and not snapshot.older_than(since, FLAP)
