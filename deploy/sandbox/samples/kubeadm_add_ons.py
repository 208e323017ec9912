"""The add-ons that kubeadm installs: CoreDNS and kube-proxy."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.kubeadm import config_map
from deploy.sandbox.samples.machines import VERSION, Machine
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
_DNS_LABELS = {"k8s-app": "kube-dns"}
_DNS_PORTS = {"dns-tcp": (53, "dns-tcp"), "metrics": (9153, "metrics")}


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


def dns_service(workload: Workload) -> list[Manifest]:
    """Return the Service that kubelets tell pods to ask, and what its pods are told."""
    built = service(workload, _DNS_PORTS, name="kube-dns", clusterIP="10.96.0.10")
    udp = {"name": "dns", "port": 53, "targetPort": "dns", "protocol": "UDP"}
    built["spec"]["ports"].insert(0, udp)
    return [built, config_map("kube-system", "coredns", Corefile=_COREFILE)]


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
