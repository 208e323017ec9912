"""Whether the cluster turns dangerous pods away, or only hopes that nobody makes them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.cluster import NAMESPACES
from checks.registry import Unknown, check
from checks.security.guards import GUARD_READS, guards
from checks.security.privileged import known_add_on, risks
from checks.snapshot import Snapshot, UnreadError, gather
from checks.static_pods import flags, main_container, static_pods
from checks.subjects import WORKLOAD_READS, Workload, application_workloads
from checks.words import some

ENFORCE = "pod-security.kubernetes.io/enforce"
LEVELS = frozenset({"baseline", "restricted"})
DEFAULTS_FLAG = "admission-control-config-file"
OPENSHIFT = frozenset({"openshift", "hypershift"})
"""Distributions whose security context constraints judge every pod, whatever the namespaces' labels."""


@check(
    "pod-security",
    "Every application namespace turns privileged pods away",
    family=Family.SECURITY,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=(*WORKLOAD_READS, *GUARD_READS, *lists(NAMESPACES)),
    remediation=(
        "See what would be turned away: `kubectl label --dry-run=server --overwrite namespace {name}"
        " pod-security.kubernetes.io/enforce=baseline`; then run it again without `--dry-run=server`."
    ),
    docs="https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/",
)
def pod_security(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Where nothing is enforced, whoever may create a pod may create one that takes over its node."""
    labels = {item.name: item.labels for item in snapshot.list(NAMESPACES)}
    judged, unread = gather(application_workloads(snapshot))
    enforced, more = gather(guards(snapshot))
    namespaces: dict[str, list[Workload]] = defaultdict(list)
    for workload in judged:
        namespaces[workload.namespace].append(workload)
    unclear = []
    defaults_elsewhere = cache(lambda: _defaults_elsewhere(snapshot))
    for namespace, workloads in sorted(namespaces.items()):
        ref, own = Ref("Namespace", name=namespace), labels.get(namespace, {})
        level = own.get(ENFORCE, "")
        guard = next((guard.text for guard in enforced if guard.covers(namespace, own)), "")
        if level in LEVELS:
            yield Passed(ref, f"Pod Security Admission enforces `{level}`")
        elif guard or (guard := _platform_guard(snapshot)):
            yield Passed(ref, f"enforced by {guard}")
        elif more:
            continue
        elif not level and defaults_elsewhere():
            unclear.append(namespace)
        else:
            yield from _unguarded(ref, level, workloads)
    if unread or more:
        raise UnreadError([*dict.fromkeys((*unread, *more))])
    if unclear:
        raise Unknown(
            f"--{DEFAULTS_FLAG} may set what namespaces without label enforce ({some(unclear)}): its file is"
            " not in the API; label the namespaces, or attest what it says"
        )


def _unguarded(ref: Ref, level: str, workloads: Sequence[Workload]) -> Iterator[Passed | Finding]:
    """Judge a namespace that lets every pod in: right only where a known node add-on lives in it."""
    reaching = [item for item in workloads if any(risks(item))]
    if level and any(known_add_on(item) for item in workloads):
        yield Passed(ref, f"`{level}` on purpose, for node add-ons")
        return
    message = f"{ENFORCE} is `{level}`" if level else f"no {ENFORCE} label, and no policy that does its work"
    if not reaching:
        yield Finding(ref, message)
        return
    names = some([str(item.ref) for item in reaching])
    fix = (
        f"The level `baseline` would turn {names} away: mend or move them first, node add-ons to a namespace"
        f" of their own with {ENFORCE}=privileged, then label namespace {ref.name} with {ENFORCE}=baseline."
    )
    yield Finding(ref, message, fix=fix)


def _platform_guard(snapshot: Snapshot) -> str:
    if snapshot.platform.distribution in OPENSHIFT and snapshot.serves("security.openshift.io"):
        return f"{snapshot.platform.title}'s security context constraints"
    return ""


def _defaults_elsewhere(snapshot: Snapshot) -> bool:
    """Whether the API server was given a file that may set a level for namespaces without a label."""
    servers = (main_container(pod, "kube-apiserver") for pod in static_pods(snapshot, "kube-apiserver"))
    told = (node.metadata.annotations.k3s_node_args for node in snapshot.nodes)
    return any(DEFAULTS_FLAG in flags(server) for server in servers) or any(
        DEFAULTS_FLAG in arguments for arguments in told
    )
