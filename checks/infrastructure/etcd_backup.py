"""Snapshots of etcd: the way back when a majority of its members is lost."""

import re
from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.products import running
from checks.reads import lists
from checks.records.cluster import NODES
from checks.records.etcd import ETCD_SNAPSHOTS
from checks.records.pods import PodSpec
from checks.records.workloads import CRONJOBS, CronJob
from checks.registry import Unknown, check
from checks.schedules import UNTOLD, overdue_after
from checks.snapshot import Snapshot
from checks.subjects import in_turn, is_system, object_ref

SNAPSHOT = re.compile(
    r"\betcd[cu]tl\b.*\bsnapshot\b(?!\s+(restore|status))"
    r"|\btalosctl\b.*\betcd\s+snapshot\b"
    r"|\bcluster-backup\.sh\b",
    re.DOTALL,
)
"""What takes a snapshot: etcd's own tools, Talos', OpenShift's script. Velero does not back up etcd."""

KEYS = ("/etc/kubernetes", "/etc/etcd", "/etc/ssl/etcd", "/var/lib/etcd", "/var/lib/rancher", "/etc/rancher")
"""Paths of control-plane nodes; a job that mounts one speaks to the cluster's own etcd."""


@check(
    "control-plane-backup",
    "A snapshot of etcd was taken lately",
    family=Family.INFRASTRUCTURE,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=lists(NODES, CRONJOBS, ETCD_SNAPSHOTS),
    remediation=(
        "See why it does not finish: `kubectl describe {target}`, and the logs of its last job. It must save"
        " a snapshot off the node (`etcdctl snapshot save`) and be tried by restoring it."
    ),
    docs="https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/#backing-up-an-etcd-cluster",
    own_control_plane=True,
)
def control_plane_backup(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """When etcd is lost or damaged, only a snapshot brings the cluster back; without one it is built anew."""
    broken = []
    for outcome in in_turn(_files(snapshot), _jobs(snapshot)):
        if isinstance(outcome, Passed):
            yield outcome
            return
        broken.append(outcome)
    yield from broken
    if not broken:
        foreign = next((job for job in _snapshot_jobs(snapshot) if not _reaches_the_cluster(job)), None)
        others = f" (CronJob {foreign.namespace}/{foreign.name} saves another etcd's)" if foreign else ""
        raise Unknown(
            f"no etcd snapshot job shows in the API{others}: sign an attestation for control-plane-backup or"
            " run one as a CronJob"
        )


def _files(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Judge the snapshots that k3s and RKE2 list; they take them twice a day unless told otherwise."""
    embedded = any(node.condition("EtcdIsVoter").status == "True" for node in snapshot.nodes)
    good = [
        (item.status.creation_time, item)
        for item in snapshot.list(ETCD_SNAPSHOTS)
        if item.status.ready_to_use and item.status.creation_time
    ]
    if not good:
        if embedded and snapshot.installed(ETCD_SNAPSHOTS):
            yield Finding(
                CLUSTER,
                "k3s or RKE2 lists no usable snapshot of its etcd",
                fix=(
                    "Drop `etcd-disable-snapshots` from the servers' configuration, and set `etcd-s3` so that"
                    " snapshots leave the node."
                ),
            )
        return
    taken, latest = max(good, key=lambda pair: pair[0])
    place = "on S3" if latest.spec.location.startswith("s3:") else "on the node's disk only"
    told = f"snapshot `{latest.spec.snapshot_name or latest.name}` of {snapshot.age(taken)} ago, {place}"
    if snapshot.older_than(taken, UNTOLD):
        yield Finding(
            CLUSTER,
            f"the last {told}",
            fix="See the servers' journal, and take one with `k3s etcd-snapshot save` (or `rke2 …`).",
        )
    else:
        yield Passed(CLUSTER, told)


def _jobs(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    for job in _snapshot_jobs(snapshot):
        if not _reaches_the_cluster(job):
            continue
        last = job.status.last_successful_time
        if not job.spec.suspend and last and not snapshot.older_than(last, overdue_after(job.spec.schedule)):
            name = f"{job.namespace}/{job.name}"
            yield Passed(
                CLUSTER, f"CronJob {name} (`{job.spec.schedule}`) succeeded {snapshot.age(last)} ago"
            )
            continue
        when = f"last succeeded {snapshot.age(last)} ago" if last else "has never succeeded"
        paused = "is suspended and " if job.spec.suspend else ""
        message = f"the etcd snapshot job {paused}{when} (schedule `{job.spec.schedule}`)"
        yield Finding(object_ref(CRONJOBS, job), message)


def _snapshot_jobs(snapshot: Snapshot) -> Iterator[CronJob]:
    for job in snapshot.each(CRONJOBS):
        spec = _pod(job)
        words = (" ".join((*item.command, *item.args)) for item in (*spec.init_containers, *spec.containers))
        if any(SNAPSHOT.search(line) for line in words) or running("etcd-backup", spec):
            yield job


def _reaches_the_cluster(job: CronJob) -> bool:
    """Whether a job saves the control plane's etcd, and not one that an application brought along."""
    spec = _pod(job)
    mounted = (volume.host_path.path for volume in spec.volumes if volume.host_path)
    return (
        is_system(job.namespace)
        or spec.host_network
        or any(path.startswith(KEYS) for path in mounted)
        or running("etcd-backup", spec) is not None
    )


def _pod(job: CronJob) -> PodSpec:
    return job.spec.job_template.spec.template.spec
