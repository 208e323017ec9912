"""What `kubeadm init` leaves in a cluster beside its control plane: DNS, settings, access, APIs."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from deploy.sandbox.resources import BUILT_IN, Manifest
from deploy.sandbox.samples.access import kubeadm_access
from deploy.sandbox.samples.control_plane import Extra, control_plane
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.machines import VERSION, Machine, node
from deploy.sandbox.samples.pods import Workload, container
from deploy.sandbox.samples.services import service
from deploy.sandbox.samples.workloads import daemon_set

_COREFILE = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
"""
_PROXY_SETTINGS = """\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: 10.244.0.0/16
kind: KubeProxyConfiguration
metricsBindAddress: ""
mode: ""
"""
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
_DNS_LABELS = {"k8s-app": "kube-dns"}
_DNS_PORTS = {"dns-tcp": (53, "dns-tcp"), "metrics": (9153, "metrics")}


def installed(machines: Sequence[Machine], extra: Extra) -> list[Manifest]:
    """Return nodes, control plane, settings, access and APIs: all but DNS, the network and a proxy."""
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


def dns(replicas: int, age: timedelta) -> Workload:
    """Return CoreDNS as kubeadm installs it."""
    main = container(
        "coredns",
        "registry.k8s.io/coredns/coredns:v1.14.1",
        ports={"dns": 53, "dns-tcp": 53, "metrics": 9153},
        args=["-conf", "/etc/coredns/Corefile"],
        resources={"requests": {"cpu": "100m", "memory": "70Mi"}, "limits": {"memory": "170Mi"}},
        readinessProbe={"httpGet": {"path": "/ready", "port": 8181}},
        livenessProbe={"httpGet": {"path": "/health", "port": 8080}, "failureThreshold": 5},
        securityContext={
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        volumeMounts=[{"name": "config-volume", "mountPath": "/etc/coredns", "readOnly": True}],
    )
    return Workload(
        namespace="kube-system",
        name="coredns",
        containers=[main],
        labels=_DNS_LABELS,
        replicas=replicas,
        age=age,
        pod={
            "serviceAccountName": "coredns",
            "priorityClassName": "system-cluster-critical",
            "volumes": [{"name": "config-volume", "configMap": {"name": "coredns"}}],
        },
    )


def dns_service(workload: Workload) -> Manifest:
    """Build the Service behind which kubelets tell pods to ask."""
    built = service(workload, _DNS_PORTS, name="kube-dns", clusterIP="10.96.0.10")
    udp = {"name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP"}
    built["spec"]["ports"].insert(0, udp)
    return built


def kube_proxy(machines: Sequence[Machine]) -> list[Manifest]:
    """Return kube-proxy on every machine, in its default mode."""
    main = container(
        "kube-proxy",
        f"registry.k8s.io/kube-proxy:{VERSION}",
        requests=("", ""),
        command=[
            "/usr/local/bin/kube-proxy",
            "--config=/var/lib/kube-proxy/config.conf",
            "--hostname-override=$(NODE_NAME)",
        ],
        securityContext={"privileged": True},
        volumeMounts=[{"name": "kube-proxy", "mountPath": "/var/lib/kube-proxy"}],
    )
    workload = Workload(
        namespace="kube-system",
        name="kube-proxy",
        containers=[main],
        labels={"k8s-app": "kube-proxy"},
        age=min(machine.age for machine in machines),
        pod={
            "hostNetwork": True,
            "serviceAccountName": "kube-proxy",
            "priorityClassName": "system-node-critical",
            "tolerations": [{"operator": "Exists"}],
            "volumes": [
                {"name": "kube-proxy", "configMap": {"name": "kube-proxy"}},
                {"name": "lib-modules", "hostPath": {"path": "/lib/modules"}},
            ],
        },
    )
    settings = {"config.conf": _PROXY_SETTINGS}
    return [*daemon_set(workload, machines), config_map("kube-system", "kube-proxy", **settings)]


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
    yield config_map("kube-system", "coredns", Corefile=_COREFILE)
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
            "spec": {"group": group, "version": version, "groupPriorityMinimum": 17000, "versionPriority": 15},
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
