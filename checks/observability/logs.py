"""Logs of the nodes: whether the pods' and the kubelet's leave the machine."""

from collections.abc import Iterator

from checks.model import Family, Finding, Layer, Passed, Severity
from checks.observability.shippers import SHIPPER_READS, Source, shipping
from checks.registry import Unknown, check
from checks.snapshot import Snapshot

DOCKER = "/var/lib/docker/containers"
JOURNAL = frozenset({
    "/var/log/journal", "/run/log/journal", "/run/log",
    "/var/lib/rancher/rke2/agent/logs",  # RKE2's kubelets write files
})  # fmt: skip
FIX = (
    "See which of its pods are missing or not ready with `kubectl describe {target}` and `kubectl get pods"
    " --namespace {namespace} -o wide`, and let it run on every node (tolerations, nodeSelector, affinity)."
)


@check(
    "pod-logs",
    "A log shipper reads the pods' logs on every node",
    family=Family.OBSERVABILITY,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=SHIPPER_READS,
    remediation=FIX,
    docs="https://kubernetes.io/docs/concepts/cluster-administration/logging/#using-a-node-logging-agent",
)
def pod_logs(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A pod's logs go with the pod, and a node's with the node.

    Without a shipper, whoever looks into last night's crash finds nothing.
    """
    held = {"/var/log", "/var/log/pods", "/var/log/containers"}
    if any(node.status.node_info.container_runtime_version.startswith("docker") for node in snapshot.nodes):
        held.add(DOCKER)
    source = Source(
        "pod-logs", "pod logs", frozenset(held), perhaps=frozenset({"/", "/var"}), mount="`/var/log`"
    )
    yield from shipping(snapshot, source)


@check(
    "kubelet-logs",
    "A log shipper reads the kubelet's journal on every node",
    family=Family.OBSERVABILITY,
    severity=Severity.MEDIUM,
    layer=Layer.PLATFORM,
    reads=SHIPPER_READS,
    remediation=FIX,
    docs="https://kubernetes.io/docs/concepts/cluster-administration/logging/#system-component-logs",
)
def kubelet_logs(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """The kubelet's journal says why pods were evicted, volumes not mounted or images not pulled.

    When the node is gone or replaced, only a shipped copy is left to read.
    """
    if snapshot.platform.distribution == "talos":
        raise Unknown(
            "Talos keeps no journal; whether `machine.logging` sends its services' logs away does not show:"
            " sign an attestation for kubelet-logs"
        )
    above = frozenset({"/", "/run", "/var", "/var/log"})
    mount = "`/var/log/journal` and `/run/log/journal`"
    yield from shipping(snapshot, Source("kubelet-logs", "kubelet logs", JOURNAL, above, mount))
