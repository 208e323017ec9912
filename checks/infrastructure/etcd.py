"""etcd: whether it answers, bears the loss of a member, and is kept from filling up."""

from collections.abc import Iterator, Sequence

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import List, Path
from checks.records.cluster import NODES
from checks.records.pods import PODS, PodGroup
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.static_pods import flags, main_container, static_pods
from checks.subjects import in_turn
from checks.words import counted

READYZ = "/readyz?verbose"
LIVEZ = "/livez?verbose"
OPENSHIFT = "openshift-etcd"
"""Where OpenShift's etcd operator runs the members; it sets their quota and defragments them itself."""

OFF = frozenset({"", "0", "0s", "0m", "0h"})
ATTEST = "look at it there and sign an attestation for etcd-health"


@check(
    "etcd-health",
    "etcd answers, has an odd number of members, and is kept from filling up",
    family=Family.INFRASTRUCTURE,
    severity=Severity.CRITICAL,
    layer=Layer.KUBERNETES,
    reads=(List(NODES), List(PODS), Path(READYZ), Path(LIVEZ)),
    remediation=(
        "See `kubectl get --raw '/readyz?verbose'` and, on a control-plane node, `etcdctl endpoint status"
        " --cluster --write-out table`; run three or five members."
    ),
    docs="https://kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd/",
    own_control_plane=True,
)
def etcd_health(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """All that a cluster knows is in etcd: without a majority of its members, or full, it takes no change."""
    doubts: list[str] = []
    yield from in_turn(_answers(snapshot, doubts), _members(snapshot, doubts))
    if doubts:
        raise Unknown("; ".join(doubts))


def _answers(snapshot: Snapshot, doubts: list[str]) -> Iterator[Passed | Finding]:
    # Some servers leave etcd out of their readiness and check it as part of being alive.
    checks = _health_checks(snapshot, READYZ) or _health_checks(snapshot, LIVEZ)
    failing = [line[3:] for line in checks if line.startswith("[-]")]
    if failing:
        yield Finding(CLUSTER, f"the API server cannot reach it: {', '.join(failing)}", rule="readyz")
    elif checks:
        yield Passed(CLUSTER, "the API server's etcd check is ok")
    else:
        doubts.append(f"neither `{READYZ}` nor `{LIVEZ}` lists a check of etcd")


def _health_checks(snapshot: Snapshot, path: str) -> list[str]:
    """Return the lines of a health answer that are about etcd, such as `[+]etcd ok`."""
    lines = [line.strip() for line in snapshot.text(path).splitlines()]
    return [line for line in lines if line[:3] in {"[+]", "[-]"} and line[3:].startswith("etcd")]


def _members(snapshot: Snapshot, doubts: list[str]) -> Iterator[Passed | Finding]:
    operated = [
        item
        for item in snapshot.each(PODS)
        if item.static and item.namespace == OPENSHIFT and item.labels.get("app") == "etcd"
    ]
    members = operated or list(static_pods(snapshot, "etcd"))
    if not members:
        yield from _voters(snapshot, doubts)
        return
    yield from _majority(len(members), [item.name for item in members])
    for item in members:
        if item.ready:
            yield Passed(_ref(item))
        else:
            yield Finding(_ref(item), "the etcd member is not ready", rule="ready")
    if not operated:
        yield from _room(snapshot, members, doubts)


def _voters(snapshot: Snapshot, doubts: list[str]) -> Iterator[Passed | Finding]:
    """Judge members inside k3s or RKE2, which only their nodes show; there may be none of those either."""
    voters = [node.name for node in snapshot.nodes if node.condition("EtcdIsVoter").status == "True"]
    if not voters:
        doubts.append(
            "no etcd member shows in the API (it runs outside the cluster, as a service of its nodes, or is"
            f" another database): {ATTEST}"
        )
        return
    yield from _majority(len(voters), voters)
    doubts.append(f"the settings of the etcd inside {voters[0]} do not show (quota, compaction): {ATTEST}")


def _majority(count: int, names: Sequence[str]) -> Iterator[Passed | Finding]:
    shown = ", ".join(sorted(names)[:5])
    if count < 3:
        message = f"{counted(count, 'etcd member')} ({shown}): the loss of one stops the cluster"
        yield Finding(CLUSTER, message, rule="members")
    elif count % 2 == 0:
        message = (
            f"{count} etcd members ({shown}): an even number bears the loss of no more than {count - 1} do"
        )
        yield Finding(CLUSTER, message, rule="members")
    else:
        yield Passed(CLUSTER, f"{count} etcd members")


def _room(snapshot: Snapshot, members: Sequence[PodGroup], doubts: list[str]) -> Iterator[Passed | Finding]:
    """Judge the flags that keep the database within its size."""
    lines = [flags(main_container(item, "etcd")) for item in members]
    if any(not line or "config-file" in line for line in lines):
        doubts.append(f"etcd's settings are in a file on its nodes (quota, compaction): {ATTEST}")
        return
    for item, line in zip(members, lines, strict=True):
        quota = line.get("quota-backend-bytes", "0")
        if quota.isdigit() and int(quota):
            yield Passed(_ref(item), f"quota {int(quota) / 2**30:.3g} GiB")
        else:
            yield Finding(
                _ref(item),
                "no --quota-backend-bytes: at the default of 2 GiB it stops taking writes",
                rule="quota",
                fix=(
                    "On its node, add `--quota-backend-bytes=8589934592` to the command in"
                    " /etc/kubernetes/manifests/etcd.yaml (kubeadm: also to `etcd.local.extraArgs` in the"
                    " ConfigMap kubeadm-config)."
                ),
            )
    yield from _compaction(snapshot, [line.get("auto-compaction-retention", "") for line in lines], doubts)


def _compaction(
    snapshot: Snapshot, retentions: Sequence[str], doubts: list[str]
) -> Iterator[Passed | Finding]:
    """Old revisions are dropped by etcd or, unless switched off there, by the API server every 5 minutes."""
    servers = static_pods(snapshot, "kube-apiserver")
    lines = [flags(main_container(item, "kube-apiserver")) for item in servers]
    intervals = [line.get("etcd-compaction-interval", "5m") for line in lines]
    if all(retention not in OFF for retention in retentions):
        yield Passed(CLUSTER, f"compaction by etcd (--auto-compaction-retention={retentions[0]})")
    elif any(interval not in OFF for interval in intervals):
        yield Passed(CLUSTER, f"compaction by the API server every {intervals[0]}")
    elif intervals:
        yield Finding(
            CLUSTER,
            "old revisions are never dropped: --etcd-compaction-interval=0 on the API server, and etcd has no"
            " --auto-compaction-retention",
            rule="compaction",
            fix="Set `--auto-compaction-retention=8h` on etcd, or drop `--etcd-compaction-interval=0`.",
        )
    else:
        doubts.append(f"whether old revisions are dropped does not show, as no API server does: {ATTEST}")


def _ref(member: PodGroup) -> Ref:
    return Ref("Pod", member.namespace, member.name)
