"""The static pods of a kubeadm control plane, with kubeadm's flags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.machines import VERSION, Machine
from deploy.sandbox.samples.pods import Workload, container
from deploy.sandbox.samples.workloads import static_pod

PKI = "/etc/kubernetes/pki"
ETCD = "registry.k8s.io/etcd:3.6.6-0"
Flags = Mapping[str, str]

_API_SERVER = {
    "allow-privileged": "true",
    "authorization-mode": "Node,RBAC",
    "client-ca-file": f"{PKI}/ca.crt",
    "enable-admission-plugins": "NodeRestriction",
    "enable-bootstrap-token-auth": "true",
    "etcd-cafile": f"{PKI}/etcd/ca.crt",
    "etcd-certfile": f"{PKI}/apiserver-etcd-client.crt",
    "etcd-keyfile": f"{PKI}/apiserver-etcd-client.key",
    "etcd-servers": "https://127.0.0.1:2379",
    "kubelet-client-certificate": f"{PKI}/apiserver-kubelet-client.crt",
    "kubelet-client-key": f"{PKI}/apiserver-kubelet-client.key",
    "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
    "proxy-client-cert-file": f"{PKI}/front-proxy-client.crt",
    "proxy-client-key-file": f"{PKI}/front-proxy-client.key",
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": f"{PKI}/front-proxy-ca.crt",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "secure-port": "6443",
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": f"{PKI}/sa.pub",
    "service-account-signing-key-file": f"{PKI}/sa.key",
    "service-cluster-ip-range": "10.96.0.0/12",
    "tls-cert-file": f"{PKI}/apiserver.crt",
    "tls-private-key-file": f"{PKI}/apiserver.key",
}
_MANAGER = {
    "allocate-node-cidrs": "true",
    "authentication-kubeconfig": "/etc/kubernetes/controller-manager.conf",
    "authorization-kubeconfig": "/etc/kubernetes/controller-manager.conf",
    "bind-address": "127.0.0.1",
    "client-ca-file": f"{PKI}/ca.crt",
    "cluster-cidr": "10.244.0.0/16",
    "cluster-name": "kubernetes",
    "cluster-signing-cert-file": f"{PKI}/ca.crt",
    "cluster-signing-key-file": f"{PKI}/ca.key",
    "controllers": "*,bootstrapsigner,tokencleaner",
    "kubeconfig": "/etc/kubernetes/controller-manager.conf",
    "leader-elect": "true",
    "requestheader-client-ca-file": f"{PKI}/front-proxy-ca.crt",
    "root-ca-file": f"{PKI}/ca.crt",
    "service-account-private-key-file": f"{PKI}/sa.key",
    "service-cluster-ip-range": "10.96.0.0/12",
    "use-service-account-credentials": "true",
}
_SCHEDULER = {
    "authentication-kubeconfig": "/etc/kubernetes/scheduler.conf",
    "authorization-kubeconfig": "/etc/kubernetes/scheduler.conf",
    "bind-address": "127.0.0.1",
    "kubeconfig": "/etc/kubernetes/scheduler.conf",
    "leader-elect": "true",
}
_MEMBER = {
    "cert-file": f"{PKI}/etcd/server.crt",
    "client-cert-auth": "true",
    "data-dir": "/var/lib/etcd",
    "feature-gates": "InitialCorruptCheck=true",
    "key-file": f"{PKI}/etcd/server.key",
    "listen-metrics-urls": "http://127.0.0.1:2381",
    "peer-cert-file": f"{PKI}/etcd/peer.crt",
    "peer-client-cert-auth": "true",
    "peer-key-file": f"{PKI}/etcd/peer.key",
    "peer-trusted-ca-file": f"{PKI}/etcd/ca.crt",
    "snapshot-count": "10000",
    "trusted-ca-file": f"{PKI}/etcd/ca.crt",
    "watch-progress-notify-interval": "5s",
}


@dataclass(frozen=True, kw_only=True)
class Extra:
    """The `extraArgs` of a kubeadm configuration, and the host paths that the API server's need."""

    api_server: Flags = field(default_factory=dict)
    manager: Flags = field(default_factory=dict)
    scheduler: Flags = field(default_factory=dict)
    etcd: Flags = field(default_factory=dict)
    mounts: Mapping[str, str] = field(default_factory=dict)


def control_plane(machines: Sequence[Machine], extra: Extra) -> Iterator[Manifest]:
    """Yield the four static pods of each control-plane machine; etcd is stacked on them."""
    members = ",".join(f"{item.name}=https://{item.address}:2380" for item in machines)
    for machine in machines:
        ours = f"https://{machine.address}"
        yield _part(
            machine,
            "etcd",
            ETCD,
            {
                **_MEMBER,
                "advertise-client-urls": f"{ours}:2379",
                "initial-advertise-peer-urls": f"{ours}:2380",
                "initial-cluster": members,
                "listen-client-urls": f"https://127.0.0.1:2379,{ours}:2379",
                "listen-peer-urls": f"{ours}:2380",
                "name": machine.name,
                **extra.etcd,
            },
            {"etcd-data": "/var/lib/etcd", "etcd-certs": f"{PKI}/etcd"},
        )
        api_server = {"advertise-address": machine.address, **_API_SERVER, **extra.api_server}
        certificates = {"ca-certs": "/etc/ssl/certs", "k8s-certs": PKI}
        mounts = {**certificates, **extra.mounts}
        yield _part(machine, "kube-apiserver", _image("kube-apiserver"), api_server, mounts)
        name = "kube-controller-manager"
        settings = {"kubeconfig": "/etc/kubernetes/controller-manager.conf"}
        yield _part(machine, name, _image(name), {**_MANAGER, **extra.manager}, {**certificates, **settings})
        settings = {"kubeconfig": "/etc/kubernetes/scheduler.conf"}
        name = "kube-scheduler"
        yield _part(machine, name, _image(name), {**_SCHEDULER, **extra.scheduler}, settings)


def _image(name: str) -> str:
    return f"registry.k8s.io/{name}:{VERSION}"


def _part(machine: Machine, name: str, image: str, flags: Flags, mounts: Mapping[str, str]) -> Manifest:
    probe: dict[str, Any] = {
        "httpGet": {"host": "127.0.0.1", "path": "/livez", "port": "probe-port", "scheme": "HTTPS"},
        "failureThreshold": 8,
        "periodSeconds": 10,
    }
    main = container(
        name,
        image,
        command=[name, *(f"--{key}={value}" for key, value in sorted(flags.items()))],
        resources={"requests": {"cpu": "100m"}},
        livenessProbe=probe,
        volumeMounts=[{"name": key, "mountPath": path} for key, path in mounts.items()],
    )
    return static_pod(
        Workload(
            namespace="kube-system",
            name=name,
            containers=[main],
            labels={"component": name, "tier": "control-plane"},
            age=machine.age,
            pod={
                "hostNetwork": True,
                "priorityClassName": "system-node-critical",
                "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
                "volumes": [
                    {"name": key, "hostPath": {"path": path, "type": "DirectoryOrCreate"}}
                    for key, path in mounts.items()
                ],
            },
        ),
        machine,
    )
