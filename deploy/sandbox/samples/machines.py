"""Nodes: machines with a kubelet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago, ago

VERSION = "v1.36.4"
"""Of both samples' API servers and kubelets."""

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_UNREACHABLE = "node.kubernetes.io/unreachable"
_PRESSURES = {
    "MemoryPressure": ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
}


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A node as samples choose it; of a machine that is `down` nothing was heard for that long."""

    name: str
    number: int
    control_plane: bool = False
    zone: str = ""
    cpus: int = 4
    gibibytes: int = 16
    provider: str = ""
    network: str = ""
    age: timedelta = timedelta(days=30)
    labels: Mapping[str, str] = field(default_factory=dict)
    down: timedelta | None = None

    @property
    def address(self) -> str:
        """Its own address."""
        return f"10.0.0.{10 + self.number}"


def node(machine: Machine) -> Manifest:
    """Build the Node of a machine that kubeadm joined."""
    name = machine.name
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        **machine.labels,
    }
    if machine.control_plane:
        labels |= {CONTROL_PLANE: "", "node.kubernetes.io/exclude-from-external-load-balancers": ""}
    if machine.zone:
        region = machine.zone[:-1]
        labels |= {"topology.kubernetes.io/zone": machine.zone, "topology.kubernetes.io/region": region}
    capacity = {"cpu": str(machine.cpus), "memory": f"{machine.gibibytes}Gi", "pods": "110"}
    spec = {"podCIDR": f"10.244.{machine.number}.0/24", "podCIDRs": [f"10.244.{machine.number}.0/24"]}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {
                "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///var/run/containerd/containerd.sock",
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
            "creationTimestamp": Ago(machine.age),
        },
        "spec": {
            **spec,
            **({"providerID": machine.provider} if machine.provider else {}),
            **({"taints": _taints(machine)} if _taints(machine) else {}),
        },
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": machine.address},
                {"type": "Hostname", "address": name},
            ],
            "capacity": capacity,
            "allocatable": capacity | {"memory": f"{machine.gibibytes * 1024 - 100}Mi"},
            "conditions": _conditions(machine),
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": f"boot-of-{name}",
                "containerRuntimeVersion": "containerd://2.2.1",
                "kernelVersion": "6.8.0-90-generic",
                "kubeletVersion": VERSION,
                "kubeProxyVersion": "",
                "machineID": f"machine-{name}",
                "operatingSystem": "linux",
                "osImage": "Ubuntu 24.04.3 LTS",
                "systemUUID": f"system-{name}",
            },
        },
    }


def _taints(machine: Machine) -> list[Manifest]:
    taints: list[Manifest] = []
    if machine.control_plane:
        taints.append({"key": CONTROL_PLANE, "effect": "NoSchedule"})
    if machine.down is not None:
        added = Ago(machine.down)
        taints += [
            {"key": _UNREACHABLE, "effect": effect, "timeAdded": added}
            for effect in ("NoSchedule", "NoExecute")
        ]
    return taints


def _conditions(machine: Machine) -> list[Manifest]:
    """Return what the kubelet reports; of a machine that is down, what the node controller makes of it."""
    settled = Ago(machine.age - timedelta(minutes=2))
    found = [
        {
            "type": "NetworkUnavailable",
            "status": "False",
            "reason": f"{machine.network}IsUp",
            "message": f"{machine.network} is running on this node",
            "lastHeartbeatTime": settled,
            "lastTransitionTime": settled,
        }
    ]
    states = {name: ("False", *said) for name, said in _PRESSURES.items()}
    states["Ready"] = ("True", "KubeletReady", "kubelet is posting ready status")
    for name, (status, reason, message) in states.items():
        down = machine.down
        found.append(
            {
                "type": name,
                "status": status if down is None else "Unknown",
                "reason": reason if down is None else "NodeStatusUnknown",
                "message": message if down is None else "Kubelet stopped posting node status.",
                "lastHeartbeatTime": ago(minutes=1) if down is None else Ago(down + timedelta(minutes=1)),
                "lastTransitionTime": settled if down is None else Ago(down),
            }
        )
    return found
