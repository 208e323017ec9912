"""What kind of cluster this is, and who runs its control plane.

From node providerIDs, labels, names, OS images, the versions' suffixes and API groups. A provider's ID alone
does not make a cluster managed: people run kubeadm on cloud machines, and then control-plane nodes show.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checks.model import Management, Platform
from checks.records.cluster import Node

Groups = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Evidence:
    """What the rules look at."""

    nodes: Sequence[Node]
    groups: Groups
    version: str

    @property
    def control_plane(self) -> bool:
        """Whether any control-plane node shows."""
        return any(node.control_plane for node in self.nodes)

    def provider(self, prefix: str) -> bool:
        """Whether any node's providerID starts so."""
        return any(node.spec.provider_id.startswith(prefix) for node in self.nodes)

    def label(self, prefix: str) -> bool:
        """Whether any node has a label whose key starts so."""
        return any(key.startswith(prefix) for node in self.nodes for key in node.labels)

    def named(self, prefix: str) -> bool:
        """Whether there are nodes and all their names start so."""
        return bool(self.nodes) and all(node.name.startswith(prefix) for node in self.nodes)

    def built(self, suffix: str) -> bool:
        """Whether the API server's version, or any kubelet's, has a builder's suffix."""
        kubelets = (node.status.node_info.kubelet_version for node in self.nodes)
        return any(suffix in version for version in (self.version, *kubelets))

    def image(self, word: str) -> bool:
        """Whether any node's OS image names it."""
        return any(word in node.status.node_info.os_image for node in self.nodes)


@dataclass(frozen=True)
class Rule:
    """A distribution and how it is told; `hosted` ones are only that where no control-plane node shows."""

    name: str
    title: str
    tells: Callable[[Evidence], bool]
    hosted: bool = False
    laptop: bool = False


RULES = (
    Rule("kind", "kind", lambda e: e.provider("kind://"), laptop=True),
    Rule("minikube", "minikube", lambda e: e.label("minikube.k8s.io/"), laptop=True),
    Rule("k3d", "k3d", lambda e: e.built("+k3s") and e.named("k3d-"), laptop=True),
    Rule("docker-desktop", "Docker Desktop", lambda e: e.named("docker-desktop"), laptop=True),
    Rule("rancher-desktop", "Rancher Desktop", lambda e: e.named("lima-rancher-desktop"), laptop=True),
    Rule("vcluster", "vCluster", lambda e: e.label("vcluster.loft.sh/"), hosted=True),
    Rule(
        "hypershift",
        "OpenShift, hosted control plane",
        lambda e: e.label("hypershift.openshift.io/"),
        hosted=True,
    ),
    Rule("openshift", "OpenShift", lambda e: "apps.openshift.io" in e.groups),
    Rule("tanzu", "Tanzu", lambda e: "run.tanzu.vmware.com" in e.groups),
    Rule("rke2", "RKE2", lambda e: e.built("+rke2")),
    Rule("k3s", "k3s", lambda e: e.built("+k3s")),
    Rule("k0s", "k0s", lambda e: e.built("+k0s")),
    Rule("eks", "EKS", lambda e: e.built("-eks-") or e.label("eks.amazonaws.com/"), hosted=True),
    Rule("eks", "EKS", lambda e: e.provider("aws:"), hosted=True),
    Rule("gke", "GKE", lambda e: e.built("-gke.") and e.provider("gce:"), hosted=True),
    Rule("gke", "GKE", lambda e: e.label("cloud.google.com/gke-"), hosted=True),
    Rule("aks", "AKS", lambda e: e.label("kubernetes.azure.com/"), hosted=True),
    Rule("oke", "OKE", lambda e: e.provider("ocid1."), hosted=True),
    Rule("doks", "DigitalOcean", lambda e: e.provider("digitalocean://"), hosted=True),
    Rule("lke", "Linode", lambda e: e.provider("linode://"), hosted=True),
    Rule("kapsule", "Scaleway", lambda e: e.provider("scaleway://"), hosted=True),
    Rule("iks", "IBM Cloud", lambda e: e.provider("ibm://"), hosted=True),
    Rule("ovhcloud", "OVHcloud", lambda e: e.label("node.k8s.ovh/"), hosted=True),
    Rule("talos", "Talos", lambda e: e.image("Talos")),
    Rule(
        "kubeadm", "kubeadm", lambda e: any(node.metadata.annotations.kubeadm_cri_socket for node in e.nodes)
    ),
)


def detect(nodes: Sequence[Node], groups: Groups, version: str) -> Platform:
    """Tell the platform; `management` stays null where nothing shows who runs the control plane."""
    evidence = Evidence(nodes, groups, version)
    rule = next((r for r in RULES if not (r.hosted and evidence.control_plane) and r.tells(evidence)), None)
    if rule and rule.hosted:
        management = Management.FULLY_MANAGED if _nodes_too(evidence) else Management.MANAGED
    elif evidence.control_plane:
        management = Management.SELF_MANAGED
    else:
        management = None
    return Platform(
        distribution=rule.name if rule else "unknown",
        title=rule.title if rule else "Kubernetes",
        management=management,
        laptop=bool(rule and rule.laptop),
        version=version,
        nodes=len(nodes),
    )


def _nodes_too(evidence: Evidence) -> bool:
    """Whether the provider runs the nodes as well: EKS Auto Mode or Fargate, GKE Autopilot."""
    compute = {node.labels.get("eks.amazonaws.com/compute-type", "") for node in evidence.nodes}
    return bool(evidence.nodes) and (compute <= {"auto", "fargate"} or evidence.named("gk3-"))
