"""The Gateway API: classes, gateways and routes."""

from checks.records.base import Conditioned, Conditions, Kind, Object, Record


class GatewayClassSpec(Record, frozen=True):
    """GatewayClassSpec."""

    controller_name: str = ""


class GatewayClass(Conditioned, frozen=True):
    """A GatewayClass."""

    spec: GatewayClassSpec = GatewayClassSpec()


class GatewaySpec(Record, frozen=True):
    """GatewaySpec."""

    gateway_class_name: str = ""


class GatewayAddress(Record, frozen=True):
    """An address that a Gateway was given."""

    type: str = ""
    value: str = ""


class GatewayStatus(Conditions, frozen=True):
    """GatewayStatus."""

    addresses: tuple[GatewayAddress, ...] = ()


class Gateway(Conditioned, frozen=True):
    """A Gateway."""

    spec: GatewaySpec = GatewaySpec()
    status: GatewayStatus = GatewayStatus()


class ParentReference(Record, frozen=True):
    """What a route attaches to; without a namespace, in the route's own."""

    kind: str = "Gateway"
    namespace: str = ""
    name: str = ""
    section_name: str = ""


class RouteParent(Conditions, frozen=True):
    """What one controller says of a route at one parent."""

    parent_ref: ParentReference = ParentReference()


class RouteSpec(Record, frozen=True):
    """What the specs of all routes share."""

    parent_refs: tuple[ParentReference, ...] = ()


class RouteStatus(Record, frozen=True):
    """RouteStatus."""

    parents: tuple[RouteParent, ...] = ()


class Route(Object, frozen=True):
    """A route of any protocol."""

    spec: RouteSpec = RouteSpec()
    status: RouteStatus = RouteStatus()


GROUP = "gateway.networking.k8s.io"
GATEWAY_CLASSES = Kind("GatewayClass", GROUP, "gatewayclasses", ("v1", "v1beta1"), GatewayClass)
GATEWAYS = Kind("Gateway", GROUP, "gateways", ("v1", "v1beta1"), Gateway)
HTTP_ROUTES = Kind("HTTPRoute", GROUP, "httproutes", ("v1", "v1beta1"), Route)
GRPC_ROUTES = Kind("GRPCRoute", GROUP, "grpcroutes", ("v1", "v1alpha2"), Route)
TLS_ROUTES = Kind("TLSRoute", GROUP, "tlsroutes", ("v1", "v1alpha3", "v1alpha2"), Route)
TCP_ROUTES = Kind("TCPRoute", GROUP, "tcproutes", ("v1", "v1alpha2"), Route)
UDP_ROUTES = Kind("UDPRoute", GROUP, "udproutes", ("v1", "v1alpha2"), Route)
ROUTES = (HTTP_ROUTES, GRPC_ROUTES, TLS_ROUTES, TCP_ROUTES, UDP_ROUTES)
