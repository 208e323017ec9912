"""What `kubeadm init` leaves in a cluster beside its control plane: settings, access, APIs."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from deploy.sandbox.resources import BUILT_IN, Manifest
from deploy.sandbox.samples.access import kubeadm_access
from deploy.sandbox.samples.control_plane import Extra, control_plane
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.machines import VERSION, Machine, node

_CLUSTER_SETTINGS = f"""\
apiVersion: kubeadm.k8s.io/v1beta4
clusterName: kubernetes
dns: {{}}
kind: ClusterConfiguration
kubernetesVersion: {VERSION}
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
"""


def installed(machines: Sequence[Machine], extra: Extra) -> list[Manifest]:
    """Return nodes, control plane, settings, access and APIs: all but its add-ons and a network."""
    servers = [machine for machine in machines if machine.control_plane]
    age = max(machine.age for machine in machines)
    return [
        *(namespace(name, age) for name in ("default", "kube-node-lease", "kube-public", "kube-system")),
        *(node(machine) for machine in machines),
        *control_plane(servers, extra),
        *_front_door(servers, age),
        *_settings(),
        *kubeadm_access(),
        *_apis(age),
    ]


def namespace(name: str, age: timedelta, **labels: str) -> Manifest:
    """Build a namespace."""
    own = {"kubernetes.io/metadata.name": name, **labels}
    metadata = {"name": name, "labels": own, "creationTimestamp": Ago(age)}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata,
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def config_map(space: str, name: str, **data: object) -> Manifest:
    """Build a ConfigMap."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": space},
        "data": data,
    }


def _front_door(servers: Sequence[Machine], age: timedelta) -> Iterator[Manifest]:
    """Yield the Service of the API servers, which write its endpoints themselves."""
    metadata = {"name": "kubernetes", "namespace": "default", "creationTimestamp": Ago(age)}
    port = {"name": "https", "port": 443, "targetPort": 6443, "protocol": "TCP"}
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {**metadata, "labels": {"component": "apiserver", "provider": "kubernetes"}},
        "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.1", "ports": [port]},
        "status": {"loadBalancer": {}},
    }
    yield {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {**metadata, "labels": {"kubernetes.io/service-name": "kubernetes"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [item.address], "conditions": {"ready": True}} for item in servers],
        "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
    }


def _settings() -> Iterator[Manifest]:
    yield config_map("kube-system", "kubeadm-config", ClusterConfiguration=_CLUSTER_SETTINGS)
    yield config_map("kube-system", "kubelet-config", kubelet="kind: KubeletConfiguration\n")
    yield config_map("kube-public", "cluster-info", kubeconfig="kind: Config\n")


def _apis(age: timedelta) -> Iterator[Manifest]:
    """Yield the APIServices of what the API server answers itself."""
    for version, group in sorted({(item.version, item.group) for item in BUILT_IN}):
        yield {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {
                "name": f"{version}.{group}",
                "labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"},
                "creationTimestamp": Ago(age),
            },
            "spec": {
                "group": group,
                "version": version,
                "groupPriorityMinimum": 17000,
                "versionPriority": 15,
            },
            "status": {
                "conditions": [
                    {
                        "type": "Available",
                        "status": "True",
                        "reason": "Local",
                        "message": "Local APIServices are always available",
                    }
                ]
            },
        }
