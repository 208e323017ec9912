"""What of the control plane can be reached from outside."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.network import INGRESSES, SERVICES, NamedPort, Service, ServicePort
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, Workload, object_ref, workloads

ETCD = "etcd"
PORTS = {
    2379: ETCD,
    2380: ETCD,
    10250: "the kubelet",
    10255: "the kubelet",
    10251: "the scheduler",
    10259: "the scheduler",
    10252: "the controller manager",
    10257: "the controller manager",
}
COMPONENTS = {
    "etcd": ETCD,
    "kube-scheduler": "the scheduler",
    "kube-controller-manager": "the controller manager",
}
"""The `component` labels of static pods that no port of theirs should leave the cluster."""

Door = tuple[Service, ServicePort, str]
"""A Service's port that can be reached from outside, and by what."""
Owners = Mapping[str, Sequence[Workload]]


@check(
    "exposed-control-plane",
    "Nothing publishes etcd, a kubelet, the scheduler or the controller manager",
    family=Family.SECURITY,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=(*lists(SERVICES, INGRESSES), *WORKLOAD_READS),
    remediation=(
        "Make it reachable inside the cluster only, or delete it: `kubectl delete {target}`. Metrics of these"
        " components are scraped from inside, through a ClusterIP Service."
    ),
    docs="https://kubernetes.io/docs/reference/networking/ports-and-protocols/",
)
def exposed_control_plane(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Whoever reaches etcd or a kubelet from outside can own the cluster without asking the API server."""
    owners = defaultdict(list)
    for workload in workloads(snapshot):
        owners[workload.namespace].append(workload)
    published = False
    for ref, doors in chain(_services(snapshot), _ingresses(snapshot)):
        published = True
        findings = [
            Finding(ref, f"{means} publishes {component} (port {number})", rule=str(number))
            for service, port, means in doors
            for number, component in _behind(owners, service, port)
        ]
        yield from findings or (Passed(ref),)
    if not published:
        yield Passed(CLUSTER, "no Service or Ingress publishes anything")


def _services(snapshot: Snapshot) -> Iterator[tuple[Ref, list[Door]]]:
    for service in snapshot.each(SERVICES):
        spec = service.spec
        if spec.type in {"NodePort", "LoadBalancer"} or spec.external_ips:
            means = spec.type if spec.type != "ClusterIP" else f"external IP {spec.external_ips[0]}"
            doors = [(service, port, _by(means, port)) for port in spec.ports]
            yield object_ref(SERVICES, service), doors


def _by(means: str, port: ServicePort) -> str:
    return f"{means} {port.node_port}" if means == "NodePort" and port.node_port else means


def _ingresses(snapshot: Snapshot) -> Iterator[tuple[Ref, list[Door]]]:
    services = {(item.namespace, item.name): item for item in snapshot.list(SERVICES)}
    for ingress in snapshot.each(INGRESSES):
        paths = (path.backend for rule in ingress.spec.rules for path in rule.http.paths)
        doors: list[Door] = []
        for backend in (ingress.spec.default_backend, *paths):
            wanted = backend.service
            service = services.get((ingress.namespace, wanted.name)) if wanted else None
            if wanted and service:
                ports = (port for port in service.spec.ports if _is(wanted.port, port))
                doors += [(service, port, f"backend {service.name}") for port in ports]
        yield object_ref(INGRESSES, ingress), doors


def _is(wanted: NamedPort, port: ServicePort) -> bool:
    return wanted.number == port.port if wanted.number else wanted.name == port.name


def _behind(owners: Owners, service: Service, port: ServicePort) -> Iterator[tuple[int, str]]:
    """Yield the ports of the control plane that a Service's port leads to.

    Kubelets, schedulers and controller managers listen on the nodes' own network: pods with a network of
    their own that use the same number are something else (metrics-server serves on 10250). Where no pod is
    behind a Service, nothing shows that it is something else.
    """
    targets = [item for item in owners.get(service.namespace, ()) if service.routes_to(item.pod_labels)]
    elsewhere = bool(targets) and not any(item.spec.host_network for item in targets)
    labelled = {
        COMPONENTS[name]
        for item in targets
        if item.static and (name := item.pod_labels.get("component", "")) in COMPONENTS
    }
    for number in sorted(_numbers(targets, port)):
        component = PORTS.get(number, "")
        if component and (component == ETCD or not elsewhere):
            yield number, component
        elif labelled:
            yield number, min(labelled)


def _numbers(targets: Sequence[Workload], port: ServicePort) -> set[int]:
    """Return where a Service's port leads, names resolved by the containers behind it."""
    if isinstance(port.target_port, int):
        return {port.target_port or port.port}
    return {
        declared.container_port
        for item in targets
        for container in item.spec.long_running
        for declared in container.ports
        if declared.name == port.target_port
    }
