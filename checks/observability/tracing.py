"""Traces: whether something receives them."""

from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.observability.presence import absent, unwell
from checks.products import Found, find
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS

INSTALL = (
    "Run an OpenTelemetry Collector that applications send traces to, in front of Tempo, Jaeger or a vendor:"
    " `helm upgrade --install otel-collector opentelemetry-collector --repo"
    " https://open-telemetry.github.io/opentelemetry-helm-charts --namespace tracing --create-namespace --set"
    " mode=deployment --set image.repository=otel/opentelemetry-collector-k8s`."
)


@check(
    "tracing",
    "Something receives traces",
    family=Family.OBSERVABILITY,
    severity=Severity.LOW,
    layer=Layer.PLATFORM,
    reads=CONTROLLER_READS,
    remediation="See why its pods are not ready: `kubectl describe {target}`.",
    docs="https://opentelemetry.io/docs/collector/",
)
def tracing(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A slow request across ten services is explained by its trace; metrics and logs show only the parts."""
    broken = list[Found]()
    for item in find(snapshot, "tracing"):
        if item.healthy:
            yield Passed(CLUSTER, f"{item}; whether traces arrive is not in the API")
            return
        broken.append(item)
    yield from map(unwell, broken)
    if not broken:
        yield absent(snapshot, "tracing", "nothing receives traces", INSTALL)
