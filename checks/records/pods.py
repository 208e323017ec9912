"""Pods and pod templates as the API gives them, and `PodGroup`: what is kept of an owner's pods.

Pods are folded into their owners while pages arrive (`checks/folding.py`), so that memory grows with
workloads and with what is wrong, not with pods.
"""

from datetime import datetime

from msgspec import field

from checks.records.base import Condition, Kind, Metadata, Object, Record

Quantity = str | int | float
"""A resource quantity as written: `500m`, `1Gi`, `2`."""


class Capabilities(Record, frozen=True):
    """Linux capabilities that a container adds or drops."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class SecurityContext(Record, frozen=True):
    """SecurityContext of a container, or PodSecurityContext."""

    privileged: bool = False
    run_as_user: int | None = None
    run_as_non_root: bool | None = None
    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool = False
    capabilities: Capabilities = Capabilities()


class Resources(Record, frozen=True):
    """ResourceRequirements."""

    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}


class Probe(Record, frozen=True):
    """A probe; only its presence and pace are judged."""

    period_seconds: int = 10
    failure_threshold: int = 3


class ContainerPort(Record, frozen=True):
    """A port that a container declares."""

    name: str = ""
    container_port: int = 0
    host_port: int = 0


class Mount(Record, frozen=True):
    """A volumeMount."""

    name: str = ""
    mount_path: str = ""


class Container(Record, frozen=True):
    """A container of a pod or of a pod template. Its environment is never kept."""

    name: str = ""
    image: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    resources: Resources = Resources()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    security_context: SecurityContext = SecurityContext()
    volume_mounts: tuple[Mount, ...] = ()
    restart_policy: str = ""


class HostPath(Record, frozen=True):
    """A hostPath volume."""

    path: str = ""


class ConfigMapSource(Record, frozen=True):
    """A volume filled from a ConfigMap."""

    name: str = ""


class ClaimSource(Record, frozen=True):
    """A volume from a PersistentVolumeClaim."""

    claim_name: str = ""


class Volume(Record, frozen=True):
    """A pod's volume, by the sources that checks care about."""

    name: str = ""
    host_path: HostPath | None = None
    config_map: ConfigMapSource | None = None
    persistent_volume_claim: ClaimSource | None = None


class PodSpec(Record, frozen=True):
    """PodSpec. `resources` are the pod-level ones (beta since 1.34)."""

    node_name: str = ""
    service_account_name: str = ""
    host_network: bool = False
    host_pid: bool = field(name="hostPID", default=False)
    host_ipc: bool = field(name="hostIPC", default=False)
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    security_context: SecurityContext = SecurityContext()
    resources: Resources = Resources()

    @property
    def long_running(self) -> tuple[Container, ...]:
        """The containers that run for the pod's whole life: all but init containers that end."""
        sidecars = tuple(item for item in self.init_containers if item.restart_policy == "Always")
        return self.containers + sidecars


class Terminated(Record, frozen=True):
    """How a container ended."""

    reason: str = ""
    exit_code: int = 0
    finished_at: datetime | None = None


class Waiting(Record, frozen=True):
    """Why a container does not run."""

    reason: str = ""
    message: str = ""


class ContainerState(Record, frozen=True):
    """A container's state, now or the last time."""

    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatus(Record, frozen=True):
    """ContainerStatus."""

    name: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()


class PodStatus(Record, frozen=True):
    """PodStatus."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Object, frozen=True):
    """A pod as the API gives it; lives only while its page is folded."""

    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


class Trouble(Record, frozen=True):
    """What is wrong with a container (or, `container` empty, with the pod) of `pods` pods of an owner.

    `reason` is Kubernetes' own word: CrashLoopBackOff, ImagePullBackOff, OOMKilled, Restarted, Unschedulable
    or SchedulerSilent. `pod`, `message`, `restarts` and `since` are those of the worst of them.
    """

    reason: str
    container: str = ""
    pod: str = ""
    message: str = ""
    restarts: int = 0
    since: datetime | None = None
    pods: int = 1


class PodGroup(Object, frozen=True):
    """What is kept of the pods of one top-level owner; `metadata` names the owner, not a pod.

    `ready_nodes` counts ready pods by node, `containers` counts pods by the containers they run (to find
    injected sidecars), `proxies` by the images of a mesh's sidecars, `label_sets` are the distinct labels of
    the pods without those that differ from pod to pod. `spec` is a pod's own, kept only where the owner is
    not a kind whose template is read, and for static pods.
    """

    kind: str = ""
    static: bool = False
    pods: int = 0
    running: int = 0
    ready: int = 0
    finished: int = 0
    label_sets: tuple[dict[str, str], ...] = ()
    ready_nodes: dict[str, int] = {}
    containers: dict[str, int] = {}
    proxies: dict[str, int] = {}
    spec: PodSpec | None = None
    troubles: tuple[Trouble, ...] = ()


class PodTemplate(Record, frozen=True):
    """PodTemplateSpec."""

    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()


PODS = Kind("Pod", "", "pods", ("v1",), PodGroup, wire=Pod)
