"""What makes pods, together with the pods that it has made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zlib import crc32

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago, timestamp
from deploy.sandbox.samples.machines import Machine
from deploy.sandbox.samples.pods import Workload, is_ready, pod, pod_spec, word
from deploy.sandbox.samples.storage import claim, claim_spec

EVICTED_AFTER = timedelta(minutes=5)
"""How long pods tolerate a node that is not heard of."""


def deployment(workload: Workload, machines: Sequence[Machine]) -> list[Manifest]:
    """Build a Deployment with its ReplicaSet and pods, spread over machines.

    A pod on a machine that is down waits there to be deleted, and another has taken its place.
    """
    template_hash = word(pod_spec(workload), length=9)
    labels = {"pod-template-hash": template_hash}
    set_name = f"{workload.name}-{template_hash}"
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": set_name}
    pods, lost, ready = [], [], 0
    places = _in_turn(workload, machines)
    alive = [machine for machine in places if machine.down is None]
    for number in range(workload.replicas):
        machine, made = places[number % len(places)], workload
        name = f"{set_name}-{word(set_name, number)}"
        if machine.down is not None:
            evicted = machine.down - EVICTED_AFTER
            gone = pod(workload, name, machine, owner, labels)
            gone["metadata"] |= {"deletionTimestamp": Ago(evicted), "deletionGracePeriodSeconds": 30}
            lost.append(gone)
            machine, made = alive[number % len(alive)], replace(workload, age=evicted)
            name = f"{set_name}-{word(set_name, number, 'again')}"
        pods.append(pod(made, name, machine, owner, labels))
        ready += is_ready(made, machine)
    counts = {"replicas": workload.replicas, "readyReplicas": ready, "availableReplicas": ready}
    replica_set = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": set_name,
            "namespace": workload.namespace,
            "labels": {**workload.labels, **labels},
            "annotations": {"deployment.kubernetes.io/revision": "1"},
            "creationTimestamp": Ago(workload.age),
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name, "controller": True}
            ],
        },
        "spec": {
            "replicas": workload.replicas,
            "selector": {"matchLabels": {**workload.labels, **labels}},
            "template": _template(workload, labels),
        },
        "status": {**counts, "fullyLabeledReplicas": workload.replicas, "observedGeneration": 1},
    }
    spec = {
        "replicas": workload.replicas,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
        "progressDeadlineSeconds": 600,
        "revisionHistoryLimit": 10,
    }
    status = {
        **counts,
        "updatedReplicas": workload.replicas,
        "unavailableReplicas": workload.replicas - ready,
        "conditions": _rollout(workload, set_name, ready),
    }
    return [_controller("Deployment", workload, spec, status), replica_set, *pods, *lost]


def daemon_set(workload: Workload, machines: Sequence[Machine]) -> list[Manifest]:
    """Build a DaemonSet with a pod on each of the machines; pods on one that is down stay there."""
    revision = word(pod_spec(workload), length=9)
    labels = {"controller-revision-hash": revision, "pod-template-generation": "1"}
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": workload.name}
    names = [f"{workload.name}-{word(workload.name, machine.name)}" for machine in machines]
    pods = [
        pod(workload, name, machine, owner, labels) for name, machine in zip(names, machines, strict=True)
    ]
    ready = sum(is_ready(workload, machine) for machine in machines)
    status = {
        "desiredNumberScheduled": len(pods),
        "currentNumberScheduled": len(pods),
        "updatedNumberScheduled": len(pods),
        "numberReady": ready,
        "numberAvailable": ready,
        "numberUnavailable": len(pods) - ready,
        "numberMisscheduled": 0,
    }
    spec = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}}
    return [_controller("DaemonSet", workload, spec, status), *pods]


def stateful_set(workload: Workload, machines: Sequence[Machine], service: str = "") -> list[Manifest]:
    """Build a StatefulSet with its pods, their claims and volumes; its Service is its namesake by default."""
    revision = f"{workload.name}-{word(pod_spec(workload), length=9)}"
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": workload.name}
    made = []
    places = _in_turn(workload, machines)
    for number in range(workload.replicas):
        name = f"{workload.name}-{number}"
        labels = {
            "apps.kubernetes.io/pod-index": str(number),
            "controller-revision-hash": revision,
            "statefulset.kubernetes.io/pod-name": name,
        }
        item = pod(workload, name, places[number % len(places)], owner, labels)
        claims = {volume: f"{volume}-{name}" for volume in workload.claims}
        item["spec"]["volumes"] = [
            *item["spec"].get("volumes", ()),
            *({"name": key, "persistentVolumeClaim": {"claimName": value}} for key, value in claims.items()),
        ]
        made.append(item)
        for volume, claim_name in claims.items():
            made += claim(workload, claim_name, workload.claims[volume])
    counts = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")
    status = {
        **dict.fromkeys(counts, workload.replicas),
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    spec = {
        "replicas": workload.replicas,
        "serviceName": service or workload.name,
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "volumeClaimTemplates": [
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": volume},
                "spec": claim_spec(size),
                "status": {"phase": "Pending"},
            }
            for volume, size in workload.claims.items()
        ],
    }
    return [_controller("StatefulSet", workload, spec, status), *made]


def static_pod(workload: Workload, machine: Machine) -> Manifest:
    """Build the mirror of a static pod, which the kubelet of a machine runs from a file."""
    name = f"{workload.name}-{machine.name}"
    owner = {"apiVersion": "v1", "kind": "Node", "name": machine.name}
    item = pod(workload, name, machine, owner, {})
    written = Ago(workload.age, lambda moment: f"{timestamp(moment)[:-1]}.000000000Z")
    item["metadata"]["annotations"] = {
        "kubernetes.io/config.hash": word(name, length=32),
        "kubernetes.io/config.mirror": word(name, length=32),
        "kubernetes.io/config.seen": written,
        "kubernetes.io/config.source": "file",
    }
    del item["spec"]["serviceAccountName"]
    return item


def _controller(kind: str, workload: Workload, spec: Manifest, status: Manifest) -> Manifest:
    owner = {"ownerReferences": [{**workload.owner, "controller": True}]} if workload.owner else {}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": workload.name,
            "namespace": workload.namespace,
            "labels": dict(workload.labels),
            "annotations": dict(workload.annotations),
            "generation": 1,
            "creationTimestamp": Ago(workload.age),
            **owner,
        },
        "spec": {**spec, "selector": {"matchLabels": dict(workload.labels)}, "template": _template(workload)},
        "status": {**status, "observedGeneration": 1},
    }


def _template(workload: Workload, labels: Manifest | None = None) -> Manifest:
    return {"metadata": {"labels": {**workload.labels, **(labels or {})}}, "spec": pod_spec(workload)}


def _in_turn(workload: Workload, machines: Sequence[Machine]) -> list[Machine]:
    """Return the machines, beginning with another one for each workload."""
    first = crc32(f"{workload.namespace}/{workload.name}".encode()) % len(machines)
    return [*machines[first:], *machines[:first]]


def _rollout(workload: Workload, set_name: str, ready: int) -> list[dict[str, Any]]:
    whole = ready == workload.replicas
    since = Ago(workload.age - timedelta(minutes=1 if whole else 10))
    progressing = (
        ("True", "NewReplicaSetAvailable", f'ReplicaSet "{set_name}" has successfully progressed.')
        if whole
        else ("False", "ProgressDeadlineExceeded", f'ReplicaSet "{set_name}" has timed out progressing.')
    )
    available = (
        ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        if whole
        else ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    )
    said = {"Available": available, "Progressing": progressing}
    return [
        {
            "type": name,
            "status": status,
            "reason": reason,
            "message": message,
            "lastTransitionTime": since,
            "lastUpdateTime": since,
        }
        for name, (status, reason, message) in said.items()
    ]
