"""How requests come into the cluster: a class, a controller that runs, and an address."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.products import Found, catalogue, find
from checks.reads import lists
from checks.records.gateway import GATEWAY_CLASSES, GATEWAYS
from checks.records.network import INGRESS_CLASSES, INGRESSES, SERVICES, Ingress, Service
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS, object_ref

OUTSIDE = "outside-cluster"
ON_DEMAND = "address-on-demand"
OWN_ROUTES = "own-routes"
INSIDE_MESH = "mesh-gateway"


@dataclass(frozen=True)
class Entrance:
    """A class, and the address of each Ingress or Gateway of it, empty while that waits for one."""

    ref: Ref
    controller: str
    addresses: tuple[str, ...]
    gateway: bool = False


Services = Mapping[str, Sequence[Service]]
"""By namespace: a Service reaches only pods beside it."""


@dataclass(frozen=True)
class Unclear:
    """A class of which the API does not show whether anybody serves it, and why."""

    reason: str


@check(
    "ingress-controller",
    "Requests can come in: an ingress or gateway controller runs and has an address",
    family=Family.NETWORKING,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=(
        *CONTROLLER_READS,
        *lists(INGRESS_CLASSES, INGRESSES, GATEWAY_CLASSES, GATEWAYS, SERVICES),
    ),
    remediation="See why it does not run or has no address: `kubectl describe {target}`.",
    docs="https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/",
)
def ingress_controller(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without a controller that runs, Ingresses and routes do nothing: nobody outside reaches a service."""
    workloads = [*find(snapshot, "ingress-controller")]
    services = _by_namespace(snapshot.list(SERVICES))
    entrances = [*_ingress_classes(snapshot), *_gateway_classes(snapshot)]
    answers = [_judge(entrance, workloads, services) for entrance in entrances]
    by_class = [answer for answer in answers if isinstance(answer, Passed)]
    passed = by_class or _without_class(workloads, services)
    unclear = [answer.reason for answer in answers if isinstance(answer, Unclear)]
    findings = [answer for answer in answers if isinstance(answer, Finding)]
    if not passed and snapshot.platform.distribution == "vcluster":
        raise Unknown(
            "requests may come in through the host cluster of this vCluster, which does not show here"
        )
    if passed or findings:
        yield from passed or findings
    elif unclear:
        raise Unknown("; ".join(unclear))
    else:
        yield _absent(workloads)


def _ingress_classes(snapshot: Snapshot) -> Iterator[Entrance]:
    """Yield the IngressClasses; on GKE also the Ingresses that need none."""
    ingresses = snapshot.list(INGRESSES)
    for item in snapshot.list(INGRESS_CLASSES):
        given = _given([ingress for ingress in ingresses if _class_of(ingress) == item.name])
        yield Entrance(object_ref(INGRESS_CLASSES, item), item.spec.controller, given)
    if snapshot.platform.distribution == "gke":
        given = _given(
            [ingress for ingress in ingresses if _class_of(ingress) in {"", "gce", "gce-internal"}]
        )
        yield Entrance(CLUSTER, "k8s.io/ingress-gce", given)


def _by_namespace(services: Sequence[Service]) -> Services:
    found: dict[str, list[Service]] = defaultdict(list)
    for service in services:
        found[service.namespace].append(service)
    return found


def _class_of(ingress: Ingress) -> str:
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.ingress_class


def _given(ingresses: Sequence[Ingress]) -> tuple[str, ...]:
    points = [ingress.status.load_balancer.ingress for ingress in ingresses]
    return tuple((point[0].ip or point[0].hostname) if point else "" for point in points)


def _gateway_classes(snapshot: Snapshot) -> Iterator[Entrance]:
    inside = {
        name for product in catalogue() if INSIDE_MESH in product.capabilities for name in product.controllers
    }
    gateways = snapshot.list(GATEWAYS)
    for item in snapshot.list(GATEWAY_CLASSES):
        mine = [
            gateway.status.addresses for gateway in gateways if gateway.spec.gateway_class_name == item.name
        ]
        given = tuple(addresses[0].value if addresses else "" for addresses in mine)
        if item.spec.controller_name not in inside:
            yield Entrance(object_ref(GATEWAY_CLASSES, item), item.spec.controller_name, given, gateway=True)


def _judge(entrance: Entrance, workloads: Sequence[Found], services: Services) -> Passed | Finding | Unclear:
    products = [item for item in catalogue() if entrance.controller.startswith(item.controllers)]
    if not products:
        return Unclear(
            f"{entrance.ref} asks for `{entrance.controller}`, a controller that is not known here"
        )
    name = products[0].name
    if all(OUTSIDE in product.capabilities for product in products):
        return _judge_outside(entrance, name)
    mine = [found for found in workloads if found.product in products]
    running = [found for found in mine if found.ready]
    return _judge_running(entrance, running, services) if running else _not_running(entrance, name, mine)


def _judge_outside(entrance: Entrance, name: str) -> Passed | Unclear:
    if address := next(filter(None, entrance.addresses), ""):
        return Passed(CLUSTER, f"{name} serves {_kind(entrance)} at {address}")
    return Unclear(f"{name} runs outside the cluster and has given no {_kind(entrance)} an address yet")


def _judge_running(
    entrance: Entrance, running: Sequence[Found], services: Services
) -> Passed | Finding | Unclear:
    found = running[0]
    on_demand = entrance.gateway or all(ON_DEMAND in item.product.capabilities for item in running)
    address = next(filter(None, entrance.addresses), "") or ("" if on_demand else _address(running, services))
    if address:
        return _serves(str(entrance.ref), found, address)
    if on_demand and not entrance.addresses:
        return Unclear(f"{found} runs, but no {_kind(entrance)} has asked it for an address yet")
    fix = (
        f"See what its Service of type LoadBalancer, or its {_kind(entrance)}, waits for: `kubectl describe"
        f" services --namespace {found.ref.namespace}`."
    )
    message = f"{found.product.name} serves {entrance.ref} but has no address"
    return Finding(found.ref, message, rule="address", fix=fix)


def _kind(entrance: Entrance) -> str:
    return "Gateway" if entrance.gateway else "Ingress"


def _not_running(entrance: Entrance, name: str, mine: Sequence[Found]) -> Finding:
    if mine:
        message = f"{name} is installed but not running: 0 of {mine[0].desired} pods are ready"
        return Finding(mine[0].ref, message, rule="running")
    ref = entrance.ref
    fix = f"Install {name}, or delete the class: `kubectl delete {ref.kind.lower()} {ref.name}`."
    return Finding(ref, f"no workload of {name} runs, so nobody serves this class", fix=fix)


def _without_class(workloads: Sequence[Found], services: Services) -> list[Passed]:
    """Judge controllers that take their routes from resources of their own, such as Istio's Gateway."""
    own = [found for found in workloads if found.ready and OWN_ROUTES in found.product.capabilities]
    addresses = [(found, _address([found], services)) for found in own]
    return [_serves("routes of its own kind", found, address) for found, address in addresses if address]


def _serves(what: str, found: Found, address: str) -> Passed:
    notes = f"; {found.product.notes}" if found.product.notes else ""
    return Passed(CLUSTER, f"{found} serves {what} at {address}{notes}")


def _address(running: Sequence[Found], services: Services) -> str:
    """Return where the controllers' pods are reached from outside; empty where nowhere."""
    routed = [
        service
        for found in running
        for service in services.get(found.ref.namespace, ())
        if service.routes_to(found.labels)
    ]
    for service in routed:
        for address in (*service.addresses, *service.spec.external_ips):
            return f"{address} (Service {service.namespace}/{service.name})"
    for found in running:
        ports = sorted({port.host_port for item in found.spec.containers for port in item.ports} - {0})
        if ports or found.spec.host_network:
            return f"its nodes' own addresses{f', ports {ports}' if ports else ''}"
    for service in routed:
        if service.spec.type == "NodePort":
            return f"the nodes' ports {[port.node_port for port in service.spec.ports]}"
    return ""


def _absent(workloads: Sequence[Found]) -> Finding:
    if workloads:
        message = f"{workloads[0]} runs, but no IngressClass or GatewayClass names it"
        return Finding(CLUSTER, message, fix=f"Create the IngressClass of {workloads[0].product.name}.")
    message = "there is no IngressClass and no GatewayClass, so nothing lets requests in"
    fix = "Install a controller of the Gateway API or an ingress controller; ingress-nginx is retired."
    return Finding(CLUSTER, message, fix=fix)
