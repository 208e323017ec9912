"""Services of type LoadBalancer: whether somebody gives them an address."""

from collections.abc import Iterator
from datetime import timedelta

from checks.model import Family, Finding, Layer, Management, Passed, Severity
from checks.products import find
from checks.reads import lists
from checks.records.network import SERVICES, Service
from checks.records.networks import CILIUM_ADDRESS_POOLS
from checks.registry import NotApplicable, check
from checks.snapshot import Snapshot, UnreadError
from checks.subjects import CONTROLLER_READS, object_ref

PROVISIONING = timedelta(minutes=5)
"""A cloud takes a moment to make a load balancer."""

ON_PREMISES = "MetalLB, kube-vip, Cilium LB-IPAM or PureLB"


@check(
    "load-balancers",
    "Every Service of type LoadBalancer has an address",
    family=Family.NETWORKING,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=(*lists(SERVICES, CILIUM_ADDRESS_POOLS), *CONTROLLER_READS),
    remediation=(
        "See in its events why no load balancer was made (quota, subnets, permissions, an empty pool):"
        " `kubectl describe {target}`."
    ),
    docs="https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer",
)
def load_balancers(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A LoadBalancer Service without an address is reached by nobody, and whoever made it may not know."""
    givers = _givers(snapshot)
    found = False
    for service in snapshot.each(SERVICES):
        if service.spec.type == "LoadBalancer" and not service.metadata.deletion_timestamp:
            found = True
            yield _judge(snapshot, service, givers)
    if not found:
        raise NotApplicable("there is no Service of type LoadBalancer")


def _judge(snapshot: Snapshot, service: Service, givers: tuple[str, ...] | None) -> Passed | Finding:
    ref, created = object_ref(SERVICES, service), service.metadata.creation_timestamp
    if service.addresses or service.spec.external_ips:
        return Passed(ref, f"addresses come from {', '.join(givers)}" if givers else "")
    if created and not snapshot.older_than(created, PROVISIONING):
        return Passed(ref, f"created {snapshot.age(created)} ago and still waiting for its address")
    waiting = f" {snapshot.age(created)} after it was created" if created else ""
    wanted = f" (class {service.spec.load_balancer_class})" if service.spec.load_balancer_class else ""
    fix = ""
    if givers:
        command = f"kubectl describe service/{ref.name} --namespace {ref.namespace}"
        fix = f"See what {', '.join(givers)} says of it: `{command}`."
    elif givers is not None:
        fix = f"Nothing known here gives addresses: install {ON_PREMISES}, or publish it another way."
    return Finding(ref, f"no address{waiting}{wanted}", fix=fix)


def _givers(snapshot: Snapshot) -> tuple[str, ...] | None:
    """Name what gives addresses on premises; null in a cloud, or where it could not be read.

    Only the wording depends on it, so that what is unread here leaves the judgement as it is.
    """
    try:
        if snapshot.platform.management is not Management.SELF_MANAGED:
            return None
        running = [found for found in find(snapshot, "load-balancer-controller") if found.ready]
        names = {f"{found.product.name} {found.version}".strip() for found in running}
        if snapshot.list(CILIUM_ADDRESS_POOLS):
            names.add("Cilium LB-IPAM")
    except UnreadError:
        return None
    return tuple(sorted(names))
