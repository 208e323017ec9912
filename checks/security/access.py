"""Who may do what: nobody without a name, and few everything."""

from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.reads import lists
from checks.records.access import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    ROLE_BINDINGS,
    ROLES,
    AccessRule,
    Binding,
    Subject,
)
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import is_system, object_ref
from checks.words import some

ANONYMOUS = {("User", "system:anonymous"), ("Group", "system:unauthenticated")}
PUBLIC_URLS = ("/healthz", "/livez", "/readyz", "/version", "/.well-known", "/openid/v1/jwks")
"""What a load balancer, a client before login and a verifier of tokens need."""
SHOWN = 3
"""Rules named in a message; the rest is counted."""

CLUSTER_ADMIN = "cluster-admin"
BUILT_IN_ADMINS = {("Group", "system:masters"), ("Group", "kubeadm:cluster-admins")}
PROVIDER_ADMINS = {
    "eks": ("User eks:",),
    "gke": ("User system:storageversionmigrator",),
    "aks": ("User clusterAdmin", "User clusterUser"),
    "openshift": ("User system:admin", "Group system:cluster-admins"),
    "hypershift": ("User system:admin", "Group system:cluster-admins"),
}
"""The subjects that a provider binds to cluster-admin for itself; a colon at the end stands for a prefix."""


@check(
    "anonymous-access",
    "Requests without credentials get nothing but public information",
    family=Family.SECURITY,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=lists(CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS, CLUSTER_ROLES, ROLES),
    remediation=(
        "Take `system:anonymous` and `system:unauthenticated` out of its subjects: `kubectl edit {target}`."
        " Give those who need the access an identity of their own."
    ),
    docs="https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
)
def anonymous_access(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Whoever reaches the API server, from anywhere, holds the rights given to anonymous users."""
    _rbac(snapshot)
    roles = _Roles(snapshot)
    judged = False
    for kind in (CLUSTER_ROLE_BINDINGS, ROLE_BINDINGS):
        for binding in snapshot.each(kind):
            if not any((subject.kind, subject.name) in ANONYMOUS for subject in binding.subjects):
                continue
            judged = True
            ref, rules = object_ref(kind, binding), roles.granted_by(binding)
            excess = [text for rule in rules if (text := _excess(rule, binding.namespace))]
            if excess:
                yield Finding(ref, f"anyone may, without logging in: {some(excess, SHOWN, '; ')}")
            else:
                yield Passed(ref, _public_evidence(binding, rules))
    if not judged:
        yield Passed(CLUSTER, "no role is bound to anonymous users")


@check(
    "cluster-admins",
    "Only named operators hold cluster-admin",
    family=Family.SECURITY,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=lists(CLUSTER_ROLE_BINDINGS),
    remediation=(
        "Give the subject a role of its own, then take it out of this binding: `kubectl edit {target}`."
        " Where it is an administrator by design, name it under `operators` in readiness.yaml."
    ),
    docs="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles",
)
def cluster_admins(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """One stolen token of a cluster-admin is the whole cluster, with every Secret in it."""
    _rbac(snapshot)
    held = False
    for binding in snapshot.each(CLUSTER_ROLE_BINDINGS):
        if binding.role_ref.name != CLUSTER_ADMIN or not binding.subjects:
            continue
        held = True
        ref = object_ref(CLUSTER_ROLE_BINDINGS, binding)
        strangers = [item for item in binding.subjects if not _may_be_admin(snapshot, item)]
        for subject in strangers:
            yield Finding(ref, f"{subject} holds cluster-admin", rule=str(subject))
        if not strangers:
            yield Passed(ref, f"cluster-admin is held by {', '.join(map(str, binding.subjects))}")
    if not held:
        yield Passed(CLUSTER, "nobody holds cluster-admin by RBAC")


def _rbac(snapshot: Snapshot) -> None:
    if not snapshot.installed(CLUSTER_ROLE_BINDINGS):
        raise Unknown("RBAC is not served: what authorises requests does not show in the API")


def _may_be_admin(snapshot: Snapshot, subject: Subject) -> bool:
    if (subject.kind, subject.name) in BUILT_IN_ADMINS:
        return True
    names = {subject.name}
    if subject.account:
        namespace, name = subject.account
        names = {f"{namespace}/{name}", f"system:serviceaccount:{namespace}:{name}"}
        if is_system(namespace) and subject.account != ("kube-system", "default"):
            return True
    if names & set(snapshot.facts.operators):
        return True
    text = str(subject)
    providers = {
        provider
        for provider, admins in PROVIDER_ADMINS.items()
        if any(text == item or (item.endswith(":") and text.startswith(item)) for item in admins)
    }
    # Which platform this is need only be known where somebody has the name of a provider's own.
    return bool(providers) and snapshot.platform.distribution in providers


class _Roles:
    """Looks up the rules that a binding grants; a role that does not exist grants none."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rules: dict[str, dict[tuple[str, str], tuple[AccessRule, ...]]] = {}

    def granted_by(self, binding: Binding) -> tuple[AccessRule, ...]:
        kind = CLUSTER_ROLES if binding.role_ref.kind == CLUSTER_ROLES.kind else ROLES
        if kind.key not in self._rules:
            roles = self._snapshot.list(kind)
            self._rules[kind.key] = {(role.namespace, role.name): role.rules for role in roles}
        namespace = "" if kind is CLUSTER_ROLES else binding.namespace
        return self._rules[kind.key].get((namespace, binding.role_ref.name), ())


def _excess(rule: AccessRule, namespace: str) -> str:
    """Say what a rule grants beyond public information; nothing where it grants no more."""
    verbs = ", ".join(rule.verbs)
    if rule.urls:
        harmless = set(rule.verbs) <= {"get", "head"}
        urls = [url for url in rule.urls if not (harmless and _public(url))]
        return "" if namespace or not urls else f"{verbs} {', '.join(urls)}"
    if not rule.resources or not rule.verbs or _cluster_info(rule, namespace):
        return ""
    return f"{verbs} {', '.join(rule.resources)}"


def _public(url: str) -> bool:
    base = url.removesuffix("*").rstrip("/")
    return base in PUBLIC_URLS or base.startswith(tuple(f"{public}/" for public in PUBLIC_URLS))


def _cluster_info(rule: AccessRule, namespace: str) -> bool:
    """Whether it is what `kubeadm join` reads before it has an identity."""
    return (
        namespace == "kube-public"
        and rule.resources == ("configmaps",)
        and rule.resource_names == ("cluster-info",)
        and rule.verbs == ("get",)
    )


def _public_evidence(binding: Binding, rules: tuple[AccessRule, ...]) -> str:
    urls = sorted({url for rule in rules for url in rule.urls}) if not binding.namespace else []
    names = urls or sorted({name for rule in rules for name in rule.resource_names})
    return f"{binding.name} grants anonymous users {', '.join(names) or 'nothing'}"
