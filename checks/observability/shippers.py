"""Log shippers: which DaemonSets read the nodes' log files, and on which nodes they run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from posixpath import normpath

from checks.model import CLUSTER, Finding, Management, Passed, Ref
from checks.products import Found, find
from checks.reads import lists
from checks.records.cluster import Node
from checks.records.pods import PODS, PodSpec
from checks.records.workloads import DAEMONSETS
from checks.registry import NotApplicable, Unknown
from checks.snapshot import Snapshot
from checks.subjects import is_system

SHIPPER_READS = lists(DAEMONSETS, PODS)
JOINING = timedelta(minutes=5)
"""A node this young may still be pulling the shipper's image."""

SHOWN = 3
BARRED = frozenset({"NoSchedule", "NoExecute"})
INSTALL = (
    "Run a log shipper on every node, e.g. `helm upgrade --install fluent-bit fluent-bit --repo"
    " https://fluent.github.io/helm-charts --namespace logging --create-namespace`, and give it an output."
)


@dataclass(frozen=True)
class Source:
    """Logs on a node.

    `surely` are the directories that hold them; `perhaps` are those that hold them among other things, so
    that a mount does not prove that they are read. `mount` says which to mount.
    """

    check: str
    words: str
    surely: frozenset[str]
    perhaps: frozenset[str]
    mount: str


def shipping(snapshot: Snapshot, source: Source) -> Iterator[Passed | Finding]:
    """Judge whether the source is read on every node that it should be."""
    nodes = _nodes_to_cover(snapshot, source)
    shippers = tuple(find(snapshot, "log-shipper", DAEMONSETS))
    reading = tuple(item for item in shippers if _host_paths(item.spec) & source.surely)
    if reading:
        yield from _coverage(snapshot, source, reading, nodes)
        return
    for item in shippers:
        if unclear := sorted(_host_paths(item.spec) & source.perhaps):
            raise Unknown(
                f"{item} mounts {unclear[0]}; whether it reads {source.words} there does not show: look in"
                f" its configuration and sign an attestation for {source.check}"
            )
    blind = tuple(item for item in shippers if "telemetry-agent" not in item.product.capabilities)
    for item in blind:
        message = f"{item.product.name} mounts no directory with {source.words}"
        fix = f"Mount the node's {source.mount} into {item.ref} as hostPath, and give it an input there."
        yield Finding(item.ref, message, rule="mount", fix=fix)
    if not blind:
        yield _none(snapshot, source, shippers)


def _none(snapshot: Snapshot, source: Source, idle: tuple[Found, ...]) -> Finding:
    """Nothing reads the source in the cluster; what a provider does outside it, only people know."""
    lack = f"no log shipper's DaemonSet reads {source.words}"
    if idle:
        lack += f"; {idle[0]} mounts no directory with them"
    platform = snapshot.platform
    if platform.management is Management.SELF_MANAGED:
        return Finding(CLUSTER, lack, fix=INSTALL)
    if platform.management is None:
        raise Unknown(f"{lack}; whether a provider does so does not show: set `management` for this cluster")
    title = platform.title if platform.distribution != "unknown" else "the provider"
    raise Unknown(f"{lack}; whether {title} does so shows there: sign an attestation for {source.check}")


def _coverage(
    snapshot: Snapshot, source: Source, shippers: tuple[Found, ...], nodes: frozenset[str]
) -> Iterator[Passed | Finding]:
    """Compare the nodes with those on which a pod of any of the shippers is ready."""
    pods = {Ref(group.kind, group.namespace, group.name): group for group in snapshot.list(PODS)}
    ready = {item.ref: nodes & pods[item.ref].ready_nodes.keys() for item in shippers if item.ref in pods}
    covered = frozenset[str]().union(*ready.values())
    missing = sorted(nodes - covered)
    if not missing:
        found = ", ".join(str(item) for item in shippers)
        yield Passed(CLUSTER, f"{found}: on {len(nodes)} of {len(nodes)} schedulable nodes")
        return
    names = ", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
    widest = max(shippers, key=lambda item: len(ready.get(item.ref, ())))
    for item in [item for item in shippers if not item.healthy] or [widest]:
        counts = f"ready on {len(ready.get(item.ref, ()))} of {len(nodes)} schedulable nodes"
        yield Finding(item.ref, f"{counts}: {source.words} of {names} are lost")


def _host_paths(spec: PodSpec) -> frozenset[str]:
    """Return the directories of the node that containers of a pod mount."""
    mounted = {mount.name for container in spec.long_running for mount in container.volume_mounts}
    return frozenset(
        normpath(volume.host_path.path)
        for volume in spec.volumes
        if volume.host_path is not None and volume.name in mounted
    )


def _nodes_to_cover(snapshot: Snapshot, source: Source) -> frozenset[str]:
    """Return the nodes on which a shipper is missed.

    A node that takes no pods (cordoned, not ready, tainted) is none of them, but for a tainted one on which
    somebody's workloads do run: those of a GPU pool write logs too.
    """
    busy = {
        node
        for group in snapshot.list(PODS)
        if group.kind != DAEMONSETS.kind and not is_system(group.namespace)
        for node in group.ready_nodes
    }
    linux = [node for node in snapshot.nodes if _system(node) != "windows"]
    nodes = [
        node
        for node in linux
        if not _serverless(node)
        and not node.spec.unschedulable
        and node.condition("Ready").status == "True"
        and (not _tainted(node) or (node.name in busy and not node.control_plane))
    ]
    if nodes:
        settled = [node for node in nodes if not _joining(snapshot, node)]
        return frozenset(node.name for node in settled or nodes)
    if any(_serverless(node) for node in linux):
        raise Unknown(
            "every node is serverless and runs no DaemonSets; where logs go shows at the provider: sign an"
            f" attestation for {source.check}"
        )
    raise NotApplicable("no schedulable Linux node")


def _system(node: Node) -> str:
    return node.labels.get("kubernetes.io/os", node.status.node_info.operating_system)


def _serverless(node: Node) -> bool:
    """Whether it is no machine, so that no DaemonSet runs there (Fargate, virtual kubelets)."""
    labels = node.labels
    return (
        labels.get("eks.amazonaws.com/compute-type") == "fargate" or labels.get("type") == "virtual-kubelet"
    )


def _joining(snapshot: Snapshot, node: Node) -> bool:
    born = node.metadata.creation_timestamp
    return born is not None and not snapshot.older_than(born, JOINING)


def _tainted(node: Node) -> bool:
    return any(taint.effect in BARRED for taint in node.spec.taints)
