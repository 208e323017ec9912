"""Which pods accept traffic from anywhere, whatever kind of policy isolates the others."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from msgspec import structs

from checks.records.base import Kind, LabelSelector, Object
from checks.records.isolation import (
    ADMIN_POLICIES,
    BASELINE_POLICIES,
    CALICO_GLOBAL_POLICIES,
    CALICO_POLICIES,
    CALICO_STORED_GLOBAL_POLICIES,
    CALICO_STORED_POLICIES,
    CILIUM_CLUSTER_POLICIES,
    CILIUM_POLICIES,
    CLUSTER_POLICIES,
    AdminPolicy,
    CalicoPolicy,
)
from checks.records.network import NETWORK_POLICIES, NetworkPolicy
from checks.security.expressions import ExpressionError, compiled
from checks.snapshot import Snapshot
from checks.subjects import object_ref

Labels = dict[str, str]

POLICY_KINDS = (
    NETWORK_POLICIES,
    CILIUM_POLICIES,
    CILIUM_CLUSTER_POLICIES,
    CALICO_POLICIES,
    CALICO_GLOBAL_POLICIES,
    CALICO_STORED_POLICIES,
    CALICO_STORED_GLOBAL_POLICIES,
    ADMIN_POLICIES,
    BASELINE_POLICIES,
    CLUSTER_POLICIES,
)
ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})


class Ingress(Enum):
    """What reaches a pod that no rule is about; `UNCLEAR` where a policy could not be evaluated."""

    ISOLATED = "isolated"
    OPEN = "open"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Policy:
    """A policy that isolates what it selects, and may open it again; `selects` may not be able to tell."""

    name: str
    selects: Callable[[str, Labels], bool | None]
    opens: bool


class Policies:
    """Every policy of a cluster by the namespace that it is about, which is empty for those about all."""

    def __init__(self, snapshot: Snapshot, namespaces: Mapping[str, Labels]) -> None:
        self._namespaces = namespaces
        self._policies: dict[str, list[Policy]] = defaultdict(list)
        for source in (_kubernetes(snapshot), self._cilium(snapshot), self._calico(snapshot)):
            for namespace, policy in source:
                self._policies[namespace].append(policy)
        admin = (*snapshot.list(ADMIN_POLICIES), *snapshot.list(CLUSTER_POLICIES))
        baseline = [item for item in admin if item.spec.tier == "Baseline"]
        self._admin = _in_order(item for item in admin if item.spec.tier != "Baseline")
        self._baseline = _in_order((*snapshot.list(BASELINE_POLICIES), *baseline))

    def ingress(self, namespace: str, labels: Labels) -> Ingress:
        """Say what reaches a pod by default.

        Administrators' policies come first; then one that opens undoes the isolation of the others, since
        policies add up; the administrators' baseline is for pods that no other policy selects.
        """
        namespace_labels = self._namespaces.get(namespace, {})
        if decided := _decided(self._admin, namespace_labels, labels):
            return decided
        answers: set[tuple[bool, bool]] = set()
        for policy in self._about(namespace):
            selected = policy.selects(namespace, labels)
            if selected is not False:
                answers.add((selected is True, policy.opens))
        if (True, True) in answers:
            return Ingress.OPEN
        if (False, True) in answers or ((False, False) in answers and (True, False) not in answers):
            return Ingress.UNCLEAR
        if answers:
            return Ingress.ISOLATED
        return _decided(self._baseline, namespace_labels, labels) or Ingress.OPEN

    def opener(self, namespace: str, labels: Labels) -> str:
        """Name the policy that opens a pod to everything; empty where it is open for want of one."""
        opening = (policy for policy in self._about(namespace) if policy.opens)
        return next((policy.name for policy in opening if policy.selects(namespace, labels)), "")

    def _about(self, namespace: str) -> Iterator[Policy]:
        yield from self._policies.get(namespace, ())
        yield from self._policies.get("", ())

    def _cilium(self, snapshot: Snapshot) -> Iterator[tuple[str, Policy]]:
        for kind in (CILIUM_POLICIES, CILIUM_CLUSTER_POLICIES):
            for item in snapshot.list(kind):
                for spec in (item.spec, *item.specs):
                    if spec and spec.endpoint_selector is not None and (spec.isolates or spec.opens):
                        selector = _without_sources(spec.endpoint_selector)
                        yield (
                            item.namespace,
                            Policy(_name(kind, item), self._cilium_test(selector), spec.opens),
                        )

    def _cilium_test(self, selector: LabelSelector) -> Callable[[str, Labels], bool]:
        def test(namespace: str, labels: Labels) -> bool:
            known = self._namespaces.get(namespace, {})
            above = {f"io.cilium.k8s.namespace.labels.{key}": value for key, value in known.items()}
            return selector.matches({**labels, **above, "io.kubernetes.pod.namespace": namespace})

        return test

    def _calico(self, snapshot: Snapshot) -> Iterator[tuple[str, Policy]]:
        for kind in (
            CALICO_POLICIES,
            CALICO_GLOBAL_POLICIES,
            CALICO_STORED_POLICIES,
            CALICO_STORED_GLOBAL_POLICIES,
        ):
            for item in snapshot.list(kind):
                if item.spec.isolates:
                    yield item.namespace, Policy(_name(kind, item), self._calico_test(item), item.spec.opens)

    def _calico_test(self, item: CalicoPolicy) -> Callable[[str, Labels], bool | None]:
        spec = item.spec
        try:
            pods, above = compiled(spec.selector), compiled(spec.namespace_selector)
        except ExpressionError:
            return lambda _namespace, _labels: None

        def test(namespace: str, labels: Labels) -> bool | None:
            known = self._namespaces.get(namespace, {})
            own = {"projectcalico.org/namespace": namespace, "projectcalico.org/orchestrator": "k8s"}
            inherited = {f"pcns.{key}": value for key, value in known.items()}
            if not above({**known, "projectcalico.org/name": namespace}):
                return False
            if not pods({**inherited, **labels, **own}):
                return False
            return None if spec.service_account_selector else True

        return test


def _name(kind: Kind[Object], item: Object) -> str:
    return str(object_ref(kind, item))


def _kubernetes(snapshot: Snapshot) -> Iterator[tuple[str, Policy]]:
    for item in snapshot.list(NETWORK_POLICIES):
        if not item.spec.policy_types or "Ingress" in item.spec.policy_types:
            yield (
                item.namespace,
                Policy(_name(NETWORK_POLICIES, item), _selected_by(item.spec.pod_selector), _opens(item)),
            )


def _selected_by(selector: LabelSelector) -> Callable[[str, Labels], bool]:
    return lambda _namespace, labels: selector.matches(labels)


def _opens(item: NetworkPolicy) -> bool:
    """Whether a rule allows everything from everywhere."""
    return any(
        not rule.ports and (not rule.from_ or any(_anywhere(peer) for peer in rule.from_))
        for rule in item.spec.ingress
    )


def _anywhere(peer: Mapping[str, object]) -> bool:
    block = peer.get("ipBlock")
    return isinstance(block, dict) and block.get("cidr") in ANYWHERE and not block.get("except")


def _without_sources(selector: LabelSelector) -> LabelSelector:
    """Drop the source before each key: `k8s:app` is the pod's label `app`."""
    requirements = tuple(structs.replace(item, key=_plain(item.key)) for item in selector.match_expressions)
    labels = {_plain(key): value for key, value in selector.match_labels.items()}
    return LabelSelector(match_labels=labels, match_expressions=requirements)


def _plain(key: str) -> str:
    return key.removeprefix("k8s:").removeprefix("any:")


def _in_order(policies: Iterator[AdminPolicy] | tuple[AdminPolicy, ...]) -> list[AdminPolicy]:
    return sorted(policies, key=lambda item: item.spec.priority)


def _decided(policies: list[AdminPolicy], namespace_labels: Labels, labels: Labels) -> Ingress | None:
    for policy in policies:
        if verdict := policy.verdict(namespace_labels, labels):
            return Ingress.ISOLATED if verdict == "Deny" else Ingress.OPEN
    return None
