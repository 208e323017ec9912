"""Kasten, Stash, KubeStash and Longhorn: what they back up of claims, and how lately."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from checks.infrastructure.backup_plans import Key, Plan, key, keys_in, not_running, server
from checks.model import CLUSTER, Finding
from checks.records.backup import (
    BACKUP_TARGETS,
    KASTEN_BACKUPS,
    KASTEN_POLICIES,
    KUBESTASH_CONFIGURATIONS,
    KUBESTASH_RUNS,
    LONGHORN_VOLUMES,
    RECURRING_JOBS,
    STASH_CONFIGURATIONS,
    STASH_RUNS,
    LonghornVolume,
    RecurringJob,
    StashConfiguration,
    StashRun,
)
from checks.records.base import Kind
from checks.records.cluster import Claim
from checks.schedules import overdue_after
from checks.snapshot import Snapshot
from checks.subjects import object_ref

KASTEN_READS = (KASTEN_POLICIES, KASTEN_BACKUPS)
STASH_READS = (STASH_CONFIGURATIONS, STASH_RUNS, KUBESTASH_CONFIGURATIONS, KUBESTASH_RUNS)
LONGHORN_READS = (RECURRING_JOBS, BACKUP_TARGETS, LONGHORN_VOLUMES)

JOB_LABEL = "recurring-job.longhorn.io/"
GROUP_LABEL = "recurring-job-group.longhorn.io/"


def kasten(snapshot: Snapshot, claims: Sequence[Claim]) -> Iterator[Plan]:
    """Yield a plan for each policy that backs up, judged by its last complete action in each namespace."""
    if not snapshot.installed(KASTEN_POLICIES):
        return
    policies = snapshot.list(KASTEN_POLICIES)
    found = server(snapshot, KASTEN_POLICIES.group)
    if found is None or not found.ready:
        yield not_running(found, "Kasten")
        return
    runs = [item for item in snapshot.list(KASTEN_BACKUPS) if item.status.state == "Complete"]
    for policy in policies:
        actions = {item.action for item in policy.spec.actions}
        if "backup" not in actions:
            continue
        ref = object_ref(KASTEN_POLICIES, policy)
        if policy.spec.paused:
            yield Plan(problem=Finding(ref, "the policy is paused", rule="paused"))
            continue
        ended = [(run.status.end_time, run.namespace) for run in runs if run.policy == policy.name]
        lately = [
            (end, namespace)
            for end, namespace in ended
            if end and not snapshot.older_than(end, overdue_after(policy.spec.frequency))
        ]
        if not lately:
            message = f"no backup of it completed lately (frequency {policy.spec.frequency or 'on demand'})"
            yield Plan(problem=Finding(ref, message, rule="stale"))
            continue
        covers = keys_in({namespace for _, namespace in lately}, claims)
        place = "and exported" if "export" in actions else "not exported, so kept with the volumes"
        age = snapshot.age(max(end for end, _ in lately))
        yield Plan(covers, f"{found.product.name}: policy `{policy.name}` completed {age} ago, {place}")


def stash(snapshot: Snapshot, claims: Sequence[Claim]) -> Iterator[Plan]:
    """Yield a plan for each BackupConfiguration, which is taken to cover its target's namespace."""
    yield from _stash(snapshot, claims, STASH_CONFIGURATIONS, STASH_RUNS)
    yield from _stash(snapshot, claims, KUBESTASH_CONFIGURATIONS, KUBESTASH_RUNS)


def _stash(
    snapshot: Snapshot, claims: Sequence[Claim], plans: Kind[StashConfiguration], sessions: Kind[StashRun]
) -> Iterator[Plan]:
    configurations = snapshot.list(plans)
    if not configurations:
        return
    found = server(snapshot, plans.group)
    if found is None or not found.ready:
        yield not_running(found, "Stash")
        return
    ends: dict[Key, list[datetime]] = defaultdict(list)
    for run in snapshot.list(sessions):
        if run.status.phase == "Succeeded" and run.metadata.creation_timestamp:
            ends[(run.namespace, run.spec.invoker.name)].append(run.metadata.creation_timestamp)
    for item in configurations:
        ref, cron = object_ref(plans, item), item.spec.cron
        last = max(ends[(item.namespace, item.name)], default=None)
        if item.spec.paused:
            yield Plan(problem=Finding(ref, "the backup is paused", rule="paused"))
        elif last is None or snapshot.older_than(last, overdue_after(cron)):
            when = f"{snapshot.age(last)} ago" if last else "never"
            message = f"its last successful session: {when} (schedule `{cron}`)"
            yield Plan(problem=Finding(ref, message, rule="stale"))
        else:
            covers = keys_in({item.spec.target.namespace or item.namespace}, claims)
            yield Plan(covers, f"{found.product.name}: {ref} succeeded {snapshot.age(last)} ago")


def longhorn(snapshot: Snapshot, claims: Sequence[Claim]) -> Iterator[Plan]:
    """Yield a plan for each recurring job that backs up volumes of these claims."""
    jobs = [job for job in snapshot.list(RECURRING_JOBS) if job.spec.task.startswith("backup")]
    if not jobs:
        return
    found = server(snapshot, RECURRING_JOBS.group)
    if found is None or not found.ready:
        yield not_running(found, "Longhorn")
        return
    targets = snapshot.list(BACKUP_TARGETS)
    target = next((item for item in targets if item.status.available), None)
    if target is None:
        message = "Longhorn's backup target is not available"
        ref = object_ref(BACKUP_TARGETS, targets[0]) if targets else CLUSTER
        fix = "Set its URL and credentials in Longhorn's settings; its status says what it misses."
        yield Plan(problem=Finding(ref, message, rule="target", fix=fix))
        return
    known = {key(claim) for claim in claims}
    volumes = [item for item in snapshot.list(LONGHORN_VOLUMES) if _claim(item) in known]
    for job in jobs:
        taken = [volume for volume in volumes if _takes(job, volume)]
        limit = overdue_after(job.spec.cron)
        dates = {_claim(volume): _moment(volume.status.last_backup_at) for volume in taken}
        covers = {claim: at for claim, at in dates.items() if at and not snapshot.older_than(at, limit)}
        if covers:
            age = snapshot.age(max(covers.values()))
            evidence = f"Longhorn: job `{job.name}` backed up {age} ago to {target.spec.backup_target_url}"
            yield Plan(frozenset(covers), evidence)
        elif taken:
            message = (
                f"none of the {len(taken)} volumes it takes was backed up lately (schedule `{job.spec.cron}`)"
            )
            yield Plan(problem=Finding(object_ref(RECURRING_JOBS, job), message, rule="stale"))


def _takes(job: RecurringJob, volume: LonghornVolume) -> bool:
    """Whether a job takes a volume: by its labels, or as one of the group `default` where it has none."""
    labels = [label for label in volume.labels if label.startswith((JOB_LABEL, GROUP_LABEL))]
    groups = {label.removeprefix(GROUP_LABEL) for label in labels if label.startswith(GROUP_LABEL)}
    if not labels:
        groups = {"default"}
    return f"{JOB_LABEL}{job.name}" in labels or bool(groups & set(job.spec.groups))


def _claim(volume: LonghornVolume) -> Key:
    return volume.status.kubernetes_status.namespace, volume.status.kubernetes_status.pvc_name


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
