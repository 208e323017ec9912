"""Metrics: those of the moment, for autoscalers and `kubectl top`, and those that are kept."""

from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.observability.presence import absent, made_from, unwell
from checks.products import Found, find
from checks.reads import lists
from checks.records.monitoring import PROMETHEUSES
from checks.records.workloads import API_SERVICES, STATEFULSETS, APIService
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS, object_ref

RESOURCE_METRICS = "metrics.k8s.io"
NO_SERVER = (
    "Install metrics-server: `helm upgrade --install metrics-server metrics-server --repo"
    " https://kubernetes-sigs.github.io/metrics-server --namespace kube-system`."
)
NO_STORE = (
    "Install a store, e.g. the kube-prometheus-stack chart with a volumeClaimTemplate for Prometheus, or an"
    " agent that sends metrics to one; where something outside the cluster collects them, sign an attestation"
    " for metrics-store."
)
KEEP = (
    "Give it a volume that outlives its pods: `volumeClaimTemplates` (with the Prometheus operator"
    " `spec.storage.volumeClaimTemplate`, in charts `persistentVolume` or `persistence`), or write its"
    " metrics remotely."
)


@check(
    "metrics-server",
    "The resource metrics API answers",
    family=Family.OBSERVABILITY,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=lists(API_SERVICES),
    remediation=(
        "See why the API server cannot reach it with `kubectl describe apiservice {name}`, then look at the"
        " pods, the certificate and the network policies of the Service that it names."
    ),
    docs="https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/",
)
def metrics_server(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without it HorizontalPodAutoscalers on CPU or memory stand still, and `kubectl top` shows nothing."""
    # custom.metrics.k8s.io and external.metrics.k8s.io are other APIs.
    services = snapshot.list(API_SERVICES)
    served = [item for item in services if item.name.partition(".")[2] == RESOURCE_METRICS]
    available = next((item for item in served if item.available.status == "True"), None)
    if available is not None:
        yield Passed(CLUSTER, f"{available.name} is available, served by {_backend(available)}")
        return
    for item in served:
        state = item.available
        why = state.reason or "its state is not reported"
        detail = f": {state.message}" if state.message else ""
        message = f"{item.name}, served by {_backend(item)}, is not available: {why}{detail}"
        yield Finding(object_ref(API_SERVICES, item), message)
    if not served:
        yield Finding(CLUSTER, f"no APIService v1beta1.{RESOURCE_METRICS}: nothing serves it", fix=NO_SERVER)


def _backend(item: APIService) -> str:
    service = item.spec.service
    return f"Service {service.namespace}/{service.name}" if service else "the API server itself"


@check(
    "metrics-store",
    "Metrics are collected and kept",
    family=Family.OBSERVABILITY,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=(*CONTROLLER_READS, *lists(PROMETHEUSES)),
    remediation="See why its pods are not ready: `kubectl describe {target}`.",
    docs="https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-usage-monitoring/",
)
def metrics_store(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without a history of metrics nobody sees a trend before an outage, or the cause after one.

    A store on a pod's own disk forgets everything when the pod moves.
    """
    broken, fleeting = list[Found](), list[Found]()
    for item in find(snapshot, "metrics-store"):
        if not item.healthy:
            broken.append(item)
        elif how := _keeps(snapshot, item):
            yield Passed(CLUSTER, f"{item}, {how}")
            return
        else:
            fleeting.append(item)
    for item in find(snapshot, "metrics-agent"):
        if item.healthy:
            yield Passed(CLUSTER, f"{item}, kept elsewhere; where is in its configuration, which is not read")
            return
        broken.append(item)
    for item in broken:
        yield unwell(item)
    for item in fleeting:
        message = f"{item.product.name} keeps its data on no PersistentVolumeClaim"
        yield Finding(item.ref, message, rule="storage", fix=KEEP)
    if not broken and not fleeting:
        yield _nothing(snapshot)


def _keeps(snapshot: Snapshot, store: Found) -> str:
    """Say how a store's data outlives its pods; empty where it does not."""
    spec = store.controller.spec
    claims = [template.metadata.name for template in spec.volume_claim_templates]
    claims += [
        volume.persistent_volume_claim.claim_name
        for volume in store.spec.volumes
        if volume.persistent_volume_claim is not None
    ]
    if claims:
        return f"kept on PersistentVolumeClaims ({', '.join(claims)})"
    if {"--agent", "--enable-feature=agent"} & {word for item in store.spec.containers for word in item.args}:
        return "an agent that writes remotely"
    if store.ref.kind != STATEFULSETS.kind:
        return ""
    declared = (item for item in snapshot.list(PROMETHEUSES) if made_from(store, PROMETHEUSES, item))
    return "written remotely" if any(item.spec.remote_write for item in declared) else ""


def _nothing(snapshot: Snapshot) -> Finding:
    """No store and no agent of one purpose: what an agent of many does, its configuration says."""
    for item in find(snapshot, "telemetry-agent"):
        if item.healthy:
            raise Unknown(
                f"{item} may send metrics to a store; that is in its configuration, which is not read: sign"
                " an attestation for metrics-store"
            )
    declared = ((PROMETHEUSES, item) for item in snapshot.list(PROMETHEUSES))
    return absent(snapshot, "metrics-store", "nothing collects and keeps metrics", NO_STORE, declared)
