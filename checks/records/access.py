"""RBAC: roles, and who holds them."""

from msgspec import field

from checks.records.base import Kind, Object, Record


class AccessRule(Record, frozen=True):
    """A PolicyRule of a role."""

    verbs: tuple[str, ...] = ()
    api_groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    urls: tuple[str, ...] = field(name="nonResourceURLs", default=())


class Role(Object, frozen=True):
    """A Role or ClusterRole; the controller fills in the rules of aggregated ones."""

    rules: tuple[AccessRule, ...] = ()


class Subject(Record, frozen=True):
    """Who a role is bound to."""

    kind: str = ""
    name: str = ""
    namespace: str = ""

    @property
    def account(self) -> tuple[str, str] | None:
        """Namespace and name where it is a service account, also where it is written as a user."""
        if self.kind == "ServiceAccount":
            return self.namespace, self.name
        prefix, _, name = self.name.removeprefix("system:serviceaccount:").partition(":")
        written_as_user = self.kind == "User" and self.name.startswith("system:serviceaccount:")
        return (prefix, name) if written_as_user else None

    def __str__(self) -> str:
        """`ServiceAccount ops/deployer`, `Group system:masters`."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class RoleRef(Record, frozen=True):
    """The role that a binding grants."""

    kind: str = ""
    name: str = ""


class Binding(Object, frozen=True):
    """A RoleBinding or ClusterRoleBinding."""

    role_ref: RoleRef = RoleRef()
    subjects: tuple[Subject, ...] = ()


RBAC = "rbac.authorization.k8s.io"
ROLES = Kind("Role", RBAC, "roles", ("v1",), Role)
CLUSTER_ROLES = Kind("ClusterRole", RBAC, "clusterroles", ("v1",), Role)
ROLE_BINDINGS = Kind("RoleBinding", RBAC, "rolebindings", ("v1",), Binding)
CLUSTER_ROLE_BINDINGS = Kind("ClusterRoleBinding", RBAC, "clusterrolebindings", ("v1",), Binding)
