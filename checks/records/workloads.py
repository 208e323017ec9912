"""What makes pods, and what protects them."""

from datetime import datetime

from checks.records.base import Condition, Conditions, Kind, LabelSelector, Object, Record, condition
from checks.records.pods import PodTemplate, Quantity


class JobTemplateSpec(Record, frozen=True):
    """JobSpec of a CronJob's template."""

    template: PodTemplate = PodTemplate()


class JobTemplate(Record, frozen=True):
    """A CronJob's jobTemplate."""

    spec: JobTemplateSpec = JobTemplateSpec()


class Name(Record, frozen=True):
    """An object of which only the name is kept."""

    name: str = ""


class ClaimTemplate(Record, frozen=True):
    """One of a StatefulSet's volumeClaimTemplates, by name."""

    metadata: Name = Name()


class ControllerSpec(Record, frozen=True):
    """The spec of a Deployment, StatefulSet or DaemonSet."""

    replicas: int = 1
    paused: bool = False
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()
    volume_claim_templates: tuple[ClaimTemplate, ...] = ()


class ControllerStatus(Record, frozen=True):
    """Their status; DaemonSets count in fields of their own."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    updated_replicas: int = 0
    desired_number_scheduled: int = 0
    number_ready: int = 0
    number_misscheduled: int = 0
    updated_number_scheduled: int = 0
    conditions: tuple[Condition, ...] = ()


class Controller(Object, frozen=True):
    """A Deployment, StatefulSet or DaemonSet."""

    spec: ControllerSpec = ControllerSpec()
    status: ControllerStatus = ControllerStatus()

    @property
    def desired(self) -> int:
        """Pods that should run."""
        return self.spec.replicas

    @property
    def ready(self) -> int:
        """Pods that are ready."""
        return self.status.ready_replicas

    @property
    def updated(self) -> int:
        """Pods of the present template."""
        return self.status.updated_replicas

    def condition(self, name: str) -> Condition:
        """Return the condition of that type; an empty one where there is none."""
        return condition(self.status.conditions, name)


class DaemonSet(Controller, frozen=True):
    """A DaemonSet: one pod on each node that it fits."""

    @property
    def desired(self) -> int:
        """Pods that should run."""
        return self.status.desired_number_scheduled

    @property
    def ready(self) -> int:
        """Pods that are ready."""
        return self.status.number_ready

    @property
    def updated(self) -> int:
        """Pods of the present template."""
        return self.status.updated_number_scheduled


class Replicated(Controller, frozen=True):
    """A Deployment or StatefulSet."""


class CronJobSpec(Record, frozen=True):
    """CronJobSpec."""

    schedule: str = ""
    suspend: bool = False
    job_template: JobTemplate = JobTemplate()


class CronJobStatus(Record, frozen=True):
    """CronJobStatus."""

    last_schedule_time: datetime | None = None
    last_successful_time: datetime | None = None


class CronJob(Object, frozen=True):
    """A CronJob."""

    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()


class PodDisruptionBudgetSpec(Record, frozen=True):
    """A budget without a selector selects nothing; an empty selector selects every pod of the namespace."""

    selector: LabelSelector | None = None
    min_available: Quantity | None = None
    max_unavailable: Quantity | None = None


class PodDisruptionBudget(Object, frozen=True):
    """A PodDisruptionBudget."""

    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()


class LimitRangeItem(Record, frozen=True):
    """One limit; of those of type Container, the requests that it fills in count."""

    type: str = ""
    default: dict[str, Quantity] = {}
    default_request: dict[str, Quantity] = {}


class LimitRangeSpec(Record, frozen=True):
    """LimitRangeSpec."""

    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(Object, frozen=True):
    """A LimitRange."""

    spec: LimitRangeSpec = LimitRangeSpec()


class ServiceReference(Record, frozen=True):
    """The Service behind an aggregated API."""

    namespace: str = ""
    name: str = ""


class APIServiceSpec(Record, frozen=True):
    """APIServiceSpec; without a Service the API server answers itself."""

    service: ServiceReference | None = None


class APIService(Object, frozen=True):
    """An APIService: whether an aggregated API answers."""

    spec: APIServiceSpec = APIServiceSpec()
    status: Conditions = Conditions()

    @property
    def available(self) -> Condition:
        """Its Available condition."""
        return condition(self.status.conditions, "Available")


DEPLOYMENTS = Kind("Deployment", "apps", "deployments", ("v1",), Replicated)
STATEFULSETS = Kind("StatefulSet", "apps", "statefulsets", ("v1",), Replicated)
DAEMONSETS = Kind("DaemonSet", "apps", "daemonsets", ("v1",), DaemonSet)
CRONJOBS = Kind("CronJob", "batch", "cronjobs", ("v1",), CronJob)
DISRUPTION_BUDGETS = Kind(
    "PodDisruptionBudget", "policy", "poddisruptionbudgets", ("v1",), PodDisruptionBudget
)
LIMIT_RANGES = Kind("LimitRange", "", "limitranges", ("v1",), LimitRange)
API_SERVICES = Kind("APIService", "apiregistration.k8s.io", "apiservices", ("v1",), APIService)
