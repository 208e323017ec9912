"""What a workload that Services route to needs: probes that say when, and more than one replica."""

from collections.abc import Iterator, Sequence
from functools import cache

from checks.model import Family, Finding, Layer, Passed, Severity
from checks.products import catalogue
from checks.reads import lists
from checks.records.network import SERVICES, Port, Service
from checks.records.pods import Container
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, Workload, application_workloads
from checks.workloads.containers import judged
from checks.workloads.selecting import ByLabel

READS = (*WORKLOAD_READS, *lists(SERVICES))


MONITORING = ("metrics", "monitor", "prometheus")
"""Words in the names of ports that only a scraper asks: nobody waits for their answer."""


class Routes:
    """The Services that lead to pods.

    Those without a selector route by other means; those that only publish metrics have nobody who waits.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = ByLabel[Service]()
        for service in services:
            selector = service.spec.selector
            if selector and service.spec.type != "ExternalName" and not _only_metrics(service):
                self._services.add(service, service.namespace, selector)

    def to(self, workload: Workload) -> list[Service]:
        """Return the Services that route to a workload's pods, by name."""
        near = self._services.candidates(workload.namespace, workload.pod_labels)
        return sorted(
            (service for service in near if service.routes_to(workload.pod_labels)),
            key=lambda service: service.name,
        )


@check(
    "readiness-probes",
    "Every container behind a Service has a readiness probe",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=READS,
    remediation=("Give {ref} a `readinessProbe` that succeeds only once it can answer requests."),
    docs=(
        "https://kubernetes.io/docs/tasks/configure-pod-container/"
        "configure-liveness-readiness-startup-probes/"
    ),
)
def readiness_probes(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without one, a Service sends requests to a container that is still starting or can no longer answer."""
    routes = Routes(snapshot.list(SERVICES))
    for workload in application_workloads(snapshot):
        if workload.runs_to_completion:
            continue
        for container, service in _behind(workload, routes.to(workload)).values():
            ref = workload.container_ref(container.name)
            if container.readiness_probe:
                yield Passed(ref)
            else:
                message = f"no readiness probe, and Service {service.name} routes to it"
                yield Finding(ref, message, fix=_probe_for(container, service))


@check(
    "replicas",
    "Every workload behind a Service has two replicas or more",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=READS,
    remediation=(
        "Set two replicas or more in the manifest of {ref}. One that can only run alone, such as a leader,"
        " takes a waiver that says so."
    ),
    docs="https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
)
def replicas(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A single replica takes its Service down with it whenever its node drains, fails or is upgraded."""
    routes = Routes(snapshot.list(SERVICES))
    for workload in application_workloads(snapshot):
        if not workload.replicas:  # a DaemonSet, a Job, or scaled to zero on purpose
            continue
        services = routes.to(workload)
        if services and workload.replicas == 1:
            yield Finding(workload.ref, f"1 replica, and Service {services[0].name} routes to it")
        elif services:
            yield Passed(workload.ref)


def _behind(workload: Workload, services: Sequence[Service]) -> dict[str, tuple[Container, Service]]:
    """Return the containers that Services lead to, each with the first such Service.

    A Service leads to the containers that declare its target ports; where none does, declared or not, any of
    the pod's own may listen there.
    """
    found: dict[str, tuple[Container, Service]] = {}
    for service in services:
        targets = frozenset(_targets(service))
        listening = [item for item in judged(workload.spec.long_running) if _ports(item) & targets]
        own = [item for item in judged(workload.spec.containers) if item.name not in _sidecars()]
        for container in listening or own:
            found.setdefault(container.name, (container, service))
    return found


def _only_metrics(service: Service) -> bool:
    ports = service.spec.ports
    return bool(ports) and all(any(word in port.name for word in MONITORING) for port in ports)


def _targets(service: Service) -> list[Port]:
    return [port.target_port or port.port for port in service.spec.ports]


def _ports(container: Container) -> set[Port]:
    return {port for item in container.ports for port in (item.container_port, item.name) if port}


@cache
def _sidecars() -> frozenset[str]:
    """Return the names of the containers that products inject: theirs to probe."""
    return frozenset(name for product in catalogue() for name in product.sidecars)


def _probe_for(container: Container, service: Service) -> str:
    """Suggest a probe of the port that the Service leads to."""
    targets = _targets(service)
    port = next((port for port in targets if port in _ports(container)), targets[0] if targets else "")
    if not port:
        return ""
    return (
        f"Add `readinessProbe: {{tcpSocket: {{port: {port}}}}}` to container {container.name}, or better an"
        " `httpGet` or `grpc` probe that succeeds only once it can answer."
    )
