"""RBAC: what every API server creates for itself, what kubeadm adds, and builders for more."""

from collections.abc import Sequence

from deploy.sandbox.resources import Manifest

_RBAC = "rbac.authorization.k8s.io"
_BOOTSTRAP = {"kubernetes.io/bootstrapping": "rbac-defaults"}

EVERYONE = "Group system:authenticated"
NOBODY = "Group system:unauthenticated"
NEW_NODES = "Group system:bootstrappers:kubeadm:default-node-token"


def rule(verbs: str, resources: str, group: str = "", names: str = "") -> Manifest:
    """Build a rule from words: `rule("get list", "pods services")`."""
    built: Manifest = {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
    return built | ({"resourceNames": names.split()} if names else {})


def urls(paths: str) -> Manifest:
    """Build a rule that lets paths outside the resources be read."""
    return {"nonResourceURLs": paths.split(), "verbs": ["get"]}


def role(name: str, *rules: Manifest, namespace: str = "", labels: Manifest | None = None) -> Manifest:
    """Build a ClusterRole, or a Role where a namespace is given."""
    metadata: Manifest = {"name": name, "labels": labels or {}}
    if namespace:
        metadata["namespace"] = namespace
    kind = "Role" if namespace else "ClusterRole"
    return {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": metadata, "rules": list(rules)}


def binding(name: str, role_name: str, *subjects: str, namespace: str = "", labels: Manifest | None = None) -> Manifest:
    """Build a ClusterRoleBinding, or in a namespace a RoleBinding to a Role of it.

    Subjects are written as `Group system:masters` or `ServiceAccount kube-system/kube-proxy`.
    """
    metadata: Manifest = {"name": name, "labels": labels or {}}
    if namespace:
        metadata["namespace"] = namespace
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _RBAC, "kind": "Role" if namespace else "ClusterRole", "name": role_name},
        "subjects": [_subject(text) for text in subjects],
    }


def _subject(text: str) -> Manifest:
    kind, _, name = text.partition(" ")
    if kind != "ServiceAccount":
        return {"apiGroup": _RBAC, "kind": kind, "name": name}
    namespace, _, account = name.partition("/")
    return {"kind": kind, "namespace": namespace, "name": account}


def _bootstrap_roles() -> list[Manifest]:
    reviews = "selfsubjectaccessreviews selfsubjectrulesreviews"
    health = "/healthz /livez /readyz /version /version/"
    apis = "/api /api/* /apis /apis/* /openapi /openapi/*"
    everything = [rule("*", "*", "*"), {"nonResourceURLs": ["*"], "verbs": ["*"]}]
    read, write = "get list watch", "create delete deletecollection patch update"
    objects = "configmaps persistentvolumeclaims pods services"
    apps = "daemonsets deployments replicasets statefulsets"
    node = [
        rule("create get list watch delete patch update", "nodes nodes/status"),
        rule(f"{read} create delete", "pods"),
        rule("get list watch", "configmaps secrets services persistentvolumeclaims persistentvolumes"),
        rule("create patch update", "events"),
    ]
    collector = [rule("delete get list patch update watch", "*", "*"), rule("create patch update", "events")]
    return [
        role("cluster-admin", *everything, labels=_BOOTSTRAP),
        role("admin", rule(f"{read} {write}", f"{objects} secrets"), rule(f"{read} {write}", apps, "apps"), labels=_BOOTSTRAP),
        role("edit", rule(f"{read} {write}", objects), rule(f"{read} {write}", apps, "apps"), labels=_BOOTSTRAP),
        role("view", rule(read, objects), rule(read, apps, "apps"), labels=_BOOTSTRAP),
        role("system:basic-user", rule("create", reviews, "authorization.k8s.io"), labels=_BOOTSTRAP),
        role("system:discovery", urls(f"{health} {apis}"), labels=_BOOTSTRAP),
        role("system:public-info-viewer", urls(health), labels=_BOOTSTRAP),
        role("system:monitoring", urls("/metrics /metrics/slis /livez /livez/* /readyz /readyz/*"), labels=_BOOTSTRAP),
        role("system:service-account-issuer-discovery", urls("/.well-known/openid-configuration /openid/v1/jwks"), labels=_BOOTSTRAP),
        role("system:node", *node, labels=_BOOTSTRAP),
        role("system:node-proxier", rule("list watch", "nodes services"), rule("list watch", "endpointslices", "discovery.k8s.io"), labels=_BOOTSTRAP),
        role("system:node-bootstrapper", rule("create get list watch", "certificatesigningrequests", "certificates.k8s.io"), labels=_BOOTSTRAP),
        role("system:kube-scheduler", rule(read, "nodes pods"), rule("create", "bindings pods/binding"), labels=_BOOTSTRAP),
        role("system:kube-controller-manager", rule("create get list update watch", "*", "*"), labels=_BOOTSTRAP),
        role("system:controller:generic-garbage-collector", *collector, labels=_BOOTSTRAP),
        role("system:controller:namespace-controller", rule("delete deletecollection get list", "*", "*"), labels=_BOOTSTRAP),
        role("system:controller:bootstrap-signer", rule("get list watch", "secrets"), namespace="kube-system", labels=_BOOTSTRAP),
    ]  # fmt: skip


def _bootstrap_bindings() -> list[Manifest]:
    bound: Sequence[tuple[str, Sequence[str]]] = (
        ("cluster-admin", ["Group system:masters"]),
        ("system:basic-user", [EVERYONE]),
        ("system:discovery", [EVERYONE]),
        ("system:public-info-viewer", [EVERYONE, NOBODY]),
        ("system:monitoring", ["Group system:monitoring"]),
        ("system:service-account-issuer-discovery", ["Group system:serviceaccounts"]),
        ("system:node", []),
        ("system:node-proxier", ["User system:kube-proxy"]),
        ("system:kube-scheduler", ["User system:kube-scheduler"]),
        ("system:kube-controller-manager", ["User system:kube-controller-manager"]),
        ("system:controller:generic-garbage-collector", ["ServiceAccount kube-system/generic-garbage-collector"]),
        ("system:controller:namespace-controller", ["ServiceAccount kube-system/namespace-controller"]),
    )  # fmt: skip
    return [binding(name, name, *subjects, labels=_BOOTSTRAP) for name, subjects in bound]


def _of_kubeadm() -> list[Manifest]:
    signing = "system:certificates.k8s.io:certificatesigningrequests"
    info, clusterinfo = "cluster-info", "kubeadm:bootstrap-signer-clusterinfo"
    settings = {"kubeadm:kubelet-config": "kubelet-config", "kubeadm:nodes-kubeadm-config": "kubeadm-config"}
    dns = [rule("list watch", "endpoints services pods namespaces"), rule("list watch", "endpointslices", "discovery.k8s.io")]  # fmt: skip
    return [
        binding("kubeadm:cluster-admins", "cluster-admin", "Group kubeadm:cluster-admins"),
        role("kubeadm:get-nodes", rule("get", "nodes")),
        binding("kubeadm:get-nodes", "kubeadm:get-nodes", NEW_NODES),
        binding("kubeadm:kubelet-bootstrap", "system:node-bootstrapper", NEW_NODES),
        binding("kubeadm:node-autoapprove-bootstrap", f"{signing}:nodeclient", NEW_NODES),
        binding(
            "kubeadm:node-autoapprove-certificate-rotation", f"{signing}:selfnodeclient", "Group system:nodes"
        ),
        role("system:coredns", *dns),
        binding("system:coredns", "system:coredns", "ServiceAccount kube-system/coredns"),
        role(clusterinfo, rule("get", "configmaps", names=info), namespace="kube-public"),
        binding(clusterinfo, clusterinfo, "User system:anonymous", namespace="kube-public"),
        *(role(key, rule("get", "configmaps", names=value), namespace="kube-system") for key, value in settings.items()),
        *(binding(key, key, "Group system:nodes", NEW_NODES, namespace="kube-system") for key in settings),
    ]  # fmt: skip


def kubeadm_access() -> list[Manifest]:
    """Return the roles and bindings of a cluster just made with kubeadm, as far as they matter."""
    return [*_bootstrap_roles(), *_bootstrap_bindings(), *_of_kubeadm()]
