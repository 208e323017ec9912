"""Services and disruption budgets."""

from collections.abc import Mapping
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
