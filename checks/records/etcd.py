"""Snapshots of the etcd inside k3s and RKE2."""

from datetime import datetime

from checks.records.base import Kind, Object, Record


class SnapshotFileSpec(Record, frozen=True):
    """Where an etcd snapshot of k3s or RKE2 lies: a `file://` or an `s3://` URL."""

    location: str = ""
    node_name: str = ""
    snapshot_name: str = ""


class SnapshotFileStatus(Record, frozen=True):
    """When it was taken, and whether it can be used."""

    creation_time: datetime | None = None
    ready_to_use: bool = False


class SnapshotFile(Object, frozen=True):
    """An ETCDSnapshotFile."""

    spec: SnapshotFileSpec = SnapshotFileSpec()
    status: SnapshotFileStatus = SnapshotFileStatus()


ETCD_SNAPSHOTS = Kind("ETCDSnapshotFile", "k3s.cattle.io", "etcdsnapshotfiles", ("v1",), SnapshotFile)
