"""Services, policies and budgets, and what the controllers make of them: endpoints and counts."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.pods import Workload

Ports = Mapping[str, tuple[int, int | str]]
"""A Service's ports by name: the number, and the number or name behind it."""


def service(workload: Workload, ports: Ports, *, name: str = "", address: str = "", **spec: Any) -> Manifest:  # noqa: ANN401 - fields of any type
    """Build a Service in front of a workload's pods; `address` is the load balancer's."""
    named = name or workload.name
    number = crc32(f"{workload.namespace}/{named}".encode())
    built = {
        "type": "ClusterIP",
        "clusterIP": f"10.{96 + number % 16}.{number >> 8 & 255}.{1 + number % 253}",
        "selector": dict(workload.labels),
        "ports": [
            {"name": key, "port": port, "targetPort": target, "protocol": "TCP"}
            for key, (port, target) in ports.items()
        ],
        **spec,
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": named,
            "namespace": workload.namespace,
            "labels": dict(workload.labels),
            "creationTimestamp": Ago(workload.age),
        },
        "spec": built,
        "status": {"loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]} if address else {}},
    }


def budget(workload: Workload) -> Manifest:
    """Build a PodDisruptionBudget that lets one pod of a workload go at a time."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": workload.name, "namespace": workload.namespace, "labels": dict(workload.labels)},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": dict(workload.labels)}},
    }


def observed(templates: Sequence[Manifest]) -> list[Manifest]:
    """Return a cluster's templates with what its controllers add: endpoints, budgets' counts, accounts."""
    pods = [item for item in templates if item["kind"] == "Pod"]
    services = [item for item in templates if item["kind"] == "Service" and item["spec"].get("selector")]
    for item in templates:
        if item["kind"] == "PodDisruptionBudget":
            item["status"] = _disruptions(item, pods)
    return [*templates, *(_slice(item, pods) for item in services), *_accounts(templates)]


def _behind(namespace: str, selector: Manifest, pods: Sequence[Manifest]) -> list[Manifest]:
    return [
        item
        for item in pods
        if item["metadata"]["namespace"] == namespace
        and selector.items() <= item["metadata"]["labels"].items()
        and item["status"]["phase"] == "Running"
    ]


def _ready(pod: Manifest) -> bool:
    conditions = {item["type"]: item["status"] for item in pod["status"]["conditions"]}
    return conditions["Ready"] == "True"


def _slice(item: Manifest, pods: Sequence[Manifest]) -> Manifest:
    metadata = item["metadata"]
    endpoints = []
    for pod in _behind(metadata["namespace"], item["spec"]["selector"], pods):
        ready, leaving = _ready(pod), "deletionTimestamp" in pod["metadata"]
        target = {"kind": "Pod", "namespace": metadata["namespace"], "name": pod["metadata"]["name"]}
        endpoints.append(
            {
                "addresses": [pod["status"]["podIP"]],
                "conditions": {"ready": ready and not leaving, "serving": ready, "terminating": leaving},
                "nodeName": pod["spec"]["nodeName"],
                "targetRef": target,
            }
        )
    owner = {"apiVersion": "v1", "kind": "Service", "name": metadata["name"], "controller": True}
    managed = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{metadata['name']}-{crc32(metadata['name'].encode()):08x}"[-60:],
            "namespace": metadata["namespace"],
            "labels": {"kubernetes.io/service-name": metadata["name"], **managed},
            "ownerReferences": [owner],
            "creationTimestamp": metadata["creationTimestamp"],
        },
        "addressType": "IPv4",
        "endpoints": endpoints,
        "ports": [{"name": port["name"], "port": port["port"], "protocol": "TCP"} for port in item["spec"]["ports"]],
    }


def _disruptions(item: Manifest, pods: Sequence[Manifest]) -> Manifest:
    found = _behind(item["metadata"]["namespace"], item["spec"]["selector"]["matchLabels"], pods)
    wanted = [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
    healthy, needed = sum(_ready(pod) for pod in wanted), max(0, len(wanted) - item["spec"]["maxUnavailable"])
    return {
        "currentHealthy": healthy,
        "desiredHealthy": needed,
        "disruptionsAllowed": max(0, healthy - needed),
        "expectedPods": len(wanted),
        "observedGeneration": 1,
    }


def _accounts(templates: Sequence[Manifest]) -> list[Manifest]:
    """Return the ServiceAccounts: one called default in each namespace, and those that pods run as."""
    spaces = {item["metadata"]["name"] for item in templates if item["kind"] == "Namespace"}
    names = {(space, "default") for space in spaces}
    for item in templates:
        if item["kind"] == "Pod":
            names.add((item["metadata"]["namespace"], item["spec"].get("serviceAccountName", "default")))
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": space}}
        for space, name in sorted(names)
    ]
