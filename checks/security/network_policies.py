"""Whether pods are isolated from each other."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.cluster import NAMESPACES
from checks.records.pods import PODS
from checks.registry import Unknown, check, render
from checks.security.isolation import POLICY_KINDS, Ingress, Policies
from checks.snapshot import Snapshot, UnreadError, gather
from checks.subjects import WORKLOAD_READS, Workload, application_workloads
from checks.words import counted, some

DEFAULT_DENY = """\
Allow what each workload needs first (admission webhooks need the API server), then deny the rest:
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: default-deny-ingress, namespace: {name}}}
spec: {{podSelector: {{}}, policyTypes: [Ingress]}}
```"""


@check(
    "network-policies",
    "Every application namespace isolates its pods by default",
    family=Family.SECURITY,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=(*WORKLOAD_READS, *lists(NAMESPACES, *POLICY_KINDS)),
    remediation=DEFAULT_DENY,
    docs="https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic",
)
def network_policies(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Where nothing isolates pods, one that is broken into can reach every database in the cluster."""
    policies = Policies(snapshot, {item.name: item.labels for item in snapshot.list(NAMESPACES)})
    running = _Running(snapshot)
    judged, unread = gather(application_workloads(snapshot))
    namespaces: dict[str, list[_Outcome]] = defaultdict(list)
    for workload in judged:
        if workload.runs_to_completion or workload.spec.host_network:
            continue
        if label_sets := running.labels(workload):
            namespaces[workload.namespace].append(_outcome(policies, workload, label_sets))
    unclear = []
    for namespace, outcomes in sorted(namespaces.items()):
        ref = Ref("Namespace", name=namespace)
        open_ones = [item for item in outcomes if item.ingress is Ingress.OPEN]
        if open_ones:
            yield _finding(ref, open_ones, len(outcomes))
        elif any(item.ingress is Ingress.UNCLEAR for item in outcomes):
            unclear.append(namespace)
        else:
            yield Passed(ref)
    if unread:
        raise UnreadError(unread)
    if unclear:
        raise Unknown(
            f"the selectors of policies for {some(unclear)} could not be evaluated: attest that their pods"
            " are isolated"
        )


@dataclass(frozen=True)
class _Outcome:
    """What reaches a workload, and the policy that opened it, if one did."""

    name: str
    ingress: Ingress
    opener: str


class _Running:
    """The labels that pods really carry: a template lacks what was added on admission."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._groups = {Ref(group.kind, group.namespace, group.name): group for group in snapshot.list(PODS)}

    def labels(self, workload: Workload) -> tuple[dict[str, str], ...]:
        """Return the sets of labels of its pods, its template's where pods that it wants are yet to come."""
        group = self._groups.get(workload.ref)
        if group and group.label_sets:
            return group.label_sets
        return (workload.pod_labels,) if workload.replicas else ()


def _outcome(policies: Policies, workload: Workload, label_sets: Sequence[dict[str, str]]) -> _Outcome:
    """Judge a workload by the worst of its pods."""
    answers = {policies.ingress(workload.namespace, labels): labels for labels in label_sets}
    worst = next(item for item in (Ingress.OPEN, Ingress.UNCLEAR, Ingress.ISOLATED) if item in answers)
    opener = policies.opener(workload.namespace, answers[worst]) if worst is Ingress.OPEN else ""
    return _Outcome(workload.metadata.name, worst, opener)


def _finding(ref: Ref, open_ones: Sequence[_Outcome], of: int) -> Finding:
    names = sorted(item.name for item in open_ones)
    verb = "accepts" if len(names) == 1 else "accept"
    message = f"{len(names)} of {counted(of, 'workload')} {verb} traffic from anywhere: {some(names)}"
    openers = sorted({item.opener for item in open_ones if item.opener})
    if not openers:
        return Finding(ref, message)
    fix = f"Narrow what allows everything: {some(openers)}."
    missing = not all(item.opener for item in open_ones)
    return Finding(ref, message, fix=f"{fix} {render(DEFAULT_DENY, ref)}" if missing else fix)
