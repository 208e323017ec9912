"""Which platform a cluster's nodes tell."""

import pytest

from checks.model import Management
from checks.platform import detect
from checks.records.base import Metadata
from checks.records.cluster import Node, NodeInfo, NodeSpec, NodeStatus

PLAIN = "v1.36.2"


def node(kubelet: str = PLAIN, provider: str = "", **labels: str) -> Node:
    """Build a worker node as it shows its builder."""
    return Node(
        metadata=Metadata(name="worker-1", labels=labels),
        spec=NodeSpec(provider_id=provider),
        status=NodeStatus(node_info=NodeInfo(kubelet_version=kubelet)),
    )


@pytest.mark.parametrize(
    ("worker", "distribution"),
    [
        (node("v1.34.1-eks-113cf36"), "eks"),
        (node("v1.34.1-gke.1279000", "gce://project/zone/worker-1"), "gke"),
        (node("v1.36.2+rke2r1"), "rke2"),
        (node("v1.36.2+k3s1"), "k3s"),
        (node("v1.36.2+k0s"), "k0s"),
        (node(**{"cloud.google.com/gke-nodepool": "main"}), "gke"),
        (node(**{"kubernetes.azure.com/cluster": "MC_shop"}), "aks"),
        (node(provider="gce://project/zone/worker-1"), "unknown"),
        (node(), "unknown"),
    ],
)
def test_the_nodes_alone_tell_the_platform(worker: Node, distribution: str) -> None:
    """The API server's version names nobody: a proxy or a recording in front of it may have hidden that."""
    assert detect([worker], {}, PLAIN).distribution == distribution


def test_control_plane_nodes_show_that_nobody_else_runs_them() -> None:
    """Somebody may run the upstream parts on a provider's machines and images."""
    nodes = [node(**{"node-role.kubernetes.io/control-plane": ""}), node("v1.34.1-eks-113cf36")]
    assert detect(nodes, {}, PLAIN).management is Management.SELF_MANAGED
