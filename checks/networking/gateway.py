"""The Gateway API: whether what was asked for was taken up."""

from collections.abc import Iterator
from datetime import timedelta

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.base import Condition, Object, condition
from checks.records.gateway import GATEWAY_CLASSES, GATEWAYS, ROUTES, ParentReference, Route
from checks.registry import NotApplicable, check
from checks.snapshot import Snapshot
from checks.subjects import object_ref, of_kinds

SETTLING = timedelta(minutes=5)
"""A controller may not have answered yet for something younger."""

WANTED = {GATEWAY_CLASSES: "Accepted", GATEWAYS: "Programmed"}


@check(
    "gateway-api",
    "Gateway classes and routes are accepted, gateways programmed",
    family=Family.NETWORKING,
    severity=Severity.LOW,
    layer=Layer.PLATFORM,
    reads=lists(GATEWAY_CLASSES, GATEWAYS, *ROUTES),
    remediation="See what its controller says in the conditions: `kubectl describe {target}`.",
    docs="https://gateway-api.sigs.k8s.io/concepts/api-overview/",
)
def gateway_api(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A gateway or route that no controller has accepted carries no request, though it looks deployed."""
    found = False
    for kind, item in of_kinds(snapshot, GATEWAY_CLASSES, GATEWAYS):
        found = True
        ref, wanted = object_ref(kind, item), WANTED[kind]
        said = item.condition(wanted)
        if said.status == "True" or _settles(snapshot, item):
            yield Passed(ref)
        else:
            yield Finding(ref, f"not {wanted.lower()}: {_why(said)}", rule=wanted)
    if not found:
        raise NotApplicable("there is no GatewayClass and no Gateway")
    for route_kind, route in of_kinds(snapshot, *ROUTES):
        yield from _judge_route(snapshot, object_ref(route_kind, route), route)


def _settles(snapshot: Snapshot, item: Object) -> bool:
    created = item.metadata.creation_timestamp
    return created is not None and not snapshot.older_than(created, SETTLING)


def _why(said: Condition) -> str:
    reason = ": ".join(filter(None, (said.reason, said.message)))
    return reason or "no controller has answered for it"


def _judge_route(snapshot: Snapshot, ref: Ref, route: Route) -> Iterator[Passed | Finding]:
    refused = False
    for parent in route.spec.parent_refs:
        said = _accepted(route, parent)
        if said.status != "True" and not _settles(snapshot, route):
            refused = True
            name = f"{parent.kind} {parent.name}" + (
                f", {parent.section_name}" if parent.section_name else ""
            )
            yield Finding(ref, f"not accepted by {name}: {_why(said)}", rule=name)
    if route.spec.parent_refs and not refused:
        yield Passed(ref)


def _accepted(route: Route, parent: ParentReference) -> Condition:
    """Return what was said of a route at one parent; best what is good, where several controllers speak."""
    said = [
        condition(item.conditions, "Accepted")
        for item in route.status.parents
        if (item.parent_ref.name, item.parent_ref.section_name) == (parent.name, parent.section_name)
    ]
    return max(said, key=lambda item: item.status == "True", default=Condition())
