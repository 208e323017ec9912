"""The sample clusters are judged as expected, whole and with gaps."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot import settings
from bot.settings import Settings
from checks.catalogue import CATALOGUE
from checks.engine import assess
from checks.model import Report, Status, Unread, Verdict
from checks.reads import Path as Url
from checks.reads import Read
from checks.snapshot import PLATFORM_READS, Snapshot
from checks.versions import kubernetes_releases
from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.demo.stage import Sample
from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.reading import read
from deploy.sandbox.samples import well_run
from deploy.sandbox.samples.machines import VERSION
from tests.sandbox.test_sample_objects import SAMPLES

FRESH = {
    "node-health": "pass",
    "node-zone-spread": "unknown",  # kubeadm labels no zones
    "control-plane-ha": "fail",
    "etcd-health": "fail",
    "control-plane-backup": "unknown",  # a cron job of the machine itself would not show
    "kubernetes-version": "pass",
    "version-skew": "pass",
    "cluster-autoscaler": "fail",
    "default-storage-class": "not_applicable",
    "volume-backup": "not_applicable",
    "cni": "pass",
    "cluster-dns": "fail",  # both replicas on the first node
    "kube-proxy-mode": "pass",
    "ingress-controller": "fail",
    "gateway-api": "not_applicable",
    "load-balancers": "fail",
    "service-mesh": "not_applicable",
    "pod-logs": "fail",
    "kubelet-logs": "fail",
    "control-plane-logs": "fail",
    "metrics-server": "fail",
    "metrics-store": "fail",
    "alerting": "fail",
    "tracing": "fail",
    "cluster-admins": "pass",
    "anonymous-access": "pass",
    "exposed-control-plane": "pass",
    "secret-manager": "fail",
    "network-policies": "fail",
    "network-policy-engine": "fail",  # flannel
    "pod-security": "fail",
    "privileged-workloads": "pass",
    "crash-loops": "fail",
    "image-pulls": "pass",
    "pending-pods": "pass",
    "rollouts": "fail",
    "readiness-probes": "fail",
    "resource-requests": "fail",
    "replicas": "fail",
    "disruption-budgets": "fail",
    "image-tags": "fail",
    "gitops": "fail",
    "managed-workloads": "fail",
}
CHANGED = FRESH | {
    "node-health": "fail",
    "cni": "fail",
    "crash-loops": "pass",
    "disruption-budgets": "pass",
}
WELL_RUN = dict.fromkeys(FRESH, "pass") | {
    "service-mesh": "not_applicable",
    "replicas": "waived",
}
GOOD = {Status.PASS, Status.NOT_APPLICABLE}


def _reads() -> dict[str, Read]:
    return {
        item.key: item for item in (*PLATFORM_READS, *(item for check in CATALOGUE for item in check.reads))
    }


def _collected(name: str, folder: Path, faults: Faults = NO_FAULTS) -> Snapshot:
    objects, options = SAMPLES[name](datetime.now(UTC)), Options(name=name, git_version=VERSION)
    return _of_cluster(SandboxCluster(objects, options=options, faults=faults), name, folder)


def _of_cluster(cluster: SandboxCluster, name: str, folder: Path) -> Snapshot:
    """Read a cluster over HTTP; the tables of versions are looked at on the day that they are of."""

    async def collect() -> Snapshot:
        async with cluster:
            return await read(cluster, list(_reads().values()))

    snapshot = asyncio.run(collect())
    assert not any(seen.path.endswith("/secrets") for seen in cluster.requests)
    snapshot = replace(snapshot, cluster=name, today=kubernetes_releases().as_of)
    entry = _settings(folder).find(name)
    return replace(snapshot, facts=entry.facts) if entry else snapshot


def _settings(folder: Path) -> Settings:
    path = folder / "readiness.yaml"
    path.write_text(yaml.safe_dump(well_run.configuration(datetime.now(UTC))))
    return settings.load(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def snapshots(folder: Path) -> dict[str, Snapshot]:
    return {name: _collected(name, folder) for name in SAMPLES}


@pytest.fixture(scope="module")
def judge(folder: Path) -> Callable[[Snapshot], Report]:
    config = _settings(folder)

    def judged(snapshot: Snapshot) -> Report:
        now, waivers = datetime.now(UTC), config.accepted()
        return assess(snapshot, CATALOGUE, now=now, run_id="r", waivers=waivers, attestations=config.signed())

    return judged


def _statuses(report: Report) -> dict[str, str]:
    return {result.id: "waived" if result.waived else str(result.status) for result in report.results}


@pytest.mark.parametrize(
    ("name", "statuses", "verdict"),
    [
        ("fresh", FRESH, Verdict.NOT_READY),
        ("changed", CHANGED, Verdict.NOT_READY),
        ("well-run", WELL_RUN, Verdict.READY),
    ],
)
def test_each_sample_is_judged_as_expected(
    name: str,
    statuses: Mapping[str, str],
    verdict: Verdict,
    snapshots: Mapping[str, Snapshot],
    judge: Callable[[Snapshot], Report],
) -> None:
    report = judge(snapshots[name])
    assert _statuses(report) == statuses
    assert report.verdict is verdict
    assert report.unread == ()
    assert report.platform.distribution == "kubeadm"


@pytest.mark.parametrize(
    ("name", "owners"),
    [("fresh", {"storefront", "messaging", ""}), ("well-run", {"platform"})],
)
def test_findings_are_their_teams(
    name: str, owners: set[str], snapshots: Mapping[str, Snapshot], judge: Callable[[Snapshot], Report]
) -> None:
    report = judge(snapshots[name])
    assert {finding.owner for result in report.results for finding in result.findings} == owners


# --- with gaps ----------------------------------------------------------------------------------------------


def _without(snapshot: Snapshot, item: Read) -> Snapshot:
    """Return a snapshot as it would be, had this read been forbidden."""
    gone = item.key
    return replace(
        snapshot,
        records={key: value for key, value in snapshot.records.items() if key != gone},
        objects={key: value for key, value in snapshot.objects.items() if key != gone},
        texts={key: value for key, value in snapshot.texts.items() if key != gone},
        unread={**snapshot.unread, gone: item.unread("forbidden")},
    )


def _without_group(snapshot: Snapshot, group: str) -> Snapshot:
    """Return a snapshot as it would be, had discovery not learnt what a group serves."""
    groups = {name: served for name, served in snapshot.groups.items() if name != group}
    unread = Unread("get", f"/apis/{group}", "", "its API server does not answer")
    return replace(snapshot, groups={**groups, group: frozenset()}, unread_groups={group: unread})


def _gaps(snapshot: Snapshot) -> Iterable[tuple[str, Snapshot]]:
    for item in _reads().values():
        yield item.key, _without(snapshot, item)
    for group in {item.kind.group for item in _reads().values() if not isinstance(item, Url)} - {""}:
        yield f"discovery of {group}", _without_group(snapshot, group)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_gap_makes_a_status_or_the_verdict_better(
    name: str, snapshots: Mapping[str, Snapshot], judge: Callable[[Snapshot], Report]
) -> None:
    whole = judge(snapshots[name])
    before = {result.id: result.status for result in whole.results}
    better: list[tuple[str, str, str, str]] = []
    for gap, snapshot in _gaps(snapshots[name]):
        report = judge(snapshot)
        better += [
            (gap, result.id, before[result.id], result.status)
            for result in report.results
            if result.status is Status.ERROR or (result.status in GOOD and result.status != before[result.id])
        ]
        if report.verdict is Verdict.READY and whole.verdict is not Verdict.READY:
            better.append((gap, "verdict", whole.verdict, report.verdict))
    assert better == []


@pytest.mark.parametrize("name", ["fresh", "well-run"])
@pytest.mark.parametrize(
    "key", ["pods", "nodes", "deployments.apps", "clusterroles.rbac.authorization.k8s.io"]
)
def test_a_gap_over_the_wire_is_judged_as_one_that_was_made(
    name: str, key: str, folder: Path, snapshots: Mapping[str, Snapshot], judge: Callable[[Snapshot], Report]
) -> None:
    forbidden = judge(_collected(name, folder, Faults(forbid={key})))
    made = judge(_without(snapshots[name], _reads()[key]))
    assert [str(item) for item in forbidden.unread] == [f"list {key}: forbidden"]
    assert _statuses(forbidden) == _statuses(made)


def test_everything_but_discovery_forbidden_leaves_nothing_good(
    snapshots: Mapping[str, Snapshot], judge: Callable[[Snapshot], Report]
) -> None:
    snapshot = snapshots["well-run"]
    for item in _reads().values():
        snapshot = _without(snapshot, item)
    assert set(_statuses(judge(snapshot)).values()) == {"unknown"}


def test_a_sample_that_is_served_moves_on(folder: Path, judge: Callable[[Snapshot], Report]) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3)
    sample = Sample("well-run", well_run.well_run, long_ago)
    sample.refresh(datetime.now(UTC))
    assert _statuses(judge(_of_cluster(sample.cluster, "well-run", folder))) == WELL_RUN
