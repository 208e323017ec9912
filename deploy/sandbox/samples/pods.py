"""Containers, pod templates and pods, with the status that a kubelet reports."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago, ago
from deploy.sandbox.samples.machines import Machine

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""Letters and digits of generated names: no vowels, so that they make no words."""

HARDENED: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What a container needs under the level `restricted`."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What makes pods, as samples choose it.

    `labels` are those of the pods and of the selector, `pod` is more of the pods' spec, `claims` are the
    sizes of a StatefulSet's volumes by name, `owner` is the object of an operator that made it. The
    containers of a `crashing` one end as soon as they start.
    """

    namespace: str
    name: str
    containers: Sequence[Manifest]
    labels: Mapping[str, str]
    replicas: int = 1
    pod: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    owner: Mapping[str, str] = field(default_factory=dict)
    age: timedelta = timedelta(days=20)
    crashing: bool = False


def container(
    name: str,
    image: str,
    *,
    ports: Mapping[str, int] | None = None,
    probe: str = "",
    requests: tuple[str, str] = ("100m", "128Mi"),
    **more: Any,  # noqa: ANN401 - fields of any type
) -> Manifest:
    """Build a container; `probe` is the path on its first port that tells when it is ready, or `tcp`.

    `requests` are CPU and memory, which is the memory's limit too; empty texts ask for nothing.
    """
    built: Manifest = {"name": name, "image": image, "imagePullPolicy": "IfNotPresent", "resources": {}}
    if ports:
        built["ports"] = [{"name": key, "containerPort": value} for key, value in ports.items()]
    if all(requests):
        cpu, memory = requests
        built["resources"] = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
    if probe:
        port = next(iter(ports or {}), "")
        how = {"tcpSocket": {"port": port}} if probe == "tcp" else {"httpGet": {"path": probe, "port": port}}
        built["readinessProbe"] = {**how, "periodSeconds": 10, "failureThreshold": 3}
        built["livenessProbe"] = {**how, "periodSeconds": 20, "failureThreshold": 6}
    return built | more


def pod_spec(workload: Workload) -> Manifest:
    """Build the spec of a workload's template."""
    return {
        "restartPolicy": "Always",
        "serviceAccountName": "default",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        **workload.pod,
        "containers": list(workload.containers),
    }


def word(*parts: object, length: int = 5) -> str:
    """Return the random-looking end of a generated name, always the same for the same parts."""
    digest = sha256(json.dumps(parts, default=str).encode()).digest()
    return "".join(_SAFE[byte % len(_SAFE)] for byte in digest[:length])


def pod(
    workload: Workload, name: str, machine: Machine, owner: Manifest, labels: Mapping[str, str]
) -> Manifest:
    """Build a running pod; on a machine that is down, one of which the kubelet says nothing any more."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": workload.namespace,
            "labels": {**workload.labels, **labels},
            "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
            "creationTimestamp": Ago(workload.age),
        },
        "spec": {**pod_spec(workload), "nodeName": machine.name},
        "status": pod_status(workload, name, machine),
    }


def pod_status(workload: Workload, name: str, machine: Machine) -> Manifest:
    """Build the status of a running pod; its own address, if it has one, is given later."""
    started = Ago(workload.age - timedelta(seconds=20))
    ready = is_ready(workload, machine)
    since = Ago(machine.down) if machine.down is not None else started
    why = {} if ready or machine.down is not None else {"reason": "ContainersNotReady"}
    return {
        "phase": "Running",
        "conditions": [
            {"type": "PodReadyToStartContainers", "status": "True", "lastTransitionTime": started},
            {"type": "Initialized", "status": "True", "lastTransitionTime": started},
            {"type": "Ready", "status": str(ready), "lastTransitionTime": since, **why},
            {"type": "ContainersReady", "status": str(not workload.crashing), "lastTransitionTime": started},
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": started},
        ],
        "hostIP": machine.address,
        "podIP": machine.address,
        "podIPs": [{"ip": machine.address}],
        "startTime": started,
        "qosClass": "Burstable" if workload.containers[0]["resources"] else "BestEffort",
        "containerStatuses": [
            _container_status(workload, item, name, started) for item in workload.containers
        ],
    }


def is_ready(workload: Workload, machine: Machine) -> bool:
    """Whether a workload's pods on a machine are ready."""
    return machine.down is None and not workload.crashing


def _container_status(workload: Workload, item: Manifest, pod_name: str, started: Ago) -> Manifest:
    name, image = item["name"], item["image"]
    status = {
        "name": name,
        "image": image,
        "imageID": f"sha256:{_hex(image)}",
        "containerID": f"containerd://{_hex(pod_name, name)}",
    }
    if not workload.crashing:
        running = {"state": {"running": {"startedAt": started}}, "lastState": {}, "restartCount": 0}
        return {**status, "ready": True, "started": True, **running}
    message = f"back-off 5m0s restarting failed container={name} pod={pod_name}"
    ended = {"exitCode": 1, "reason": "Error", "startedAt": ago(minutes=4), "finishedAt": ago(minutes=4)}
    return {
        **status,
        "ready": False,
        "started": False,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": message}},
        "lastState": {"terminated": ended},
        "restartCount": 37,
    }


def _hex(*parts: str) -> str:
    return sha256("/".join(parts).encode()).hexdigest()
