"""What every container should say of itself: what it needs, and which image it runs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.products import parse_image
from checks.reads import lists
from checks.records.pods import Container, Quantity, Resources
from checks.records.workloads import LIMIT_RANGES
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, application_workloads
from checks.words import counted

INJECTED_IMAGE = "auto"
"""Stands in a template for a container that is filled in when its pod is admitted (a mesh's gateway)."""


def judged(containers: Sequence[Container]) -> tuple[Container, ...]:
    """Return the containers that a template describes whole."""
    return tuple(item for item in containers if item.image != INJECTED_IMAGE)


@check(
    "resource-requests",
    "Every container requests CPU and memory",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=(*WORKLOAD_READS, *lists(LIMIT_RANGES)),
    remediation=(
        "Set `resources.requests` of {ref} to what it uses on a busy day; see"
        " `kubectl top pod --namespace {namespace} --containers`."
    ),
    docs="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
)
def resource_requests(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without requests the scheduler overfills nodes, and these pods are the first to be evicted."""
    defaults = cache(partial(_defaults, snapshot))
    for workload in application_workloads(snapshot):
        whole_pod = _requested(workload.spec.resources)
        for container in judged(workload.spec.long_running):
            missing = {"cpu", "memory"} - whole_pod - _requested(container.resources)
            if missing:  # only now does it matter what the namespace fills in
                filled_in = defaults().get(workload.namespace, frozenset())
                missing -= filled_in - container.resources.requests.keys()
            ref = workload.container_ref(container.name)
            if missing:
                yield Finding(ref, f"no request for {' and '.join(sorted(missing))}")
            else:
                yield Passed(ref)


@check(
    "image-tags",
    "Every image is pinned to a version",
    family=Family.WORKLOADS,
    severity=Severity.MEDIUM,
    layer=Layer.APPLICATION,
    reads=WORKLOAD_READS,
    remediation=(
        "Name the version that {ref} runs, best with its digest (`image:1.4.2@sha256:...`):"
        " `kubectl set image {target} {container}=IMAGE:VERSION`."
    ),
    docs="https://kubernetes.io/docs/concepts/containers/images/#image-names",
)
def image_tags(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A tag that moves gives two replicas two different programs, and leaves nothing to roll back to."""
    containers, pinned = 0, 0
    last: Ref | None = None
    for workload in application_workloads(snapshot):
        for container in judged((*workload.spec.init_containers, *workload.spec.containers)):
            ref = workload.container_ref(container.name)
            _, tag = parse_image(container.image)
            digest = "@" in container.image
            if not digest and tag in {"", "latest"}:
                what = "follows `latest`" if tag else "has no tag"
                yield Finding(ref, f"image {container.image or '(none)'} {what}")
                continue
            containers += 1
            pinned += digest
            last = ref
            yield Passed(ref)
    if last:
        yield Passed(last, f"{counted(containers, 'container')}, {pinned} pinned by digest")


def _requested(resources: Resources) -> frozenset[str]:
    """Return what is requested; a limit alone is taken as the request, a request of zero asks for nothing."""
    asked = {**resources.limits, **resources.requests}
    return frozenset(name for name, quantity in asked.items() if not _zero(quantity))


def _zero(quantity: Quantity) -> bool:
    return not any(digit in "123456789" for digit in str(quantity))


def _defaults(snapshot: Snapshot) -> Mapping[str, frozenset[str]]:
    """Return the requests that each namespace fills in; a default limit alone is taken as the request."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for limit_range in snapshot.list(LIMIT_RANGES):
        for item in limit_range.spec.limits:
            if item.type == "Container":
                filled = Resources(requests=item.default_request, limits=item.default)
                found[limit_range.namespace] |= _requested(filled)
    return found
