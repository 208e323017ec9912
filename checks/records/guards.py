"""ValidatingAdmissionPolicy, and what other policies share with it.

Kept is what tells whether a policy turns privileged pods away, from which namespaces, and if it only warns.
"""

from checks.records.base import Kind, LabelSelector, Object, Record

Labels = dict[str, str]
WORD = "privileged"
"""What every policy that turns privileged pods away must name."""


class Enforced(Object, frozen=True):
    """A policy that an engine enforces by itself."""

    def guards(self, namespace: str, labels: Labels) -> bool:
        """Whether it turns privileged pods away from a namespace with these labels."""
        raise NotImplementedError


class Expression(Record, frozen=True):
    """A CEL expression."""

    expression: str = ""


class ResourceRule(Record, frozen=True):
    """Which resources a policy is about."""

    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    @property
    def pods(self) -> bool:
        """Whether pods are among them."""
        return bool({"", "*"} & set(self.api_groups)) and bool({"pods", "*", "*/*"} & set(self.resources))


class MatchResources(Record, frozen=True):
    """What a policy or a binding is about; one that picks objects by labels covers no namespace whole."""

    resource_rules: tuple[ResourceRule, ...] = ()
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None

    def covers(self, labels: Labels) -> bool:
        """Whether all pods of a namespace with these labels are meant."""
        whole = self.object_selector in (None, LabelSelector())
        return whole and (self.namespace_selector is None or self.namespace_selector.matches(labels))

    @property
    def pods(self) -> bool:
        """Whether pods are meant; a binding without rules leaves that to the policy."""
        return any(rule.pods for rule in self.resource_rules)


class AdmissionSpec(Record, frozen=True):
    """The spec of a ValidatingAdmissionPolicy or of Kyverno's ValidatingPolicy."""

    match_constraints: MatchResources = MatchResources()
    validations: tuple[Expression, ...] = ()
    variables: tuple[Expression, ...] = ()
    validation_actions: tuple[str, ...] = ()


class AdmissionPolicy(Enforced, frozen=True):
    """A ValidatingAdmissionPolicy, or Kyverno's ValidatingPolicy."""

    spec: AdmissionSpec = AdmissionSpec()

    @property
    def stops_privileged(self) -> bool:
        """Whether it is about privileged pods."""
        expressions = (*self.spec.validations, *self.spec.variables)
        return self.spec.match_constraints.pods and any(WORD in item.expression for item in expressions)

    def guards(self, namespace: str, labels: Labels) -> bool:  # noqa: ARG002 - as others need it
        """Whether it turns privileged pods away by itself, as Kyverno's do without a binding."""
        actions = self.spec.validation_actions or ("Deny",)
        return self.stops_privileged and "Deny" in actions and self.spec.match_constraints.covers(labels)


class AdmissionBindingSpec(Record, frozen=True):
    """ValidatingAdmissionPolicyBindingSpec."""

    policy_name: str = ""
    validation_actions: tuple[str, ...] = ()
    match_resources: MatchResources = MatchResources()


class AdmissionBinding(Object, frozen=True):
    """A ValidatingAdmissionPolicyBinding."""

    spec: AdmissionBindingSpec = AdmissionBindingSpec()


ADMISSION = "admissionregistration.k8s.io"
ADMISSION_POLICIES = Kind(
    "ValidatingAdmissionPolicy", ADMISSION, "validatingadmissionpolicies", ("v1",), AdmissionPolicy
)
ADMISSION_BINDINGS = Kind(
    "ValidatingAdmissionPolicyBinding",
    ADMISSION,
    "validatingadmissionpolicybindings",
    ("v1",),
    AdmissionBinding,
)
