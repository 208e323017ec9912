"""What changes the number of replicas."""

from checks.records.base import Condition, Kind, Object, Record, condition


class ScaleTarget(Record, frozen=True):
    """CrossVersionObjectReference: what an autoscaler scales, in its own namespace."""

    kind: str = ""
    name: str = ""
    api_version: str = ""


class HorizontalPodAutoscalerSpec(Record, frozen=True):
    """HorizontalPodAutoscalerSpec."""

    scale_target_ref: ScaleTarget = ScaleTarget()
    min_replicas: int = 1
    max_replicas: int = 0


class HorizontalPodAutoscalerStatus(Record, frozen=True):
    """HorizontalPodAutoscalerStatus."""

    current_replicas: int = 0
    desired_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class HorizontalPodAutoscaler(Object, frozen=True):
    """A HorizontalPodAutoscaler."""

    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()

    def condition(self, name: str) -> Condition:
        """Return the condition of that type; an empty one where there is none."""
        return condition(self.status.conditions, name)


POD_AUTOSCALERS = Kind(
    "HorizontalPodAutoscaler", "autoscaling", "horizontalpodautoscalers", ("v2",), HorizontalPodAutoscaler
)
