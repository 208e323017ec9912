"""Policies of engines that admission asks: Kyverno's, Gatekeeper's and Kubewarden's.

Kept is what tells whether a policy turns privileged pods away, from which namespaces, and if it only warns.
"""

from fnmatch import fnmatchcase

from msgspec import field

from checks.records.base import Kind, LabelSelector, Record
from checks.records.guards import WORD, AdmissionPolicy, Enforced, Labels, MatchResources, ResourceRule


class Names(Record, frozen=True):
    """Namespaces by patterns and by labels; what is not said holds for all."""

    namespaces: tuple[str, ...] = ()
    namespace_selector: LabelSelector | None = None

    def hold(self, namespace: str, labels: Labels) -> bool:
        """Whether a namespace is among them."""
        named = not self.namespaces or any(fnmatchcase(namespace, item) for item in self.namespaces)
        return named and (self.namespace_selector is None or self.namespace_selector.matches(labels))


class KyvernoResources(Names, frozen=True):
    """Resources by kind and namespace; names and labels narrow them further."""

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    name: str = ""
    selector: LabelSelector | None = None

    def cover(self, namespace: str, labels: Labels) -> bool:
        """Whether all pods of a namespace are meant."""
        pods = not self.kinds or any(kind.rpartition("/")[2] in {"Pod", "*"} for kind in self.kinds)
        narrowed = bool(self.names or self.name or self.selector)
        return pods and not narrowed and self.hold(namespace, labels)


class KyvernoFilter(Record, frozen=True):
    """Resources, perhaps only where certain people ask."""

    resources: KyvernoResources | None = None
    subjects: tuple[Record, ...] = ()
    roles: tuple[str, ...] = ()
    cluster_roles: tuple[str, ...] = ()

    def covers(self, namespace: str, labels: Labels) -> bool:
        """Whether all pods of a namespace are meant, whoever makes them."""
        anybody = not (self.subjects or self.roles or self.cluster_roles)
        return anybody and self.resources is not None and self.resources.cover(namespace, labels)


class KyvernoMatch(KyvernoFilter, frozen=True):
    """What a rule matches or excludes: any of some filters, all of some, or one."""

    any_: tuple[KyvernoFilter, ...] = field(name="any", default=())
    all_: tuple[KyvernoFilter, ...] = field(name="all", default=())

    def whole(self, namespace: str, labels: Labels) -> bool:
        """Whether all pods of a namespace are meant."""
        if self.any_:
            return any(item.covers(namespace, labels) for item in self.any_)
        if self.all_:
            return all(item.covers(namespace, labels) for item in self.all_)
        return self.covers(namespace, labels)


class KyvernoValidation(Record, frozen=True):
    """What a rule demands: a level of the Pod Security Standards, or a pattern."""

    failure_action: str = ""
    pod_security: Record | None = None
    pattern: dict[str, object] = {}

    @property
    def stops_privileged(self) -> bool:
        """Whether it is about privileged pods."""
        return self.pod_security is not None or _names_privileged(self.pattern)


class KyvernoRule(Record, frozen=True):
    """A rule of a ClusterPolicy."""

    match: KyvernoMatch = KyvernoMatch()
    exclude: KyvernoMatch = KyvernoMatch()
    validation: KyvernoValidation = field(name="validate", default=KyvernoValidation())


class KyvernoOverride(Names, frozen=True):
    """Another action for some namespaces."""

    action: str = ""


class KyvernoSpec(Record, frozen=True):
    """The spec of a ClusterPolicy; it audits unless it is told to enforce."""

    validation_failure_action: str = "Audit"
    validation_failure_action_overrides: tuple[KyvernoOverride, ...] = ()
    admission: bool = True
    rules: tuple[KyvernoRule, ...] = ()


class KyvernoPolicy(Enforced, frozen=True):
    """A ClusterPolicy of Kyverno's."""

    spec: KyvernoSpec = KyvernoSpec()

    def guards(self, namespace: str, labels: Labels) -> bool:
        """Whether it turns privileged pods away from a namespace."""
        return self.spec.admission and any(
            rule.validation.stops_privileged
            and self._action(rule, namespace, labels).lower() == "enforce"
            and rule.match.whole(namespace, labels)
            and not rule.exclude.whole(namespace, labels)
            for rule in self.spec.rules
        )

    def _action(self, rule: KyvernoRule, namespace: str, labels: Labels) -> str:
        overrides = self.spec.validation_failure_action_overrides
        overriding = (item.action for item in overrides if item.hold(namespace, labels))
        default = rule.validation.failure_action or self.spec.validation_failure_action
        return next(overriding, default)


class GatekeeperKinds(Record, frozen=True):
    """Kinds that a constraint is about."""

    kinds: tuple[str, ...] = ()


class GatekeeperMatch(Names, frozen=True):
    """What a constraint is about."""

    kinds: tuple[GatekeeperKinds, ...] = ()
    excluded_namespaces: tuple[str, ...] = ()
    label_selector: LabelSelector | None = None
    name: str = ""

    def cover(self, namespace: str, labels: Labels) -> bool:
        """Whether all pods of a namespace are meant."""
        pods = not self.kinds or any({"Pod", "*"} & set(item.kinds) for item in self.kinds)
        narrowed = bool(self.name) or self.label_selector not in (None, LabelSelector())
        excluded = any(fnmatchcase(namespace, item) for item in self.excluded_namespaces)
        return pods and not narrowed and not excluded and self.hold(namespace, labels)


class ScopedAction(Record, frozen=True):
    """One of the actions of a constraint with several."""

    action: str = ""


class ConstraintSpec(Record, frozen=True):
    """The spec of a constraint; it denies unless it is told otherwise."""

    enforcement_action: str = "deny"
    scoped_enforcement_actions: tuple[ScopedAction, ...] = ()
    match: GatekeeperMatch = GatekeeperMatch()


class Constraint(Enforced, frozen=True):
    """A constraint of a template that is about privileged containers."""

    spec: ConstraintSpec = ConstraintSpec()

    def guards(self, namespace: str, labels: Labels) -> bool:
        """Whether it turns privileged pods away from a namespace."""
        actions = {self.spec.enforcement_action, *(i.action for i in self.spec.scoped_enforcement_actions)}
        exempt = "admission.gatekeeper.sh/ignore" in labels
        return "deny" in actions and not exempt and self.spec.match.cover(namespace, labels)


class KubewardenSpec(Record, frozen=True):
    """The spec of a ClusterAdmissionPolicy; `module` is the policy's image."""

    module: str = ""
    mode: str = "protect"
    rules: tuple[ResourceRule, ...] = ()
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None


class KubewardenStatus(Record, frozen=True):
    """ClusterAdmissionPolicyStatus."""

    policy_status: str = ""


class KubewardenPolicy(Enforced, frozen=True):
    """A ClusterAdmissionPolicy of Kubewarden's."""

    spec: KubewardenSpec = KubewardenSpec()
    status: KubewardenStatus = KubewardenStatus()

    def guards(self, namespace: str, labels: Labels) -> bool:  # noqa: ARG002 - as others need it
        """Whether it turns privileged pods away from a namespace."""
        spec = self.spec
        match = MatchResources(spec.rules, spec.namespace_selector, spec.object_selector)
        active = self.status.policy_status == "active" and spec.mode == "protect"
        return active and WORD in spec.module and match.pods and match.covers(labels)


def _names_privileged(value: object) -> bool:
    """Whether a pattern has the field `privileged` at any depth, in any of Kyverno's ways to write a key."""
    if isinstance(value, dict):
        return any(key.strip("=^+<>X()") == WORD or _names_privileged(item) for key, item in value.items())
    return isinstance(value, list) and any(_names_privileged(item) for item in value)


KYVERNO_POLICIES = Kind("ClusterPolicy", "kyverno.io", "clusterpolicies", ("v1", "v2beta1"), KyvernoPolicy)
KYVERNO_VALIDATIONS = Kind(
    "ValidatingPolicy",
    "policies.kyverno.io",
    "validatingpolicies",
    ("v1", "v1beta1", "v1alpha1"),
    AdmissionPolicy,
)
GATEKEEPER = "constraints.gatekeeper.sh"
CONSTRAINTS = (
    Kind("K8sPSPPrivilegedContainer", GATEKEEPER, "k8spspprivilegedcontainer", ("v1beta1",), Constraint),
    Kind("K8sAzureV2NoPrivilege", GATEKEEPER, "k8sazurev2noprivilege", ("v1beta1",), Constraint),
)
KUBEWARDEN_POLICIES = Kind(
    "ClusterAdmissionPolicy",
    "policies.kubewarden.io",
    "clusteradmissionpolicies",
    ("v1",),
    KubewardenPolicy,
)
