"""Claims and the volumes behind them."""

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.pods import Workload, word

CLASS = "cinder-ssd"
DRIVER = "cinder.csi.openstack.org"


def claim_spec(size: str) -> Manifest:
    """Build the spec of a claim that names no class."""
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}


def claim(workload: Workload, name: str, size: str) -> list[Manifest]:
    """Build a bound claim of a workload, and its volume."""
    volume = f"pvc-{word(workload.namespace, name, length=8)}-{word(name, length=12)}"
    created = Ago(workload.age)
    shared = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"]}
    reference = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": workload.namespace,
        "name": name,
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": name,
                "namespace": workload.namespace,
                "labels": dict(workload.labels),
                "annotations": {"pv.kubernetes.io/bind-completed": "yes"},
                "finalizers": ["kubernetes.io/pvc-protection"],
                "creationTimestamp": created,
            },
            "spec": {
                **claim_spec(size),
                "storageClassName": CLASS,
                "volumeMode": "Filesystem",
                "volumeName": volume,
            },
            "status": {"phase": "Bound", **shared},
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {
                "name": volume,
                "annotations": {"pv.kubernetes.io/provisioned-by": DRIVER},
                "finalizers": ["kubernetes.io/pv-protection"],
                "creationTimestamp": created,
            },
            "spec": {
                **shared,
                "claimRef": reference,
                "csi": {
                    "driver": DRIVER,
                    "fsType": "ext4",
                    "volumeHandle": f"volume-{word(volume, length=12)}",
                },
                "persistentVolumeReclaimPolicy": "Delete",
                "storageClassName": CLASS,
            },
            "status": {"phase": "Bound"},
        },
    ]
