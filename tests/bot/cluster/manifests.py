"""Small manifests for tests over the wire."""

from typing import Any

Manifest = dict[str, Any]


def node(name: str, **labels: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }


def namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "uid": f"uid-of-{name}"}}


def deployment(name: str, space: str = "shop", replicas: int = 2) -> Manifest:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": space},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": "x:1"}]},
            },
        },
        "status": {"readyReplicas": replicas},
    }


def pod(name: str, owner: str, space: str = "shop") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": space,
            "labels": {"app": owner, "pod-template-hash": "abc"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": f"{owner}-abc", "controller": True}],
        },
        "spec": {"nodeName": "worker-1", "containers": [{"name": "main", "image": "x:1"}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }


def small_cluster(pods: int = 4) -> list[Manifest]:
    """A control plane, a worker, a namespace with one Deployment and its pods."""
    return [
        node("cp-1", **{"node-role.kubernetes.io/control-plane": ""}),
        node("worker-1"),
        namespace("kube-system"),
        namespace("shop"),
        deployment("cart"),
        *(pod(f"cart-abc-{number}", "cart") for number in range(pods)),
    ]
