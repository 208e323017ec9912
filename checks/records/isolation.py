"""Policies other than Kubernetes' own that isolate pods: Cilium's, Calico's and those of administrators.

Of their rules only what tells "allows everything" from "allows something" is kept.
"""

from msgspec import field

from checks.records.base import Kind, LabelSelector, Object, Record


class DefaultDeny(Record, frozen=True):
    """Whether a Cilium policy isolates what it selects; null leaves it to the rules."""

    ingress: bool | None = None


class CiliumIngress(Record, frozen=True):
    """An ingress rule of Cilium's; an empty one allows nothing."""

    from_entities: tuple[str, ...] = ()
    to_ports: tuple[Record, ...] = ()


class CiliumSpec(Record, frozen=True):
    """A rule of a Cilium policy; without an endpointSelector it is about nodes."""

    endpoint_selector: LabelSelector | None = None
    ingress: tuple[CiliumIngress, ...] = ()
    ingress_deny: tuple[Record, ...] = ()
    enable_default_deny: DefaultDeny = DefaultDeny()

    @property
    def isolates(self) -> bool:
        """Whether what it selects denies by default."""
        chosen = self.enable_default_deny.ingress
        return bool(self.ingress or self.ingress_deny) if chosen is None else chosen

    @property
    def opens(self) -> bool:
        """Whether it allows everything."""
        return any("all" in rule.from_entities and not rule.to_ports for rule in self.ingress)


class CiliumPolicy(Object, frozen=True):
    """A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy."""

    spec: CiliumSpec | None = None
    specs: tuple[CiliumSpec, ...] = ()


class CalicoRule(Record, frozen=True):
    """An ingress rule of Calico's."""

    action: str = ""
    protocol: str | int = ""
    source: dict[str, object] = {}
    destination: dict[str, object] = {}


class CalicoSpec(Record, frozen=True):
    """The spec of a Calico policy; its selectors are expressions."""

    selector: str = ""
    namespace_selector: str = ""
    service_account_selector: str = ""
    types: tuple[str, ...] = ()
    ingress: tuple[CalicoRule, ...] = ()
    egress: tuple[Record, ...] = ()
    do_not_track: bool = False
    pre_dnat: bool = field(name="preDNAT", default=False)

    @property
    def isolates(self) -> bool:
        """Whether what it selects denies ingress by default; some are about host interfaces alone."""
        if self.do_not_track or self.pre_dnat:
            return False
        return "Ingress" in self.types if self.types else bool(self.ingress) or not self.egress

    @property
    def opens(self) -> bool:
        """Whether it allows everything."""
        return any(
            rule.action == "Allow" and not (rule.protocol or rule.source or rule.destination)
            for rule in self.ingress
        )


class CalicoPolicy(Object, frozen=True):
    """A NetworkPolicy or GlobalNetworkPolicy of Calico's."""

    spec: CalicoSpec = CalicoSpec()


class PodsPeer(Record, frozen=True):
    """Pods by their namespaces' labels and their own."""

    namespace_selector: LabelSelector = LabelSelector()
    pod_selector: LabelSelector = LabelSelector()


class AdminPeer(Record, frozen=True):
    """Whom an administrator's policy is about: whole namespaces, or pods of them."""

    namespaces: LabelSelector | None = None
    pods: PodsPeer | None = None

    def matches(self, namespace_labels: dict[str, str], labels: dict[str, str]) -> bool:
        """Whether a pod is among them."""
        if self.namespaces is not None:
            return self.namespaces.matches(namespace_labels)
        if self.pods is None:
            return False
        in_namespace = self.pods.namespace_selector.matches(namespace_labels)
        return in_namespace and self.pods.pod_selector.matches(labels)

    @property
    def everyone(self) -> bool:
        """Whether these are all pods of the cluster."""
        nothing = LabelSelector()
        return self.namespaces == nothing or self.pods == PodsPeer()


class AdminRule(Record, frozen=True):
    """An ingress rule of an administrator's policy; the order of the rules decides."""

    action: str = ""
    from_: tuple[AdminPeer, ...] = field(name="from", default=())
    ports: tuple[Record, ...] = ()
    protocols: tuple[Record, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it is about all traffic from all pods."""
        return not (self.ports or self.protocols) and any(peer.everyone for peer in self.from_)


class AdminSpec(Record, frozen=True):
    """The spec of an administrator's policy; a lower priority goes first."""

    tier: str = ""
    priority: int = 0
    subject: AdminPeer = AdminPeer()
    ingress: tuple[AdminRule, ...] = ()


class AdminPolicy(Object, frozen=True):
    """An AdminNetworkPolicy, a BaselineAdminNetworkPolicy or their successor, a ClusterNetworkPolicy."""

    spec: AdminSpec = AdminSpec()

    def verdict(self, namespace_labels: dict[str, str], labels: dict[str, str]) -> str:
        """Return what it does with all traffic to a pod: `Deny`, `Allow`, `Accept`; empty if nothing."""
        if not self.spec.subject.matches(namespace_labels, labels):
            return ""
        rule = next((rule for rule in self.spec.ingress if rule.everything), AdminRule())
        return "" if rule.action == "Pass" else rule.action


CILIUM_POLICIES = Kind("CiliumNetworkPolicy", "cilium.io", "ciliumnetworkpolicies", ("v2",), CiliumPolicy)
CILIUM_CLUSTER_POLICIES = Kind(
    "CiliumClusterwideNetworkPolicy", "cilium.io", "ciliumclusterwidenetworkpolicies", ("v2",), CiliumPolicy
)

CALICO, CALICO_STORE = "projectcalico.org", "crd.projectcalico.org"
CALICO_POLICIES = Kind("NetworkPolicy", CALICO, "networkpolicies", ("v3",), CalicoPolicy)
CALICO_GLOBAL_POLICIES = Kind("GlobalNetworkPolicy", CALICO, "globalnetworkpolicies", ("v3",), CalicoPolicy)
CALICO_STORED_POLICIES = Kind("NetworkPolicy", CALICO_STORE, "networkpolicies", ("v1",), CalicoPolicy)
CALICO_STORED_GLOBAL_POLICIES = Kind(
    "GlobalNetworkPolicy", CALICO_STORE, "globalnetworkpolicies", ("v1",), CalicoPolicy
)

ADMIN = "policy.networking.k8s.io"
ADMIN_POLICIES = Kind("AdminNetworkPolicy", ADMIN, "adminnetworkpolicies", ("v1alpha1",), AdminPolicy)
BASELINE_POLICIES = Kind(
    "BaselineAdminNetworkPolicy", ADMIN, "baselineadminnetworkpolicies", ("v1alpha1",), AdminPolicy
)
CLUSTER_POLICIES = Kind("ClusterNetworkPolicy", ADMIN, "clusternetworkpolicies", ("v1alpha2",), AdminPolicy)
