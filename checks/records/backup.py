"""What other backup products write down: Kasten, Stash and KubeStash, Longhorn."""

from datetime import datetime

from msgspec import field

from checks.records.base import Kind, Object, Phase, Record


class KastenAction(Record, frozen=True):
    """One of a Kasten policy's actions, such as backup or export."""

    action: str = ""


class KastenPolicySpec(Record, frozen=True):
    """A Kasten policy's spec; the frequency is a word such as `@daily`."""

    frequency: str = ""
    paused: bool = False
    actions: tuple[KastenAction, ...] = ()


class KastenPolicy(Object, frozen=True):
    """A Kasten Policy."""

    spec: KastenPolicySpec = KastenPolicySpec()


class KastenRunStatus(Record, frozen=True):
    """How a Kasten action went."""

    state: str = ""
    end_time: datetime | None = None


class KastenBackup(Object, frozen=True):
    """A Kasten BackupAction, in the namespace that it backed up."""

    status: KastenRunStatus = KastenRunStatus()

    @property
    def policy(self) -> str:
        """The policy that ran it, empty where a person did."""
        return self.labels.get("k10.kasten.io/policyName", "")


class Scheduler(Record, frozen=True):
    """KubeStash's scheduler of a session."""

    schedule: str = ""


class StashSession(Record, frozen=True):
    """One of the sessions that a KubeStash BackupConfiguration plans."""

    scheduler: Scheduler = Scheduler()


class StashTarget(Record, frozen=True):
    """What a KubeStash BackupConfiguration backs up; in its own namespace where none is given."""

    namespace: str = ""


class StashConfigurationSpec(Record, frozen=True):
    """The spec of a BackupConfiguration: Stash has a `schedule`, KubeStash `sessions` and a `target`."""

    schedule: str = ""
    sessions: tuple[StashSession, ...] = ()
    paused: bool = False
    target: StashTarget = StashTarget()

    @property
    def cron(self) -> str:
        """When it runs."""
        return self.schedule or next((session.scheduler.schedule for session in self.sessions), "")


class StashConfiguration(Object, frozen=True):
    """A BackupConfiguration of Stash or KubeStash."""

    spec: StashConfigurationSpec = StashConfigurationSpec()


class Invoker(Record, frozen=True):
    """What started a BackupSession."""

    name: str = ""


class StashRunSpec(Record, frozen=True):
    """A BackupSession's spec."""

    invoker: Invoker = Invoker()


class StashRun(Object, frozen=True):
    """A BackupSession of Stash or KubeStash: one run."""

    spec: StashRunSpec = StashRunSpec()
    status: Phase = Phase()


class RecurringJobSpec(Record, frozen=True):
    """A Longhorn recurring job: its task, when, and which groups of volumes it takes."""

    task: str = ""
    cron: str = ""
    groups: tuple[str, ...] = ()


class RecurringJob(Object, frozen=True):
    """A Longhorn RecurringJob."""

    spec: RecurringJobSpec = RecurringJobSpec()


class BackupTargetSpec(Record, frozen=True):
    """Where Longhorn's backups go."""

    backup_target_url: str = field(name="backupTargetURL", default="")


class BackupTargetStatus(Record, frozen=True):
    """Whether it answers."""

    available: bool = False


class BackupTarget(Object, frozen=True):
    """A Longhorn BackupTarget."""

    spec: BackupTargetSpec = BackupTargetSpec()
    status: BackupTargetStatus = BackupTargetStatus()


class KubernetesVolume(Record, frozen=True):
    """The claim that a Longhorn volume serves."""

    namespace: str = ""
    pvc_name: str = ""


class LonghornVolumeStatus(Record, frozen=True):
    """A Longhorn volume's claim and last backup; Longhorn writes an empty text for never."""

    last_backup_at: str = ""
    kubernetes_status: KubernetesVolume = KubernetesVolume()


class LonghornVolume(Object, frozen=True):
    """A Longhorn Volume; its labels say which recurring jobs take it."""

    status: LonghornVolumeStatus = LonghornVolumeStatus()


KASTEN_POLICIES = Kind("Policy", "config.kio.kasten.io", "policies", ("v1alpha1",), KastenPolicy)
KASTEN_BACKUPS = Kind("BackupAction", "actions.kio.kasten.io", "backupactions", ("v1alpha1",), KastenBackup)
STASH_CONFIGURATIONS = Kind(
    "BackupConfiguration", "stash.appscode.com", "backupconfigurations", ("v1beta1",), StashConfiguration
)
STASH_RUNS = Kind("BackupSession", "stash.appscode.com", "backupsessions", ("v1beta1",), StashRun)
KUBESTASH_CONFIGURATIONS = Kind(
    "BackupConfiguration", "core.kubestash.com", "backupconfigurations", ("v1alpha1",), StashConfiguration
)
KUBESTASH_RUNS = Kind("BackupSession", "core.kubestash.com", "backupsessions", ("v1alpha1",), StashRun)
RECURRING_JOBS = Kind("RecurringJob", "longhorn.io", "recurringjobs", ("v1beta2", "v1beta1"), RecurringJob)
BACKUP_TARGETS = Kind("BackupTarget", "longhorn.io", "backuptargets", ("v1beta2", "v1beta1"), BackupTarget)
LONGHORN_VOLUMES = Kind("Volume", "longhorn.io", "volumes", ("v1beta2", "v1beta1"), LonghornVolume)
