"""Nodes, namespaces, storage and settings: what belongs to the cluster as a whole."""

from msgspec import field

from checks.records.base import Condition, Kind, Object, Record, condition
from checks.records.pods import Quantity

CONTROL_PLANE_LABELS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


class Taint(Record, frozen=True):
    """A node's taint."""

    key: str = ""
    value: str = ""
    effect: str = ""


class NodeSpec(Record, frozen=True):
    """NodeSpec."""

    provider_id: str = field(name="providerID", default="")
    unschedulable: bool = False
    taints: tuple[Taint, ...] = ()


class NodeInfo(Record, frozen=True):
    """NodeSystemInfo."""

    kubelet_version: str = ""
    container_runtime_version: str = ""
    os_image: str = ""
    kernel_version: str = ""
    operating_system: str = ""


class NodeStatus(Record, frozen=True):
    """NodeStatus."""

    conditions: tuple[Condition, ...] = ()
    node_info: NodeInfo = NodeInfo()
    allocatable: dict[str, Quantity] = {}


class Node(Object, frozen=True):
    """A node."""

    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    @property
    def control_plane(self) -> bool:
        """Whether it carries a control-plane role label."""
        return any(label in self.labels for label in CONTROL_PLANE_LABELS)

    @property
    def zone(self) -> str:
        """Its topology zone, empty where unlabelled."""
        labels = self.labels
        return labels.get("topology.kubernetes.io/zone") or labels.get(
            "failure-domain.beta.kubernetes.io/zone", ""
        )

    def condition(self, name: str) -> Condition:
        """Return the condition of that type; an empty one where there is none."""
        return condition(self.status.conditions, name)


class Namespace(Object, frozen=True):
    """A namespace; its labels say how strict it is."""


class ConfigMap(Object, frozen=True):
    """A ConfigMap; only ever read by name."""

    data: dict[str, str] = {}


class StorageClass(Object, frozen=True):
    """A StorageClass."""

    provisioner: str = ""


class ClaimSpec(Record, frozen=True):
    """PersistentVolumeClaimSpec."""

    storage_class_name: str | None = None
    volume_name: str = ""


class ClaimStatus(Record, frozen=True):
    """PersistentVolumeClaimStatus."""

    phase: str = ""


class Claim(Object, frozen=True):
    """A PersistentVolumeClaim."""

    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()

    @property
    def bound(self) -> bool:
        """Whether it has had a volume, which may hold data; one that is Pending waits for its first."""
        return self.status.phase != "Pending"


NODES = Kind("Node", "", "nodes", ("v1",), Node)
NAMESPACES = Kind("Namespace", "", "namespaces", ("v1",), Namespace)
CONFIG_MAPS = Kind("ConfigMap", "", "configmaps", ("v1",), ConfigMap)
STORAGE_CLASSES = Kind("StorageClass", "storage.k8s.io", "storageclasses", ("v1",), StorageClass)
CLAIMS = Kind("PersistentVolumeClaim", "", "persistentvolumeclaims", ("v1",), Claim)
