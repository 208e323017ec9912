"""Pods folded into their top-level owners, page by page.

The owner is read from the pod alone: a ReplicaSet's name without its pod-template-hash is its Deployment's
(or, with Argo's label, its Rollout's), a Job's name without the controller's minute stamp is its CronJob's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import structs

from checks.model import Ref
from checks.records.base import Metadata, condition
from checks.records.pods import ContainerStatus, Pod, PodGroup, PodSpec, Terminated, Trouble

TEMPLATE_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob"})
"""Owners whose pod template is read as a list of its own; a pod's spec is kept only for others."""

VOLATILE_LABELS = frozenset({
    "apps.kubernetes.io/pod-index", "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name", "controller-revision-hash", "controller-uid", "job-name",
    "pod-template-generation", "pod-template-hash", "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
})  # fmt: skip
MESH_SIDECARS = frozenset({"istio-proxy", "linkerd-proxy", "consul-dataplane", "kuma-sidecar"})
"""Containers that a mesh injects; no template shows which version it injected, so their images are kept."""

MOST_LABEL_SETS = 16
MANY_RESTARTS = 5
"""Restarts up to this many are everyday life."""

PULL_ERRORS = frozenset({
    "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
    "RegistryUnavailable", "SignatureValidationFailed",
})  # fmt: skip
CRASHES = frozenset({
    "CrashLoopBackOff", "RunContainerError", "CreateContainerConfigError", "CreateContainerError",
    "PostStartHookError",
})  # fmt: skip
WAITS = frozenset({"Unschedulable", "SchedulerSilent"})
FINISHED = frozenset({"Succeeded", "Failed"})
CRON_JOB = re.compile(r"(.+)-(?:2[2-9]|[3-9]\d)\d{6}")
"""A CronJob's name and the minutes since 1970, eight digits; a date such as 20261101 is somebody's own."""


class PodFolder:
    """Collects pods and gives the groups; one for each reading of the list."""

    def __init__(self) -> None:
        self._groups: dict[Ref, _Group] = {}

    def add(self, pods: Iterable[Pod]) -> None:
        """Fold one page."""
        for pod in pods:
            owner = top_owner(pod)
            group = self._groups.get(owner)
            if group is None:
                group = self._groups[owner] = _Group(owner, pod)
            group.add(pod)

    def groups(self) -> tuple[PodGroup, ...]:
        """Return what was folded so far."""
        return tuple(group.record() for group in self._groups.values())


def top_owner(pod: Pod) -> Ref:
    """Name the object that a person would change to change this pod."""
    owner = pod.metadata.controller
    namespace, labels = pod.namespace, pod.labels
    if owner is None or owner.kind == "Node":
        return Ref("Pod", namespace, pod.name)
    template_hash = labels.get("rollouts-pod-template-hash") or labels.get("pod-template-hash")
    if owner.kind == "ReplicaSet" and template_hash and owner.name.endswith(f"-{template_hash}"):
        kind = "Rollout" if "rollouts-pod-template-hash" in labels else "Deployment"
        return Ref(kind, namespace, owner.name.removesuffix(f"-{template_hash}"))
    if owner.kind == "Job" and (match := CRON_JOB.fullmatch(owner.name)):
        return Ref("CronJob", namespace, match[1])
    return Ref(owner.kind, namespace, owner.name)


class _Group:
    """The pods of one owner, while pages arrive."""

    def __init__(self, owner: Ref, pod: Pod) -> None:
        self.owner = owner
        self.static = _static(pod)
        self.metadata = Metadata(
            name=owner.name,
            namespace=owner.namespace,
            uid=pod.metadata.uid if owner.kind == "Pod" else "",
            creation_timestamp=pod.metadata.creation_timestamp,
            labels=pod.labels,
            annotations=pod.metadata.annotations,
        )
        self.spec: PodSpec | None = None if owner.kind in TEMPLATE_KINDS else pod.spec
        self.phases: Counter[str] = Counter()
        self.ready_nodes: Counter[str] = Counter()
        self.containers: Counter[str] = Counter()
        self.proxies: Counter[str] = Counter()
        self.label_sets: list[dict[str, str]] = []
        self.troubles: dict[tuple[str, str], Trouble] = {}

    def add(self, pod: Pod) -> None:
        """Count one pod."""
        # A pod that is being deleted counts for nothing any more; on a dead node that may take forever.
        over = pod.status.phase in FINISHED or pod.metadata.deletion_timestamp is not None
        phase = "Finished" if over else pod.status.phase
        self.phases[phase] += 1
        if phase == "Finished":
            return
        if condition(pod.status.conditions, "Ready").status == "True":
            self.ready_nodes[pod.spec.node_name] += 1
        containers = pod.spec.long_running
        self.containers.update(container.name for container in containers)
        self.proxies.update(container.image for container in containers if container.name in MESH_SIDECARS)
        labels = {key: value for key, value in pod.labels.items() if key not in VOLATILE_LABELS}
        if labels not in self.label_sets and len(self.label_sets) < MOST_LABEL_SETS:
            self.label_sets.append(labels)
        for trouble in troubles(pod):
            key = (trouble.reason, trouble.container)
            known = self.troubles.get(key)
            self.troubles[key] = trouble if known is None else _worse(known, trouble)

    def record(self) -> PodGroup:
        """Return what is kept."""
        return PodGroup(
            metadata=self.metadata,
            kind=self.owner.kind,
            static=self.static,
            pods=self.phases.total(),
            running=self.phases["Running"],
            ready=self.ready_nodes.total(),
            finished=self.phases["Finished"],
            label_sets=tuple(self.label_sets),
            ready_nodes=dict(self.ready_nodes),
            containers=dict(self.containers),
            proxies=dict(self.proxies),
            spec=self.spec,
            troubles=tuple(self.troubles[key] for key in sorted(self.troubles)),
        )


def _static(pod: Pod) -> bool:
    """Whether a kubelet runs it from a file: it says so, or it is labelled and named as kubeadm's are."""
    owner = pod.metadata.controller
    if pod.metadata.annotations.static_pod or (owner is not None and owner.kind == "Node"):
        return True
    on_its_node = bool(pod.spec.node_name) and pod.name.endswith(f"-{pod.spec.node_name}")
    return owner is None and on_its_node and pod.labels.get("tier") == "control-plane"


def troubles(pod: Pod) -> Iterator[Trouble]:
    """Yield what is wrong with one pod that has not finished."""
    scheduled = condition(pod.status.conditions, "PodScheduled")
    if pod.status.phase == "Pending" and not pod.spec.node_name:
        if scheduled.reason == "Unschedulable":
            yield Trouble(
                "Unschedulable", "", pod.name, scheduled.message, since=scheduled.last_transition_time
            )
        elif not scheduled.status:
            yield Trouble("SchedulerSilent", "", pod.name, since=pod.metadata.creation_timestamp)
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        yield from _container_troubles(pod.name, status)


def _container_troubles(pod: str, status: ContainerStatus) -> Iterator[Trouble]:
    waiting, now = status.state.waiting, status.state.terminated
    if now and now.exit_code == 0:
        return  # it failed before, perhaps, and has done its work at last
    last = now or status.last_state.terminated
    ended = last.finished_at if last else None
    code = _exit(last) if last else ""
    if waiting and waiting.reason in PULL_ERRORS | CRASHES:
        # Of a crash loop the kubelet only says for how long it waits; the exit code says more.
        message = (code or waiting.message) if waiting.reason == "CrashLoopBackOff" else waiting.message
        yield Trouble(waiting.reason, status.name, pod, message, status.restart_count, ended)
    if last and last.reason == "OOMKilled":
        yield Trouble("OOMKilled", status.name, pod, code, status.restart_count, ended)
    elif last and status.restart_count > MANY_RESTARTS:
        yield Trouble("Restarted", status.name, pod, code, status.restart_count, ended)


def _exit(last: Terminated) -> str:
    return f"exit code {last.exit_code}" + (f" ({last.reason})" if last.reason else "")


def _worse(known: Trouble, other: Trouble) -> Trouble:
    """Keep the crash that happened last, or the pod that has waited longest, with both counted."""
    longest_wait = known.reason in WAITS
    worst = (min if longest_wait else max)(known, other, key=_moment_and_restarts)
    return structs.replace(worst, pods=known.pods + other.pods)


def _moment_and_restarts(trouble: Trouble) -> tuple[float, int]:
    return (trouble.since.timestamp() if trouble.since else 0.0, trouble.restarts)
