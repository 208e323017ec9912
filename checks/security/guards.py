"""What turns privileged pods away where the namespaces' own labels do not: admission policies and engines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks.products import find
from checks.reads import List, lists
from checks.records.base import Kind
from checks.records.guards import (
    ADMISSION_BINDINGS,
    ADMISSION_POLICIES,
    AdmissionBinding,
    AdmissionPolicy,
    Enforced,
    Labels,
)
from checks.records.policy_engines import (
    CONSTRAINTS,
    KUBEWARDEN_POLICIES,
    KYVERNO_POLICIES,
    KYVERNO_VALIDATIONS,
)
from checks.snapshot import Snapshot, UnreadError, gather
from checks.subjects import CONTROLLER_READS

ENGINE_KINDS: tuple[Kind[Enforced], ...] = (
    KYVERNO_POLICIES,
    KYVERNO_VALIDATIONS,
    *CONSTRAINTS,
    KUBEWARDEN_POLICIES,
)
GUARD_READS: tuple[List, ...] = (
    *CONTROLLER_READS,
    *lists(ADMISSION_POLICIES, ADMISSION_BINDINGS, *ENGINE_KINDS),
)
"""What `guards` reads."""


@dataclass(frozen=True)
class Guard:
    """A policy that is enforced, and the namespaces from which it turns privileged pods away."""

    text: str
    covers: Callable[[str, Labels], bool]


def guards(snapshot: Snapshot) -> Iterator[Guard]:
    """Yield what is enforced; what is unread is raised after all that was read."""
    engines, unread = gather(find(snapshot, "policy-engine"))
    sources = [_admission(snapshot)]
    for kind in ENGINE_KINDS:
        running = (item for item in engines if kind.group in item.product.groups and item.ready)
        if engine := next(running, None):
            sources.append(_enforced(snapshot, kind, f"{engine.product.name} {engine.version}".strip()))
    for source in sources:
        read, more = gather(source)
        yield from read
        unread += more
    if unread:
        raise UnreadError(unread)


def _admission(snapshot: Snapshot) -> Iterator[Guard]:
    """Yield Kubernetes' own policies, which do nothing without a binding that denies."""
    policies = {item.name: item for item in snapshot.list(ADMISSION_POLICIES) if item.stops_privileged}
    for binding in snapshot.each(ADMISSION_BINDINGS):
        policy = policies.get(binding.spec.policy_name)
        narrowed = binding.spec.match_resources.resource_rules and not binding.spec.match_resources.pods
        if policy and not narrowed and "Deny" in binding.spec.validation_actions:
            yield Guard(f"ValidatingAdmissionPolicy {policy.name}", _bound(policy, binding))


def _bound(policy: AdmissionPolicy, binding: AdmissionBinding) -> Callable[[str, Labels], bool]:
    matches = (policy.spec.match_constraints, binding.spec.match_resources)
    return lambda _namespace, labels: all(match.covers(labels) for match in matches)


def _enforced(snapshot: Snapshot, kind: Kind[Enforced], engine: str) -> Iterator[Guard]:
    for item in snapshot.each(kind):
        yield Guard(f"{kind.kind} {item.name} ({engine})", item.guards)
