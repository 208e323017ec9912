"""Storage: volumes by a CSI driver, their backup by Velero, and snapshots of etcd."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.access import binding
from deploy.sandbox.samples.control_plane import ETCD, PKI
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.jobs import cron_job
from deploy.sandbox.samples.machines import CONTROL_PLANE
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.production.shared import EVERYWHERE, RELEASED, AddOn, Site, guarded, resource, run
from deploy.sandbox.samples.storage import CLASS, DRIVER
from deploy.sandbox.samples.workloads import daemon_set

SYSTEM = "kube-system"
VELERO = "velero"
LAST_BACKUP = timedelta(hours=7)
_STORAGE = "storage.k8s.io/v1"
_CSI = "registry.k8s.io/provider-os/cinder-csi-plugin:v1.36.0"


def storage(site: Site, claims: int) -> Iterator[Manifest]:
    """Yield the driver and the backups, whose last one caught so many claims."""
    yield from _driver(site)
    yield from _velero(site, claims)
    yield from _etcd_snapshots(site)


def _driver(site: Site) -> Iterator[Manifest]:
    controller = AddOn(
        space=SYSTEM,
        name="csi-cinder-controllerplugin",
        image=_CSI,
        ports={"healthz": 9808},
        labels={"app": "openstack-cinder-csi", "component": "controllerplugin"},
    )
    yield from run(controller.workload, site.workers)
    node = container(
        "cinder-csi-plugin",
        _CSI,
        ports={"healthz": 9808},
        securityContext={"privileged": True},
        volumeMounts=[{"name": "kubelet-dir", "mountPath": "/var/lib/kubelet"}],
    )
    workload = Workload(
        namespace=SYSTEM,
        name="csi-cinder-nodeplugin",
        containers=[node],
        labels={"app": "openstack-cinder-csi", "component": "nodeplugin"},
        pod={"volumes": [{"name": "kubelet-dir", "hostPath": {"path": "/var/lib/kubelet"}}], **EVERYWHERE},
        age=RELEASED,
    )
    yield from daemon_set(workload, site.machines)
    yield resource(_STORAGE, "CSIDriver", DRIVER, {"attachRequired": True, "podInfoOnMount": True})
    for machine in site.machines:
        driver = {"name": DRIVER, "nodeID": machine.provider, "topologyKeys": [f"topology.{DRIVER}/zone"]}
        yield resource(_STORAGE, "CSINode", machine.name, {"drivers": [driver]})
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    yield {
        "apiVersion": _STORAGE,
        "kind": "StorageClass",
        "metadata": {"name": CLASS, "annotations": default},
        "provisioner": DRIVER,
        "reclaimPolicy": "Delete",
        "allowVolumeExpansion": True,
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    yield {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotClass",
        "metadata": {"name": "cinder", "labels": {"velero.io/csi-volumesnapshot-class": "true"}},
        "driver": DRIVER,
        "deletionPolicy": "Delete",
    }


def _velero(site: Site, claims: int) -> Iterator[Manifest]:
    """Yield Velero, which takes CSI snapshots and moves their data to a bucket elsewhere."""
    api = "velero.io/v1"
    yield from guarded(VELERO, "privileged")
    server = AddOn(
        space=VELERO,
        name="velero",
        image="docker.io/velero/velero:v1.18.1",
        ports={"http-monitoring": 8085},
        probe="/metrics",
        replicas=1,
        args=["server", "--uploader-type=kopia"],
    )
    yield from run(server.workload, site.workers)
    agent = container(
        "node-agent",
        "docker.io/velero/velero:v1.18.1",
        args=["node-agent", "server"],
        volumeMounts=[
            {"name": "host-pods", "mountPath": "/host_pods", "mountPropagation": "HostToContainer"}
        ],
    )
    pods = {"name": "host-pods", "hostPath": {"path": "/var/lib/kubelet/pods"}}
    workload = replace(
        server.workload,
        name="node-agent",
        containers=[agent],
        labels={"name": "node-agent", "role": "node-agent"},
        pod={"serviceAccountName": "velero", "volumes": [pods]},
    )
    yield from daemon_set(workload, site.workers)
    yield binding("velero", "cluster-admin", f"ServiceAccount {VELERO}/velero")
    bucket = {
        "provider": "aws",
        "default": True,
        "objectStorage": {"bucket": "cluster-backups"},
        "config": {"s3Url": "https://objects.backup.example.com", "region": "eu-2"},
    }
    available = {"phase": "Available", "lastValidationTime": Ago(timedelta(minutes=1))}
    yield resource(api, "BackupStorageLocation", "default", bucket, available, space=VELERO)
    template = {"includedNamespaces": ["*"], "snapshotMoveData": True, "ttl": "720h0m0s"}
    schedule = {"schedule": "0 1 * * *", "template": template}
    enabled = {"phase": "Enabled", "lastBackup": Ago(LAST_BACKUP)}
    yield resource(api, "Schedule", "daily", schedule, enabled, space=VELERO)
    for day in range(3):
        yield _backup(api, template, claims, LAST_BACKUP + timedelta(days=day))


def _backup(api: str, template: Manifest, claims: int, age: timedelta) -> Manifest:
    completed = {
        "phase": "Completed",
        "startTimestamp": Ago(age),
        "completionTimestamp": Ago(age - timedelta(minutes=14)),
        "backupItemOperationsAttempted": claims,
        "backupItemOperationsCompleted": claims,
    }
    item = resource(api, "Backup", "", template, completed, space=VELERO)
    name = Ago(age, lambda moment: f"daily-{moment:%Y%m%d%H%M%S}")
    labels = {"velero.io/schedule-name": "daily", "velero.io/storage-location": "default"}
    item["metadata"] |= {"name": name, "labels": labels, "creationTimestamp": Ago(age)}
    return item


def _etcd_snapshots(site: Site) -> Iterator[Manifest]:
    """Yield a job that saves a snapshot on a server and carries it away."""
    keys = {"name": "etcd-certs", "mountPath": f"{PKI}/etcd", "readOnly": True}
    shared = {"name": "snapshot", "mountPath": "/snapshot"}
    save = container(
        "save",
        ETCD,
        command=["etcdctl", "snapshot", "save", "/snapshot/etcd.db"],
        args=[
            "--endpoints=https://127.0.0.1:2379",
            f"--cacert={PKI}/etcd/ca.crt",
            f"--cert={PKI}/etcd/healthcheck-client.crt",
            f"--key={PKI}/etcd/healthcheck-client.key",
        ],
        volumeMounts=[keys, shared],
    )
    carry = container(
        "carry",
        "docker.io/rclone/rclone:1.72.0",
        args=["copy", "/snapshot", "backup:etcd-snapshots"],
        volumeMounts=[shared],
        securityContext=HARDENED,
    )
    workload = Workload(
        namespace=SYSTEM,
        name="etcd-snapshot",
        containers=[carry],
        labels={"app.kubernetes.io/name": "etcd-snapshot"},
        pod={
            "hostNetwork": True,
            "initContainers": [save],
            "nodeSelector": {CONTROL_PLANE: ""},
            "tolerations": [{"key": CONTROL_PLANE, "operator": "Exists", "effect": "NoSchedule"}],
            "volumes": [
                {"name": "etcd-certs", "hostPath": {"path": f"{PKI}/etcd", "type": "Directory"}},
                {"name": "snapshot", "emptyDir": {}},
            ],
        },
        age=timedelta(days=200),
    )
    yield from cron_job(workload, site.servers[0], "0 */6 * * *", timedelta(hours=2))
