"""RBAC: what every API server creates for itself, what kubeadm adds, and builders for more."""

from collections.abc import Iterator

from deploy.sandbox.resources import Manifest

_RBAC = "rbac.authorization.k8s.io"
_BOOTSTRAP = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_SYSTEM = "kube-system"
_READ = "get list watch"

EVERYONE = "Group system:authenticated"
NOBODY = "Group system:unauthenticated"
NEW_NODES = "Group system:bootstrappers:kubeadm:default-node-token"


def rule(verbs: str, resources: str, group: str = "", names: str = "") -> Manifest:
    """Build a rule from words: `rule("get list", "pods services")`."""
    built: Manifest = {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}
    return built | ({"resourceNames": names.split()} if names else {})


def urls(paths: str, verbs: str = "get") -> Manifest:
    """Build a rule about paths outside the resources."""
    return {"nonResourceURLs": paths.split(), "verbs": verbs.split()}


def role(name: str, *rules: Manifest, namespace: str = "", labels: Manifest | None = None) -> Manifest:
    """Build a ClusterRole, or a Role where a namespace is given."""
    metadata: Manifest = {"name": name, "labels": labels or {}}
    if namespace:
        metadata["namespace"] = namespace
    kind = "Role" if namespace else "ClusterRole"
    return {"apiVersion": f"{_RBAC}/v1", "kind": kind, "metadata": metadata, "rules": list(rules)}


def binding(
    name: str, role_name: str, *subjects: str, namespace: str = "", labels: Manifest | None = None
) -> Manifest:
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


def _bootstrap_roles() -> Iterator[Manifest]:
    health, apis = (
        "/healthz /livez /readyz /version /version/",
        "/api /api/* /apis /apis/* /openapi /openapi/*",
    )
    objects = "configmaps persistentvolumeclaims pods services"
    apps = "daemonsets deployments replicasets statefulsets"
    change = f"{_READ} create delete deletecollection patch update"
    slices = rule("list watch", "endpointslices", "discovery.k8s.io")
    requests = rule("create get list watch", "certificatesigningrequests", "certificates.k8s.io")
    rules: dict[str, list[Manifest]] = {
        "cluster-admin": [rule("*", "*", "*"), urls("*", "*")],
        "admin": [rule(change, f"{objects} secrets"), rule(change, apps, "apps")],
        "edit": [rule(change, objects), rule(change, apps, "apps")],
        "view": [rule(_READ, objects), rule(_READ, apps, "apps")],
        "system:basic-user": [rule("create", "selfsubjectaccessreviews", "authorization.k8s.io")],
        "system:discovery": [urls(f"{health} {apis}")],
        "system:public-info-viewer": [urls(health)],
        "system:monitoring": [urls("/metrics /metrics/slis /livez /livez/* /readyz /readyz/*")],
        "system:service-account-issuer-discovery": [
            urls("/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks")
        ],
        "system:node": [
            rule(f"{_READ} create delete patch update", "nodes nodes/status"),
            rule(f"{_READ} create delete", "pods"),
            rule(_READ, "configmaps secrets services persistentvolumeclaims persistentvolumes"),
            rule("create patch update", "events"),
        ],
        "system:node-proxier": [rule("list watch", "nodes services"), slices],
        "system:node-bootstrapper": [requests],
        "system:kube-scheduler": [rule(_READ, "nodes pods"), rule("create", "bindings pods/binding")],
        "system:kube-controller-manager": [rule("create get list update watch", "*", "*")],
        "system:controller:generic-garbage-collector": [rule(f"{_READ} delete patch update", "*", "*")],
        "system:controller:namespace-controller": [rule("delete deletecollection get list", "*", "*")],
    }
    for name, granted in rules.items():
        yield role(name, *granted, labels=_BOOTSTRAP)


def _bootstrap_bindings() -> Iterator[Manifest]:
    bound: dict[str, list[str]] = {
        "cluster-admin": ["Group system:masters"],
        "system:basic-user": [EVERYONE],
        "system:discovery": [EVERYONE],
        "system:public-info-viewer": [EVERYONE, NOBODY],
        "system:monitoring": ["Group system:monitoring"],
        "system:service-account-issuer-discovery": ["Group system:serviceaccounts"],
        "system:node": [],
        "system:node-proxier": ["User system:kube-proxy"],
        "system:kube-scheduler": ["User system:kube-scheduler"],
        "system:kube-controller-manager": ["User system:kube-controller-manager"],
    }
    for name in ("generic-garbage-collector", "namespace-controller"):
        bound[f"system:controller:{name}"] = [f"ServiceAccount {_SYSTEM}/{name}"]
    for name, subjects in bound.items():
        yield binding(name, name, *subjects, labels=_BOOTSTRAP)


def _of_kubeadm() -> Iterator[Manifest]:
    signing = "system:certificates.k8s.io:certificatesigningrequests"
    yield role("kubeadm:get-nodes", rule("get", "nodes"))
    for name, granted, subject in (
        ("cluster-admins", "cluster-admin", "Group kubeadm:cluster-admins"),
        ("get-nodes", "kubeadm:get-nodes", NEW_NODES),
        ("kubelet-bootstrap", "system:node-bootstrapper", NEW_NODES),
        ("node-autoapprove-bootstrap", f"{signing}:nodeclient", NEW_NODES),
        ("node-autoapprove-certificate-rotation", f"{signing}:selfnodeclient", "Group system:nodes"),
        ("node-proxier", "system:node-proxier", f"ServiceAccount {_SYSTEM}/kube-proxy"),
    ):
        yield binding(f"kubeadm:{name}", granted, subject)
    slices = rule("list watch", "endpointslices", "discovery.k8s.io")
    yield role("system:coredns", rule("list watch", "endpoints services pods namespaces"), slices)
    yield binding("system:coredns", "system:coredns", f"ServiceAccount {_SYSTEM}/coredns")
    name = "kubeadm:bootstrap-signer-clusterinfo"
    yield role(name, rule("get", "configmaps", names="cluster-info"), namespace="kube-public")
    yield binding(name, name, "User system:anonymous", namespace="kube-public")
    settings = {"kubeadm:kubelet-config": "kubelet-config", "kubeadm:nodes-kubeadm-config": "kubeadm-config"}
    for name, shown in settings.items():
        yield role(name, rule("get", "configmaps", names=shown), namespace=_SYSTEM)
        yield binding(name, name, "Group system:nodes", NEW_NODES, namespace=_SYSTEM)


def kubeadm_access() -> list[Manifest]:
    """Return the roles and bindings of a cluster just made with kubeadm, as far as they matter."""
    return [*_bootstrap_roles(), *_bootstrap_bindings(), *_of_kubeadm()]
