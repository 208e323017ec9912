"""Network: Cilium in place of kube-proxy, DNS that scales, load balancers, and a gateway."""

from collections.abc import Iterator

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.kubeadm import config_map
from deploy.sandbox.samples.kubeadm_add_ons import dns, dns_service
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.production.shared import (
    AGE,
    EVERYWHERE,
    RELEASED,
    AddOn,
    Site,
    condition,
    guarded,
    named,
    network_policy,
    resource,
    run,
)
from deploy.sandbox.samples.services import budget, service
from deploy.sandbox.samples.workloads import daemon_set, deployment

SYSTEM = "kube-system"
EDGE = "envoy-gateway-system"
PUBLIC = "203.0.113.20"
_GATEWAY = "gateway.networking.k8s.io/v1"
_CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"


def network(site: Site) -> Iterator[Manifest]:
    """Yield everything that carries packets."""
    yield from _cilium(site)
    yield from _names(site)
    yield from _cloud(site)
    yield from _gateway(site)


def _cilium(site: Site) -> Iterator[Manifest]:
    settings = {
        "kube-proxy-replacement": "true",
        "routing-mode": "tunnel",
        "enable-policy": "default",
        "enable-hubble": "true",
    }
    yield config_map(SYSTEM, "cilium-config", **settings)
    agent = container(
        "cilium-agent",
        "quay.io/cilium/cilium:v1.19.4",
        ports={"health": 9879, "peer-service": 4244, "prometheus": 9962},
        probe="/healthz",
        command=["cilium-agent"],
        args=["--config-dir=/tmp/cilium/config-map"],
        securityContext={"capabilities": {"add": ["NET_ADMIN", "SYS_MODULE", "SYS_ADMIN"], "drop": ["ALL"]}},
    )
    proxy = container(
        "cilium-envoy",
        "quay.io/cilium/cilium-envoy:v1.36.2",
        ports={"envoy-metrics": 9964},
        securityContext={"capabilities": {"add": ["NET_ADMIN", "SYS_ADMIN"], "drop": ["ALL"]}},
    )
    for name, main, label in (("cilium", agent, "cilium"), ("cilium-envoy", proxy, "cilium-envoy")):
        workload = Workload(
            namespace=SYSTEM,
            name=name,
            containers=[main],
            labels={"k8s-app": label, "app.kubernetes.io/part-of": "cilium"},
            pod={"hostNetwork": True, "serviceAccountName": name, **EVERYWHERE},
            age=RELEASED,
        )
        yield from daemon_set(workload, site.machines)
    operator = AddOn(
        space=SYSTEM,
        name="cilium-operator",
        image="quay.io/cilium/operator-generic:v1.19.4",
        ports={"health": 9234},
        labels={"io.cilium/app": "operator", "name": "cilium-operator"},
    )
    yield from run(operator.workload, site.workers)


def _names(site: Site) -> Iterator[Manifest]:
    workload = dns(3, RELEASED)
    yield from deployment(workload, site.workers)
    yield from dns_service(workload)
    yield budget(workload)
    scaler = AddOn(
        space=SYSTEM,
        name="dns-autoscaler",
        image="registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.3",
        ports={"health": 8080},
        replicas=1,
        labels={"k8s-app": "dns-autoscaler"},
        args=["--namespace=kube-system", "--configmap=dns-autoscaler", "--target=deployment/coredns"],
    )
    yield from run(scaler.workload, site.workers)


def _cloud(site: Site) -> Iterator[Manifest]:
    name = "openstack-cloud-controller-manager"
    main = container(
        name,
        f"registry.k8s.io/provider-os/{name}:v1.36.0",
        args=["/bin/openstack-cloud-controller-manager", "--cloud-provider=openstack"],
        securityContext=HARDENED,
    )
    workload = Workload(
        namespace=SYSTEM,
        name=name,
        containers=[main],
        labels={"k8s-app": name, "component": "controllermanager"},
        pod={"hostNetwork": True, "serviceAccountName": "cloud-controller-manager", **EVERYWHERE},
        age=RELEASED,
    )
    yield from daemon_set(workload, site.servers)


def _gateway(site: Site) -> Iterator[Manifest]:
    yield from guarded(EDGE, "restricted")
    anyone = {"ports": [{"port": 10080}, {"port": 10443}]}
    proxies = {"matchLabels": {"app.kubernetes.io/name": "envoy"}}
    policy = {"podSelector": proxies, "policyTypes": ["Ingress"], "ingress": [anyone]}
    yield network_policy(EDGE, "visitors", policy)
    controller = AddOn(
        space=EDGE,
        name="envoy-gateway",
        image="docker.io/envoyproxy/gateway:v1.7.2",
        ports={"health": 8081, "grpc": 18000, "webhook": 9443},
        probe="/readyz",
        labels={"control-plane": "envoy-gateway", **named("gateway-helm")},
    )
    ports = {"grpc": (18000, "grpc"), "webhook": (9443, "webhook")}
    yield from run(controller.workload, site.workers, ports)
    yield from _proxies(site)
    accepted = {"conditions": [condition("Accepted", "Accepted", "Valid GatewayClass")]}
    yield resource(_GATEWAY, "GatewayClass", "envoy", {"controllerName": _CONTROLLER}, accepted)
    programmed = {
        "addresses": [{"type": "IPAddress", "value": PUBLIC}],
        "conditions": [condition("Accepted", "Accepted"), condition("Programmed", "Programmed")],
    }
    tls = {"mode": "Terminate", "certificateRefs": [{"kind": "Secret", "name": "public-tls"}]}
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "tls": tls}
    listener["allowedRoutes"] = {"namespaces": {"from": "All"}}
    gateway = {"gatewayClassName": "envoy", "listeners": [listener]}
    yield resource(_GATEWAY, "Gateway", "public", gateway, programmed, space=EDGE)


def _proxies(site: Site) -> Iterator[Manifest]:
    """Yield what the controller makes of the Gateway: Envoy behind a load balancer."""
    name = "envoy-envoy-gateway-system-public-5d1c7a90"
    proxy = container(
        "envoy",
        "docker.io/envoyproxy/envoy:distroless-v1.37.1",
        ports={"readiness": 19003, "metrics": 19001},
        probe="/ready",
        securityContext=HARDENED,
    )
    manager = container(
        "shutdown-manager",
        "docker.io/envoyproxy/gateway:v1.7.2",
        ports={"shutdown": 19002},
        probe="/healthz",
        securityContext=HARDENED,
    )
    owning = {"owning-gateway-name": "public", "owning-gateway-namespace": EDGE}
    workload = Workload(
        namespace=EDGE,
        name=name,
        containers=[proxy, manager],
        labels={
            **named("envoy", "proxy", "gateway"),
            "app.kubernetes.io/managed-by": "envoy-gateway",
            **{f"gateway.envoyproxy.io/{key}": value for key, value in owning.items()},
        },
        replicas=3,
        age=AGE / 2,
    )
    yield from run(workload, site.workers)
    ports = {"https-443": (443, 10443), "http-80": (80, 10080)}
    yield service(workload, ports, address=PUBLIC, type="LoadBalancer", externalTrafficPolicy="Local")


def route(space: str, name: str, host: str, port: int) -> Manifest:
    """Build an HTTPRoute from the public gateway to a Service."""
    parent = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "public", "namespace": EDGE}
    rules = [{"backendRefs": [{"name": name, "port": port}], "matches": [{"path": {"value": "/"}}]}]
    said = [condition("Accepted", "Accepted"), condition("ResolvedRefs", "ResolvedRefs")]
    status = {"parents": [{"parentRef": parent, "controllerName": _CONTROLLER, "conditions": said}]}
    spec = {"parentRefs": [parent], "hostnames": [host], "rules": rules}
    return resource(_GATEWAY, "HTTPRoute", name, spec, status, space=space)
