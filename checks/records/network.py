"""Services, ingress and policies."""

from msgspec import field

from checks.records.base import Kind, LabelSelector, Object, Record

Port = int | str
"""A port's number or name."""


class ServicePort(Record, frozen=True):
    """A port that a Service publishes."""

    name: str = ""
    port: int = 0
    target_port: Port = 0
    node_port: int = 0
    protocol: str = "TCP"


class ServiceSpec(Record, frozen=True):
    """ServiceSpec."""

    type: str = "ClusterIP"
    cluster_ip: str = field(name="clusterIP", default="")
    selector: dict[str, str] = {}
    ports: tuple[ServicePort, ...] = ()
    external_ips: tuple[str, ...] = field(name="externalIPs", default=())
    load_balancer_class: str = ""


class IngressPoint(Record, frozen=True):
    """An address that a load balancer gave."""

    ip: str = ""
    hostname: str = ""


class LoadBalancer(Record, frozen=True):
    """LoadBalancerStatus."""

    ingress: tuple[IngressPoint, ...] = ()


class LoadBalancerHolder(Record, frozen=True):
    """A status of which only the load balancer's addresses are kept."""

    load_balancer: LoadBalancer = LoadBalancer()


class Service(Object, frozen=True):
    """A Service."""

    spec: ServiceSpec = ServiceSpec()
    status: LoadBalancerHolder = LoadBalancerHolder()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its load balancer is reached."""
        return tuple(point.ip or point.hostname for point in self.status.load_balancer.ingress)

    def routes_to(self, labels: dict[str, str]) -> bool:
        """Whether its selector takes pods with these labels; no selector takes none."""
        selector = self.spec.selector
        return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


class EndpointConditions(Record, frozen=True):
    """Null means ready, as the API defines it."""

    ready: bool = True


class Endpoint(Record, frozen=True):
    """One endpoint of a slice."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    node_name: str = ""


class EndpointSlice(Object, frozen=True):
    """An EndpointSlice."""

    endpoints: tuple[Endpoint, ...] = ()

    @property
    def service(self) -> str:
        """The Service it belongs to."""
        return self.labels.get("kubernetes.io/service-name", "")


class IngressClassSpec(Record, frozen=True):
    """IngressClassSpec."""

    controller: str = ""


class IngressClass(Object, frozen=True):
    """An IngressClass."""

    spec: IngressClassSpec = IngressClassSpec()


class NamedPort(Record, frozen=True):
    """A Service's port in an Ingress, by number or name."""

    number: int = 0
    name: str = ""


class ServiceBackend(Record, frozen=True):
    """The Service that an Ingress routes to."""

    name: str = ""
    port: NamedPort = NamedPort()


class Backend(Record, frozen=True):
    """Where an Ingress sends requests."""

    service: ServiceBackend | None = None


class IngressPath(Record, frozen=True):
    """A path of an Ingress rule."""

    path: str = ""
    backend: Backend = Backend()


class IngressHTTP(Record, frozen=True):
    """The paths of an Ingress rule."""

    paths: tuple[IngressPath, ...] = ()


class IngressRule(Record, frozen=True):
    """A rule of an Ingress."""

    host: str = ""
    http: IngressHTTP = IngressHTTP()


class IngressSpec(Record, frozen=True):
    """IngressSpec."""

    ingress_class_name: str = ""
    default_backend: Backend = Backend()
    rules: tuple[IngressRule, ...] = ()


class Ingress(Object, frozen=True):
    """An Ingress."""

    spec: IngressSpec = IngressSpec()
    status: LoadBalancerHolder = LoadBalancerHolder()


class PolicyRule(Record, frozen=True):
    """An ingress or egress rule; what it allows is not judged, only whether it allows everything."""

    from_: tuple[dict[str, object], ...] | None = field(name="from", default=None)
    ports: tuple[dict[str, object], ...] | None = None


class NetworkPolicySpec(Record, frozen=True):
    """NetworkPolicySpec; without `policyTypes` a policy isolates ingress."""

    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] = ()
    ingress: tuple[PolicyRule, ...] = ()


class NetworkPolicy(Object, frozen=True):
    """A NetworkPolicy."""

    spec: NetworkPolicySpec = NetworkPolicySpec()


SERVICES = Kind("Service", "", "services", ("v1",), Service)
ENDPOINT_SLICES = Kind("EndpointSlice", "discovery.k8s.io", "endpointslices", ("v1",), EndpointSlice)
INGRESS_CLASSES = Kind("IngressClass", "networking.k8s.io", "ingressclasses", ("v1",), IngressClass)
INGRESSES = Kind("Ingress", "networking.k8s.io", "ingresses", ("v1",), Ingress)
NETWORK_POLICIES = Kind("NetworkPolicy", "networking.k8s.io", "networkpolicies", ("v1",), NetworkPolicy)
