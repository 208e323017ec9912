"""How Services reach their pods: kube-proxy's mode, or what stands in for kube-proxy."""

import re
from collections.abc import Iterator

import msgspec

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.products import Found, find
from checks.reads import Get, lists
from checks.records.cluster import CONFIG_MAPS, NODES, ConfigMap
from checks.records.network import SERVICES, Service
from checks.records.networks import FELIX_CONFIGURATIONS
from checks.records.pods import PODS, PodSpec
from checks.records.workloads import DAEMONSETS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot

MANY_SERVICES = 1000
"""More than this, and rewriting iptables rules at each change takes noticeably long."""

SYSTEM = "kube-system"
CONFIGURATIONS = ("kube-proxy", "kube-proxy-config")
"""ConfigMaps that hold kube-proxy's configuration: kubeadm's and EKS'."""

BY_COST = ("nftables", "ipvs", "iptables", "userspace")
"""Every mode on Linux; where nodes differ, the last of them is judged."""

CONFIG_FLAG = re.compile(r"--config[= ]")
MODE_FLAG = re.compile(r"proxy-mode(?:=|[\"', ]+)\"?(\w+)")


@check(
    "kube-proxy-mode",
    "Services are carried by a proxy that suits their number",
    family=Family.NETWORKING,
    severity=Severity.MEDIUM,
    layer=Layer.KUBERNETES,
    reads=(
        *lists(SERVICES, DAEMONSETS, PODS, NODES),
        *(Get(CONFIG_MAPS, SYSTEM, name) for name in (*CONFIGURATIONS, "cilium-config")),
        Get(FELIX_CONFIGURATIONS, "", "default"),
    ),
    remediation=(
        "Set `mode: nftables` in kube-proxy's configuration (needs Linux 5.13) and restart its pods, or let"
        " the network plugin carry Services with eBPF."
    ),
    docs="https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-modes",
)
def kube_proxy_mode(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """In iptables mode every change costs more the more Services there are, so new pods get traffic late."""
    modes = (_daemonset_modes(snapshot) | _static_modes(snapshot)) or _built_in_modes(snapshot)
    if not modes:
        yield _replaced(snapshot)
    for ref, mode in modes.items():
        yield _judge(snapshot, ref, mode)


def _judge(snapshot: Snapshot, ref: Ref, mode: str) -> Passed | Finding:
    if mode == "userspace":
        return Finding(ref, "kube-proxy copies every packet in userspace mode, removed in Kubernetes 1.26")
    if mode == "ipvs":
        return Passed(ref, "kube-proxy in IPVS mode, which Kubernetes 1.35 deprecates: plan for nftables")
    if mode != "iptables":
        return Passed(ref, f"kube-proxy in {mode} mode")
    services = sum(_has_rules(service) for service in snapshot.list(SERVICES))
    if services <= MANY_SERVICES:
        return Passed(ref, f"kube-proxy in iptables mode for {services} Services")
    if replacement := _ebpf(snapshot):
        return Passed(ref, f"{replacement}; kube-proxy still runs beside it and is not needed")
    return Finding(ref, f"kube-proxy in iptables mode for {services} Services, more than {MANY_SERVICES}")


def _has_rules(service: Service) -> bool:
    """Whether kube-proxy programs a Service: one with an address of its own."""
    return service.spec.type != "ExternalName" and service.spec.cluster_ip not in {"", "None"}


def _daemonset_modes(snapshot: Snapshot) -> dict[Ref, str]:
    running = (found for found in find(snapshot, "kube-proxy", DAEMONSETS) if found.desired)
    return {found.ref: _mode(snapshot, found.spec) for found in running}


def _static_modes(snapshot: Snapshot) -> dict[Ref, str]:
    """Return the modes of static pods, one a node (kOps, GKE, RKE2): they stand for the cluster."""
    specs = [
        group.spec
        for group in snapshot.list(PODS)
        if group.static and group.spec and "kube-proxy" in map(group.labels.get, ("component", "k8s-app"))
    ]
    modes = [_mode(snapshot, spec) for spec in specs]
    return {CLUSTER: max(modes, key=BY_COST.index)} if modes else {}


def _mode(snapshot: Snapshot, spec: PodSpec) -> str:
    """Return a kube-proxy's mode: its configuration file's, else its flag's, else the default."""
    flags = " ".join(text for item in spec.containers for text in (*item.command, *item.args))
    if not CONFIG_FLAG.search(flags):
        match = MODE_FLAG.search(flags)
        return _known(match[1] if match else "")
    mounted = {volume.config_map.name for volume in spec.volumes if volume.config_map}
    for name in CONFIGURATIONS:
        found = snapshot.get(CONFIG_MAPS, SYSTEM, name) if name in mounted or not spec.volumes else None
        mode = _configured(found) if found else None
        if mode is not None:
            return _known(mode)
    raise Unknown("kube-proxy reads its mode from a file that no ConfigMap here shows: look on a node")


def _configured(config_map: ConfigMap) -> str | None:
    """Return the mode that a configuration sets, empty for the default; null where it is a kubeconfig."""
    for text in config_map.data.values():
        try:
            content = msgspec.yaml.decode(text)
        except msgspec.DecodeError:
            continue
        if isinstance(content, dict) and content.get("kind") == "KubeProxyConfiguration":
            return str(content.get("mode") or "")
    return None


def _known(mode: str) -> str:
    mode = mode or "iptables"
    if mode not in BY_COST:
        raise Unknown(f"kube-proxy runs in `{mode}` mode, which is not known here")
    return mode


def _built_in_modes(snapshot: Snapshot) -> dict[Ref, str]:
    """Return k3s' modes: its nodes run kube-proxy inside, and their annotation shows its arguments."""
    arguments = [node.metadata.annotations.k3s_node_args for node in snapshot.nodes]
    if not arguments or not all(arguments) or any("disable-kube-proxy" in item for item in arguments):
        return {}
    flags = [MODE_FLAG.search(item) for item in arguments]
    return {CLUSTER: max((_known(flag[1] if flag else "") for flag in flags), key=BY_COST.index)}


def _replaced(snapshot: Snapshot) -> Passed:
    evidence = _ebpf(snapshot)
    if not evidence:
        raise Unknown(
            "neither kube-proxy nor a network plugin that replaces it shows; attest `kube-proxy-mode` when"
            " you know what carries Services"
        )
    return Passed(CLUSTER, evidence)


def _ebpf(snapshot: Snapshot) -> str:
    """Return the network plugin that carries Services itself; empty where none is proved to."""
    for found in find(snapshot, "cni", DAEMONSETS):
        if found.healthy and (how := _carries_services(snapshot, found)):
            return f"{found} carries Services: {how}"
    return ""


def _carries_services(snapshot: Snapshot, found: Found) -> str:
    if "service-proxy" in found.product.capabilities:
        return "it always does"
    if "cilium.io" in found.product.groups:
        if snapshot.platform.distribution == "gke":
            return "Dataplane V2 has no kube-proxy"
        config = snapshot.get(CONFIG_MAPS, SYSTEM, "cilium-config")
        value = config.data.get("kube-proxy-replacement", "") if config else ""
        return f"kube-proxy-replacement is {value}" if value in {"true", "strict"} else ""
    if "crd.projectcalico.org" in found.product.groups:
        felix = snapshot.get(FELIX_CONFIGURATIONS, "", "default")
        return "eBPF is enabled" if felix and felix.spec.bpf_enabled else ""
    return ""
