"""The workloads of a cluster as checks judge them: a template, whatever makes the pods."""

from collections.abc import Iterator
from typing import Any, TypeVar

from msgspec import Struct

from checks.model import Ref, Unread
from checks.reads import List, lists
from checks.records.base import Kind, Metadata, Object, Record
from checks.records.pods import PODS, PodSpec
from checks.records.workloads import CRONJOBS, DAEMONSETS, DEPLOYMENTS, STATEFULSETS, Controller
from checks.snapshot import Snapshot, UnreadError

R = TypeVar("R", bound=Record)

T = TypeVar("T")

CONTROLLERS: tuple[Kind[Controller], ...] = (DEPLOYMENTS, STATEFULSETS, DAEMONSETS)
CONTROLLER_READS = lists(*CONTROLLERS)
WORKLOAD_READS: tuple[List, ...] = (*CONTROLLER_READS, *lists(CRONJOBS, PODS))
"""What `workloads` reads."""

SYSTEM_NAMESPACES = frozenset({
    "kube-system", "kube-public", "kube-node-lease", "kube-flannel",
    "calico-apiserver", "calico-system", "tigera-operator", "cilium-secrets", "local-path-storage",
    "gke-gmp-system", "gmp-public", "gmp-system", "amazon-cloudwatch", "app-routing-system", "aks-command",
    "cattle-system", "cattle-fleet-system", "cattle-impersonation-system",
})  # fmt: skip
SYSTEM_PREFIXES = ("openshift-", "gke-managed-", "vmware-system-")
"""Namespaces that a distribution or provider fills: judged as add-ons, not as somebody's workloads."""


def is_system(namespace: str) -> bool:
    """Whether a namespace belongs to the distribution or the provider."""
    return namespace in SYSTEM_NAMESPACES or namespace.startswith(SYSTEM_PREFIXES)


class Workload(Struct, frozen=True):
    """A top-level owner of pods. `replicas` is null where the number is not chosen (a DaemonSet, a Job).

    `selector` are the labels by which it tells its pods, empty where they do not show.
    """

    kind: str
    metadata: Metadata
    pod_labels: dict[str, str]
    spec: PodSpec
    replicas: int | None
    static: bool = False
    selector: dict[str, str] = {}

    @property
    def ref(self) -> Ref:
        """The workload as a subject."""
        return Ref(self.kind, self.metadata.namespace, self.metadata.name)

    def container_ref(self, container: str) -> Ref:
        """One of its containers as a subject."""
        return Ref(self.kind, self.metadata.namespace, self.metadata.name, container)

    @property
    def namespace(self) -> str:
        """Its namespace."""
        return self.metadata.namespace

    @property
    def runs_to_completion(self) -> bool:
        """Whether its pods are meant to end."""
        return self.kind in {"Job", "CronJob"}


def object_ref(kind: Kind[Any], item: Object) -> Ref:
    """Name an object of a kind as a subject."""
    return Ref(kind.kind, item.namespace, item.name)


def of_kinds(snapshot: Snapshot, *kinds: Kind[R]) -> Iterator[tuple[Kind[R], R]]:
    """Yield objects with their kinds; what is unread is raised after all that was read."""
    unread: tuple[Unread, ...] = ()
    for kind in kinds:
        try:
            for item in snapshot.each(kind):
                yield kind, item
        except UnreadError as error:
            unread += error.unread
    if unread:
        raise UnreadError(unread)


def controllers(snapshot: Snapshot) -> Iterator[tuple[Kind[Controller], Controller]]:
    """Yield Deployments, StatefulSets and DaemonSets; what is unread is raised after all that was read."""
    return of_kinds(snapshot, *CONTROLLERS)


def workloads(snapshot: Snapshot) -> Iterator[Workload]:
    """Yield every workload, of people and system alike; what is unread is raised after all that was read.

    Pods whose owner is of another kind (a bare pod, a Job, an operator's own kind) stand for their owner.
    """
    return in_turn(_from_controllers(snapshot), _from_cron_jobs(snapshot), _from_pods(snapshot))


def in_turn(*sources: Iterator[T]) -> Iterator[T]:
    """Yield what each source yields; what is unread is raised after all that was read."""
    unread: tuple[Unread, ...] = ()
    for source in sources:
        try:
            yield from source
        except UnreadError as error:
            unread += error.unread
    if unread:
        raise UnreadError(unread)


def application_workloads(snapshot: Snapshot) -> Iterator[Workload]:
    """Yield the workloads that are not the distribution's or the provider's."""
    return (workload for workload in workloads(snapshot) if not is_system(workload.namespace))


def _from_controllers(snapshot: Snapshot) -> Iterator[Workload]:
    for kind, item in controllers(snapshot):
        replicas = None if kind is DAEMONSETS else item.spec.replicas
        template = item.spec.template
        yield Workload(
            kind.kind,
            item.metadata,
            template.metadata.labels,
            template.spec,
            replicas,
            selector=item.spec.selector.match_labels,
        )


def _from_cron_jobs(snapshot: Snapshot) -> Iterator[Workload]:
    for item in snapshot.each(CRONJOBS):
        template = item.spec.job_template.spec.template
        yield Workload(CRONJOBS.kind, item.metadata, template.metadata.labels, template.spec, None)


def _from_pods(snapshot: Snapshot) -> Iterator[Workload]:
    for group in snapshot.each(PODS):
        alive = group.pods - group.finished
        if group.spec is not None and alive:
            replicas = None if group.kind in {"Pod", "Job"} else alive
            yield Workload(group.kind, group.metadata, group.labels, group.spec, replicas, group.static)
