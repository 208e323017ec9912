"""The control plane: how many nodes carry it, and where they stand."""

from collections.abc import Iterator, Sequence

from checks.infrastructure.nodes import ready, zones_of
from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.reads import lists
from checks.records.cluster import NODES, Node
from checks.records.network import ENDPOINT_SLICES
from checks.records.pods import PODS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.static_pods import static_pods
from checks.words import counted


@check(
    "control-plane-ha",
    "Three or more control-plane nodes, an odd number, stand in different zones",
    family=Family.INFRASTRUCTURE,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=lists(NODES, PODS, ENDPOINT_SLICES),
    remediation=(
        "Join control-plane nodes until there are three or five, in at least two zones (with kubeadm:"
        " `kubeadm join --control-plane`), behind one load-balanced address of the API server."
    ),
    docs="https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/",
    own_control_plane=True,
)
def control_plane_ha(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """With fewer than three, the loss of one machine stops every change to the cluster, repairs included."""
    hosts = [node for node in snapshot.nodes if node.control_plane] or _hosts_of_api_servers(snapshot)
    if hosts:
        yield from _judged(snapshot, hosts)
    else:
        yield from _by_addresses(snapshot)


def _judged(snapshot: Snapshot, hosts: Sequence[Node]) -> Iterator[Passed | Finding]:
    count, up = len(hosts), sum(1 for node in hosts if ready(snapshot, node))
    names = ", ".join(sorted(node.name for node in hosts)[:5])
    zones = zones_of(hosts)
    sound = True
    if count < 3:
        sound = False
        yield Finding(CLUSTER, f"{counted(count, 'control-plane node')} ({names}), 3 needed", rule="count")
    elif count % 2 == 0:
        sound = False
        message = f"{count} control-plane nodes: an even number bears the loss of no more than {count - 1} do"
        yield Finding(CLUSTER, message, rule="odd")
    if count >= 3 and up < 3:
        sound = False
        yield Finding(CLUSTER, f"{up} of {count} control-plane nodes are ready ({names})", rule="ready")
    if len(zones) == 1 and "" not in zones and count > 1:
        sound = False
        yield Finding(CLUSTER, f"all control-plane nodes are in one zone: {zones.pop()}", rule="zones")
    if sound:
        told = f"in {len(zones)} zones" if "" not in zones else "zones not judged, as labels are missing"
        yield Passed(CLUSTER, f"{up} of {count} control-plane nodes ready, {told}")


def _hosts_of_api_servers(snapshot: Snapshot) -> list[Node]:
    """Return the nodes that run a static API server, where no label tells the control plane."""
    names = {name for group in static_pods(snapshot, "kube-apiserver") for name in group.ready_nodes}
    return [node for node in snapshot.nodes if node.name in names]


def _by_addresses(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Judge by the addresses of the `kubernetes` Service where the machines themselves do not show."""
    addresses = {
        address
        for item in snapshot.list(ENDPOINT_SLICES)
        if item.namespace == "default" and item.service == "kubernetes"
        for endpoint in item.endpoints
        if endpoint.conditions.ready
        for address in endpoint.addresses
    }
    if len(addresses) < 3:
        raise Unknown(
            "no control-plane node shows, and the Service `kubernetes` has"
            f" {counted(len(addresses), 'endpoint')}, perhaps a load balancer: sign an attestation for"
            " control-plane-ha"
        )
    yield Passed(
        CLUSTER, f"{len(addresses)} API servers behind the Service `kubernetes`; their zones do not show"
    )
