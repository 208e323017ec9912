"""Whether what was asked for is what runs."""

from collections.abc import Iterator
from datetime import timedelta

from checks.model import Family, Finding, Layer, Passed, Severity
from checks.records.base import Kind
from checks.records.cluster import NODES
from checks.records.workloads import DAEMONSETS, DEPLOYMENTS, Controller
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS, controllers, object_ref

GRACE = timedelta(minutes=5)
"""What is newer than this is still starting."""


@check(
    "rollouts",
    "Every rollout is complete or on its way",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=CONTROLLER_READS,
    remediation=(
        "See what holds it up with `kubectl rollout status {target}` and `kubectl describe {target}`, then"
        " mend the release or take it back: `kubectl rollout undo {target}`."
    ),
    docs="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
)
def rollouts(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A workload that is not whole serves with less than it needs, and has nothing to spare when a node goes.

    A stuck rollout leaves two versions running, or an old one that everybody believes replaced.
    """
    for kind, item in controllers(snapshot):
        if not item.desired or item.metadata.deletion_timestamp:
            continue
        problem = _problem(snapshot, kind, item)
        if problem:
            yield Finding(object_ref(kind, item), problem)
        elif not item.spec.paused:
            yield Passed(object_ref(kind, item))
        else:
            ref = object_ref(kind, item)
            yield Passed(ref, f"{ref} is complete, and paused: its next change waits")


def _problem(snapshot: Snapshot, kind: Kind[Controller], item: Controller) -> str:
    """Say what is wrong, or nothing."""
    if kind is DEPLOYMENTS:
        return _deployment(snapshot, item)
    missing = item.desired - item.ready
    if missing <= 0 or snapshot.younger_than(item.metadata.creation_timestamp, GRACE):
        return ""
    if kind is DAEMONSETS and missing <= _new_nodes(snapshot):
        return ""
    return f"{item.ready} of {item.desired} pods ready"


def _deployment(snapshot: Snapshot, item: Controller) -> str:
    counts = f"{item.ready} of {item.desired} replicas ready, {item.updated} updated"
    failure, progress = item.condition("ReplicaFailure"), item.condition("Progressing")
    available = item.condition("Available")
    if failure.status == "True":  # what is turned away is not on its way
        return f"pods cannot be created: {failure.message or failure.reason}"
    if progress.status == "False":
        return f"stuck ({progress.reason}): {counts}"
    since = available.last_transition_time or item.metadata.creation_timestamp
    if available.status != "True" and not snapshot.younger_than(since, GRACE):
        unseen = "" if available.status else "its controller has not looked at it, "
        return f"not available: {unseen}{counts}"
    if item.spec.paused and item.updated < item.desired:
        return f"paused in the middle of a rollout: {counts}"
    return ""


def _new_nodes(snapshot: Snapshot) -> int:
    """Count the nodes that have just joined, where a DaemonSet's pod is still starting."""
    return sum(
        snapshot.younger_than(node.metadata.creation_timestamp, GRACE) for node in snapshot.list(NODES)
    )
