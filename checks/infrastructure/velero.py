"""Velero: from the server to the volumes in a schedule's last backup."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from checks.infrastructure.backup_plans import Plan, key, not_running, server
from checks.model import CLUSTER, Finding
from checks.products import Found
from checks.records.cluster import Claim
from checks.records.velero import (
    STORAGE_LOCATIONS,
    VELERO_BACKUPS,
    VELERO_SCHEDULES,
    BackupTemplate,
    StorageLocation,
    VeleroBackup,
    VeleroSchedule,
)
from checks.schedules import overdue_after
from checks.snapshot import Snapshot
from checks.subjects import object_ref
from checks.words import counted

READS = (VELERO_SCHEDULES, VELERO_BACKUPS, STORAGE_LOCATIONS)
CLAIM_WORDS = frozenset({"persistentvolumeclaims", "persistentvolumeclaim", "pvc"})
VOLUME_WORDS = CLAIM_WORDS | {"persistentvolumes", "persistentvolume", "pv"}


def velero(snapshot: Snapshot, claims: Sequence[Claim]) -> Iterator[Plan]:
    """Yield a plan for each schedule."""
    if not snapshot.installed(VELERO_SCHEDULES):
        return
    schedules = snapshot.list(VELERO_SCHEDULES)
    found = server(snapshot, VELERO_SCHEDULES.group)
    if found is None or not found.ready:
        yield not_running(found, "Velero")
        return
    if not schedules:
        fix = "Create one: `velero schedule create daily --schedule '0 1 * * *'`."
        yield Plan(problem=Finding(CLUSTER, f"{found} has no Schedule", rule="schedule", fix=fix))
    backups: dict[tuple[str, str], list[VeleroBackup]] = defaultdict(list)
    for backup in snapshot.list(VELERO_BACKUPS):
        backups[(backup.namespace, backup.schedule)].append(backup)
    locations = {(item.namespace, item.name): item for item in snapshot.list(STORAGE_LOCATIONS)}
    for schedule in schedules:
        runs = backups[(schedule.namespace, schedule.name)]
        yield _plan(snapshot, found, schedule, runs, _location(schedule, locations), claims)


def _plan(
    snapshot: Snapshot,
    found: Found,
    schedule: VeleroSchedule,
    runs: Sequence[VeleroBackup],
    location: StorageLocation | None,
    claims: Sequence[Claim],
) -> Plan:
    if problem := _fault(schedule, location):
        return Plan(problem=problem)
    cron, template = schedule.spec.schedule, schedule.spec.template
    done = [
        (at, run.status.volumes)
        for run in runs
        if run.status.phase == "Completed" and (at := run.status.completion_timestamp)
    ]
    if not done:
        message = f"no backup of it ever completed (schedule `{cron}`){_latest(runs)}"
        return Plan(problem=_finding(schedule, message, "stale"))
    last, volumes = max(done)
    if snapshot.older_than(last, overdue_after(cron)):
        message = f"its last backup completed {snapshot.age(last)} ago (schedule `{cron}`){_latest(runs)}"
        return Plan(problem=_finding(schedule, message, "stale"))
    taken = [claim for claim in claims if _takes(template, claim)]
    covers = frozenset(key(claim) for claim in taken)
    files = template.default_volumes_to_fs_backup
    # A volume whose driver takes no snapshots is left out, and the backup is Completed all the same.
    due = sum(1 for claim in taken if claim.bound and (claim.metadata.creation_timestamp or last) <= last)
    if not files and (template.snapshot_volumes is False or volumes < due):
        doubt = (
            f"the last backup of Velero's schedule `{schedule.name}` holds"
            f" {counted(volumes, 'volume snapshot')} for {counted(due, 'claim')}, and whether pods opt in to"
            " file backup by annotation is not read: set defaultVolumesToFsBackup, or sign an attestation"
        )
        return Plan(covers=covers, doubt=doubt)
    snapshots = counted(volumes, "volume snapshot") if volumes or due else "before there were volumes in it"
    data = "files of every volume" if files else snapshots
    hooks = f", {counted(len(template.hooks.resources), 'hook')}" if template.hooks.resources else ""
    when = f"schedule `{schedule.name}` completed {snapshot.age(last)} ago"
    name = f"{found.product.name} {found.version}".strip()
    return Plan(covers=covers, evidence=f"{name}: {when} ({data}{hooks}) to {_place(location)}")


def _fault(schedule: VeleroSchedule, location: StorageLocation | None) -> Finding | None:
    """Return what keeps a schedule from working at all, if anything."""
    if schedule.spec.paused:
        fix = f"Resume it: `velero schedule unpause {schedule.name}`."
        return _finding(schedule, "the schedule is paused", "paused", fix)
    if schedule.status.phase == "FailedValidation":
        return _finding(schedule, "the schedule is not valid", "phase")
    if location is None:
        wanted = schedule.spec.template.storage_location or "default"
        return _finding(schedule, f"its storage location `{wanted}` does not exist", "location")
    if location.status.phase != "Available":
        message = f"its storage location `{location.name}` is {location.status.phase or 'not checked yet'}"
        return _finding(schedule, message, "location")
    return None


def _finding(schedule: VeleroSchedule, message: str, rule: str, fix: str = "") -> Finding:
    look = f"See `velero schedule describe {schedule.name}` and `velero backup-location get`."
    return Finding(object_ref(VELERO_SCHEDULES, schedule), message, rule=rule, fix=fix or look)


def _location(
    schedule: VeleroSchedule, locations: Mapping[tuple[str, str], StorageLocation]
) -> StorageLocation | None:
    wanted = schedule.spec.template.storage_location
    here = [item for (namespace, _), item in locations.items() if namespace == schedule.namespace]
    default = next((item for item in here if item.spec.default), None)
    if default and not wanted:
        return default
    return locations.get((schedule.namespace, wanted or "default"))


def _place(location: StorageLocation | None) -> str:
    if location is None:
        return "nowhere"
    url = location.spec.config.s3_url
    inside = f", which is in this cluster ({url})" if ".svc" in url else ""
    return f"{location.spec.provider} bucket `{location.spec.object_storage.bucket}`{inside}"


def _latest(runs: Iterable[VeleroBackup]) -> str:
    """Say how the latest attempt went."""
    dated = [(run.metadata.creation_timestamp, run) for run in runs if run.metadata.creation_timestamp]
    if not dated:
        return ""
    _, run = max(dated, key=lambda pair: pair[0])
    return "" if run.status.phase == "Completed" else f"; the latest is {run.status.phase or 'new'}"


def _takes(template: BackupTemplate, claim: Claim) -> bool:
    """Whether a schedule takes in a claim, as Velero decides it."""
    included = template.included_namespaces or ("*",)
    if not _among(claim.namespace, included) or _among(claim.namespace, template.excluded_namespaces):
        return False
    selectors = template.or_label_selectors or (template.label_selector,)
    if not any(selector is None or selector.matches(claim.labels) for selector in selectors):
        return False
    wanted = (*template.included_resources, *template.included_namespace_scoped_resources)
    left_out = (*template.excluded_resources, *template.excluded_namespace_scoped_resources)
    return (not wanted or bool({"*", *CLAIM_WORDS} & set(wanted))) and not VOLUME_WORDS & set(left_out)


def _among(namespace: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(namespace, pattern) for pattern in patterns)
