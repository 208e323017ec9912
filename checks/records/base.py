"""What every record shares: metadata, conditions, selectors, and `Kind`, which says how a list is read.

A record keeps the fields of a Kubernetes object that a check reads, and no others: never the contents of a
Secret, the values of an environment, or annotations that neither a check uses nor name an owner. Records are
decoded straight from the API's JSON; `gc=False` because they hold no cycles and there may be hundreds of
thousands. A null counts as absent, as it does for the API server: the decoder of pages drops nulls, so fields
need no `| None` for that reason alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct, field


class Record(Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """The base of every record: camelCase in JSON, unknown fields ignored."""


class Owner(Record, frozen=True):
    """An ownerReference."""

    kind: str = ""
    name: str = ""
    api_version: str = ""
    controller: bool = False


class Annotations(Record, frozen=True):
    """The annotations that checks use, or that name an owner; every other one is dropped while decoding.

    Source of `a8r.io/owner`: https://kubernetes.io/blog/2021/04/20/annotating-k8s-for-humans/
    """

    helm_release: str = field(name="meta.helm.sh/release-name", default="")
    argo_tracking: str = field(name="argocd.argoproj.io/tracking-id", default="")
    kapp_identity: str = field(name="kapp.k14s.io/identity", default="")
    static_pod: str = field(name="kubernetes.io/config.mirror", default="")
    default_class: str = field(name="storageclass.kubernetes.io/is-default-class", default="")
    default_class_beta: str = field(name="storageclass.beta.kubernetes.io/is-default-class", default="")
    rke2_node_args: str = field(name="rke2.io/node-args", default="")
    linkerd_inject: str = field(name="linkerd.io/inject", default="")
    gitops_set: str = field(name="objectset.rio.cattle.io/id", default="")
    kubeadm_cri_socket: str = field(name="kubeadm.alpha.kubernetes.io/cri-socket", default="")
    k3s_node_args: str = field(name="k3s.io/node-args", default="")
    flannel_backend: str = field(name="flannel.alpha.coreos.com/backend-type", default="")
    ingress_class: str = field(name="kubernetes.io/ingress.class", default="")
    team: str = ""
    owner: str = ""
    human_owner: str = field(name="a8r.io/owner", default="")

    @property
    def owners(self) -> dict[str, str]:
        """Those that name an owner, by their keys."""
        return {"team": self.team, "owner": self.owner, "a8r.io/owner": self.human_owner}


class Metadata(Record, frozen=True):
    """ObjectMeta."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    generation: int = 0
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = {}
    annotations: Annotations = Annotations()
    owner_references: tuple[Owner, ...] = ()

    @property
    def controller(self) -> Owner | None:
        """The owner that manages this object, if any."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class Object(Record, frozen=True):
    """Anything with metadata."""

    metadata: Metadata = Metadata()

    @property
    def name(self) -> str:
        """The object's name."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """Its namespace, empty for cluster-scoped kinds."""
        return self.metadata.namespace

    @property
    def labels(self) -> dict[str, str]:
        """The object's labels."""
        return self.metadata.labels


class Condition(Record, frozen=True):
    """One of an object's status conditions; also of custom resources."""

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: datetime | None = None


def condition(conditions: tuple[Condition, ...], name: str) -> Condition:
    """Return the condition of that type; an empty one (status "") where there is none."""
    return next((item for item in conditions if item.type == name), Condition())


class Conditions(Record, frozen=True):
    """A status of which only the conditions are kept."""

    conditions: tuple[Condition, ...] = ()


class Phase(Record, frozen=True):
    """A status of which only the phase is kept."""

    phase: str = ""


class Conditioned(Object, frozen=True):
    """A custom resource judged by its status conditions alone."""

    status: Conditions = Conditions()

    def condition(self, name: str) -> Condition:
        """Return the condition of that type; an empty one where there is none."""
        return condition(self.status.conditions, name)


class LabelRequirement(Record, frozen=True):
    """One of a selector's matchExpressions."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()

    def holds(self, labels: dict[str, str]) -> bool:
        """Whether labels meet it; an operator that the API does not define is never met."""
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case _:
                return False


class LabelSelector(Record, frozen=True):
    """A label selector; an empty one selects everything, its requirements are ANDed."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[LabelRequirement, ...] = ()

    def matches(self, labels: dict[str, str]) -> bool:
        """Whether every requirement holds, as the API server evaluates them."""
        return all(labels.get(key) == value for key, value in self.match_labels.items()) and all(
            requirement.holds(labels) for requirement in self.match_expressions
        )


R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, eq=False)
class Kind(Generic[R_co]):
    """A kind of object and how it is read.

    `versions` are those that the record fits, best first; discovery decides which is asked for. `record` is
    what a snapshot holds of each object, `wire` what the API's items are decoded as where that differs.
    """

    kind: str
    group: str
    resource: str
    versions: tuple[str, ...]
    record: type[R_co]
    wire: type[Record] | None = None

    @property
    def key(self) -> str:
        """As kubectl writes it: `pods`, `deployments.apps`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    def __repr__(self) -> str:
        """Show the key; a kind is its own identity."""
        return f"Kind({self.key})"
