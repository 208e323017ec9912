"""What controllers add to objects: pods' addresses, endpoints, budgets' counts, service accounts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from zlib import crc32

from deploy.sandbox.resources import Manifest


def observed(templates: Sequence[Manifest]) -> list[Manifest]:
    """Return a cluster's templates with what its controllers add."""
    pods = [item for item in templates if item["kind"] == "Pod"]
    networks = {
        item["metadata"]["name"]: item["spec"]["podCIDR"] for item in templates if item["kind"] == "Node"
    }
    _give_addresses(pods, networks)
    services = [item for item in templates if item["kind"] == "Service" and item["spec"].get("selector")]
    for item in templates:
        if item["kind"] == "PodDisruptionBudget":
            item["status"] = _disruptions(item, pods)
    return [*templates, *(_slice(item, pods) for item in services), *_accounts(templates)]


def _give_addresses(pods: Sequence[Manifest], networks: Mapping[str, str]) -> None:
    """Give each pod an address of its node's network, unless it has the node's own."""
    taken: Counter[str] = Counter()
    for item in pods:
        machine = item["spec"]["nodeName"]
        if not item["spec"].get("hostNetwork"):
            taken[machine] += 1
            address = f"{networks[machine].rpartition('.')[0]}.{1 + taken[machine]}"
            item["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}


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
    return bool(conditions["Ready"] == "True")


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
        "ports": [
            {"name": port["name"], "port": port["port"], "protocol": "TCP"} for port in item["spec"]["ports"]
        ],
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
