"""What adds nodes when pods find no room."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from checks.model import CLUSTER, Family, Finding, Layer, Management, Passed, Severity
from checks.products import Found, find, served
from checks.reads import Get, lists
from checks.records.cluster import CONFIG_MAPS
from checks.records.karpenter import NODE_POOLS
from checks.records.workloads import DEPLOYMENTS
from checks.registry import NotApplicable, Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import object_ref

STATUS = ("kube-system", "cluster-autoscaler-status")
"""Where the Cluster Autoscaler, a provider's own too, writes every few seconds how it fares."""

FRESH = timedelta(minutes=15)
HEALTH = re.compile(r"cluster-?wide:\s+health:\s+(?:status:\s+)?(\w+)", re.IGNORECASE)
WRITTEN = re.compile(r"(?:status at|^time:)\s+\"?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", re.MULTILINE)
"""Its status is a text of its own before 1.30, and YAML since."""

KARPENTER = "karpenter.sh"
PLAIN = "eks"
"""A provider that adds nodes by nothing but what runs, or is configured, inside the cluster."""


@check(
    "cluster-autoscaler",
    "Nodes are added when pods find no room",
    family=Family.INFRASTRUCTURE,
    severity=Severity.MEDIUM,
    layer=Layer.INFRASTRUCTURE,
    reads=(*lists(NODE_POOLS, DEPLOYMENTS), Get(CONFIG_MAPS, *STATUS)),
    remediation=(
        "Run Cluster Autoscaler, Karpenter or the provider's autoscaler; where machines are fixed, say so"
        " with `fixed_nodes: true` for this cluster in readiness.yaml."
    ),
    docs="https://kubernetes.io/docs/concepts/cluster-administration/node-autoscaling/",
)
def cluster_autoscaler(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without one, a rollout or a burst of load waits until somebody adds a machine by hand."""
    if snapshot.facts.fixed_nodes:
        raise NotApplicable("fixed set of nodes by configuration")
    if snapshot.platform.laptop:
        raise NotApplicable(f"{snapshot.platform.title} runs on one machine")
    broken: list[Finding] = []
    doubt: Unknown | None = None
    for found in find(snapshot, "node-autoscaler", DEPLOYMENTS):
        try:
            outcomes = tuple(_running(snapshot, found))
        except Unknown as answer:
            doubt = answer
            continue
        if any(isinstance(outcome, Passed) for outcome in outcomes):
            yield from outcomes
            return
        broken += [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    if doubt:
        raise doubt
    yield from broken or _unseen(snapshot)


def _running(snapshot: Snapshot, found: Found) -> Iterator[Passed | Finding]:
    if not found.ready:
        yield Finding(found.ref, f"{found} is not running")
    elif KARPENTER in found.product.groups:
        yield from _node_pools(snapshot, str(found))
    elif "cluster-autoscaler-status" in found.product.capabilities:
        yield from _cluster_autoscaler(snapshot, found)
    else:
        yield Passed(CLUSTER, str(found))


def _node_pools(snapshot: Snapshot, who: str) -> Iterator[Passed | Finding]:
    pools = 0
    for pool in snapshot.each(NODE_POOLS):
        pools += 1
        ref, ready = object_ref(NODE_POOLS, pool), pool.condition("Ready")
        if ready.status == "True":
            yield Passed(ref, f"{who}: {ref} ready")
        else:
            why = ready.reason or ready.message or "its status says nothing"
            yield Finding(
                ref, f"not ready: {why}", fix=f"See why with `kubectl describe nodepool {pool.name}`."
            )
    if not pools:
        yield Finding(
            CLUSTER, f"{who} has no NodePool", fix="Create a NodePool, so that Karpenter may add nodes."
        )


def _cluster_autoscaler(snapshot: Snapshot, found: Found) -> Iterator[Passed | Finding]:
    health, written = _status(snapshot)
    if not health:
        raise Unknown(
            f"{found} runs, but {STATUS[1]} is not in {STATUS[0]}: run it there, or sign an attestation"
        )
    fix = f"See its logs: `kubectl logs {found.ref.kind.lower()}/{found.ref.name} -n {found.ref.namespace}`."
    if written is None or snapshot.older_than(written, FRESH):
        when = f"{snapshot.age(written)} ago" if written else "at no known time"
        yield Finding(found.ref, f"it last reported {when}: {health}", fix=fix)
    elif health != "Healthy":
        yield Finding(found.ref, f"it reports {health}", fix=fix)
    else:
        yield Passed(CLUSTER, f"{found}: {health} {snapshot.age(written)} ago")


def _unseen(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Judge where nothing that adds nodes runs in the cluster: the provider may do it from outside."""
    platform = snapshot.platform
    hosted = platform.management in {Management.MANAGED, Management.FULLY_MANAGED}
    health, written = _status(snapshot)
    pools = snapshot.list(NODE_POOLS)
    if hosted and health == "Healthy" and written and not snapshot.older_than(written, FRESH):
        yield Passed(CLUSTER, f"{platform.title}'s Cluster Autoscaler: {health} {snapshot.age(written)} ago")
    elif hosted and pools and (outside := served(snapshot, "node-autoscaler-provider")):
        yield from _node_pools(snapshot, outside[0].name)
    elif platform.management is Management.FULLY_MANAGED:
        raise NotApplicable(f"nodes are run by {platform.title}")
    elif platform.management is None or (hosted and platform.distribution != PLAIN):
        who = platform.title if hosted else "the provider, if any,"
        raise Unknown(f"whether {who} adds nodes does not show in the API: sign an attestation")
    else:
        installed = [product.name for product in served(snapshot, "node-autoscaler")]
        also = f"; {installed[0]}'s API is installed, but no controller of it runs" if installed else ""
        yield Finding(CLUSTER, f"nothing that adds nodes runs in the cluster{also}")


def _status(snapshot: Snapshot) -> tuple[str, datetime | None]:
    """Return the health that the Cluster Autoscaler last wrote down, and when; "" where it wrote nothing."""
    status = snapshot.get(CONFIG_MAPS, *STATUS)
    text = status.data.get("status", "") if status else ""
    health, written = HEALTH.search(text), WRITTEN.search(text)
    when = datetime.fromisoformat(f"{written[1]}T{written[2]}").replace(tzinfo=UTC) if written else None
    return (health[1] if health else "", when)
