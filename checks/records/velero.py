"""What Velero is told, and what it writes down of its backups."""

from datetime import datetime

from msgspec import field

from checks.records.base import Kind, LabelSelector, Object, Phase, Record


class Hooks(Record, frozen=True):
    """Velero's hooks; only how many there are."""

    resources: tuple[dict[str, object], ...] = ()


class BackupTemplate(Record, frozen=True):
    """What a Velero schedule takes in. No included namespaces or resources means all of them."""

    included_namespaces: tuple[str, ...] = ()
    excluded_namespaces: tuple[str, ...] = ()
    included_resources: tuple[str, ...] = ()
    excluded_resources: tuple[str, ...] = ()
    included_namespace_scoped_resources: tuple[str, ...] = ()
    excluded_namespace_scoped_resources: tuple[str, ...] = ()
    label_selector: LabelSelector | None = None
    or_label_selectors: tuple[LabelSelector, ...] = ()
    snapshot_volumes: bool | None = None
    default_volumes_to_fs_backup: bool = False
    snapshot_move_data: bool = False
    storage_location: str = ""
    hooks: Hooks = Hooks()


class VeleroScheduleSpec(Record, frozen=True):
    """A Velero schedule's spec."""

    schedule: str = ""
    paused: bool = False
    template: BackupTemplate = BackupTemplate()


class VeleroSchedule(Object, frozen=True):
    """A Velero Schedule."""

    spec: VeleroScheduleSpec = VeleroScheduleSpec()
    status: Phase = Phase()


class VeleroBackupStatus(Record, frozen=True):
    """How a Velero backup went, and how many volumes it caught."""

    phase: str = ""
    completion_timestamp: datetime | None = None
    volume_snapshots_completed: int = 0
    csi_volume_snapshots_completed: int = 0
    backup_item_operations_completed: int = 0

    @property
    def volumes(self) -> int:
        """How many volumes were caught in any of the ways that a backup counts."""
        return max(
            self.volume_snapshots_completed,
            self.csi_volume_snapshots_completed,
            self.backup_item_operations_completed,
        )


class VeleroBackup(Object, frozen=True):
    """A Velero Backup; the schedule that it came from is a label."""

    status: VeleroBackupStatus = VeleroBackupStatus()

    @property
    def schedule(self) -> str:
        """The schedule that made it, empty where a person did."""
        return self.labels.get("velero.io/schedule-name", "")


class ObjectStorage(Record, frozen=True):
    """A bucket."""

    bucket: str = ""


class LocationConfig(Record, frozen=True):
    """A storage location's settings; only where an S3 of one's own is."""

    s3_url: str = field(name="s3Url", default="")


class StorageLocationSpec(Record, frozen=True):
    """BackupStorageLocationSpec."""

    provider: str = ""
    default: bool = False
    object_storage: ObjectStorage = ObjectStorage()
    config: LocationConfig = LocationConfig()


class StorageLocation(Object, frozen=True):
    """A Velero BackupStorageLocation."""

    spec: StorageLocationSpec = StorageLocationSpec()
    status: Phase = Phase()


VELERO_SCHEDULES = Kind("Schedule", "velero.io", "schedules", ("v1",), VeleroSchedule)
VELERO_BACKUPS = Kind("Backup", "velero.io", "backups", ("v1",), VeleroBackup)
STORAGE_LOCATIONS = Kind(
    "BackupStorageLocation", "velero.io", "backupstoragelocations", ("v1",), StorageLocation
)
