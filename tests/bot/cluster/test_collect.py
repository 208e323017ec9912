"""Reading a cluster over HTTP: what is kept, and what every fault comes to."""

import pytest

from bot.cluster import client, paging
from bot.cluster.collect import Progress
from bot.version import USER_AGENT
from checks.errors import ClusterError
from checks.model import Unread
from checks.reads import Get, lists
from checks.reads import Path as PathRead
from checks.records.cluster import CONFIG_MAPS, NAMESPACES, NODES
from checks.records.gateway import GATEWAYS
from checks.records.pods import PODS
from checks.records.velero import VELERO_SCHEDULES
from checks.records.workloads import DEPLOYMENTS
from checks.snapshot import UnreadError
from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import ALWAYS, Dose, Faults
from deploy.sandbox.reading import read
from tests.bot.cluster.manifests import pod, small_cluster

READS = lists(PODS, DEPLOYMENTS)
MANY = 1203


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Page and retry as always, only with smaller numbers."""
    monkeypatch.setattr(paging, "PAGE", 100)
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(client, "LONGEST_PAUSE", 0.01)


async def test_lists_are_read_page_by_page_and_pods_are_folded() -> None:
    async with SandboxCluster(small_cluster(MANY)) as cluster:
        snapshot = await read(cluster, READS)
        pages = [seen for seen in cluster.requests if seen.path == "/api/v1/pods"]
    (cart,) = snapshot.list(PODS)
    assert (cart.kind, cart.name, cart.pods, cart.ready_nodes) == (
        "Deployment",
        "cart",
        MANY,
        {"worker-1": MANY},
    )
    assert [seen.query.get("limit") for seen in pages] == ["100"] * 13
    assert all("resourceVersion" not in seen.query for seen in pages)
    assert snapshot.uid == "uid-of-kube-system"
    assert not snapshot.unread


async def test_only_what_is_declared_is_read_and_the_program_says_who_it_is() -> None:
    async with SandboxCluster(small_cluster()) as cluster:
        await read(cluster, READS)
        seen = cluster.requests
    assert {request.path for request in seen} == {
        "/api", "/apis", "/version", "/api/v1/nodes", "/api/v1/namespaces/kube-system",
        "/api/v1/pods", "/apis/apps/v1/deployments",
    }  # fmt: skip
    assert {request.method for request in seen} == {"GET"}
    assert all(request.headers["User-Agent"] == USER_AGENT for request in seen)
    assert not any("watch" in request.query for request in seen)


async def test_an_older_server_without_aggregated_discovery_is_read_alike() -> None:
    async with SandboxCluster(small_cluster()) as cluster:
        new = await read(cluster, READS)
    async with SandboxCluster(small_cluster(), options=Options(aggregated_discovery=False)) as cluster:
        old = await read(cluster, READS)
    assert old.list(PODS) == new.list(PODS)
    assert old.groups.keys() == new.groups.keys()


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(expire=3, only={"pods"}), id="a list that expires is read anew"),
        pytest.param(
            Faults(expire=3, expire_always=True, only={"pods"}), id="one that expires again is read whole"
        ),
        pytest.param(Faults(throttle=Dose(first=7), retry_after=0), id="429"),
        pytest.param(Faults(drop=Dose(first=3), only={"pods"}), id="cut answers"),
        pytest.param(Faults(drop=Dose(share=0.1), seed=4), id="a tenth of all answers cut"),
        pytest.param(Faults(status={"pods": (503, Dose(first=3))}), id="503 for a while"),
        pytest.param(Faults(status={"pods": (500, Dose(first=3))}), id="500 for a while"),
        pytest.param(Faults(nulls={"metadata.annotations", "Pod:spec.initContainers"}), id="nulls"),
    ],
)
async def test_what_passes_costs_nothing(faults: Faults) -> None:
    async with SandboxCluster(small_cluster(MANY), faults=faults) as cluster:
        snapshot = await read(cluster, READS)
    assert not snapshot.unread
    assert [(group.name, group.pods) for group in snapshot.list(PODS)] == [("cart", MANY)]


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        pytest.param(Faults(forbid={"pods"}), "forbidden", id="forbidden"),
        pytest.param(Faults(status={"pods": (503, ALWAYS)}), "HTTP 503", id="503 for good"),
        pytest.param(Faults(drop=ALWAYS, only={"pods"}), "the answer was cut off", id="cut for good"),
        pytest.param(
            Faults(throttle=ALWAYS, retry_after=0, only={"pods"}), "throttled (429)", id="429 for good"
        ),
        pytest.param(Faults(stall={"pods"}), "not read within 1 s", id="never answered"),
        pytest.param(
            Faults(garble={"Pod/shop/cart-abc-0"}), "1 of 4 objects could not be decoded", id="malformed"
        ),
    ],
)
async def test_what_cannot_be_read_is_said_and_the_rest_stands(faults: Faults, reason: str) -> None:
    async with SandboxCluster(small_cluster(), faults=faults) as cluster:
        snapshot = await read(cluster, READS, seconds=1)
    assert set(snapshot.unread) == {"pods"}
    unread = snapshot.unread["pods"]
    assert (unread.verb, unread.resource, unread.group) == ("list", "pods", "")
    assert unread.reason.startswith(reason)
    with pytest.raises(UnreadError, match="list pods"):
        snapshot.list(PODS)
    assert [item.name for item in snapshot.list(DEPLOYMENTS)] == ["cart"]


async def test_pages_that_were_read_before_a_fault_stand() -> None:
    cluster = SandboxCluster(small_cluster(MANY), faults=Faults(drip=20_000, only={"pods"}))
    async with cluster:
        snapshot = await read(cluster, READS, seconds=3)
    assert snapshot.unread["pods"].reason == "not read within 3 s"
    with pytest.raises(UnreadError):
        list(snapshot.each(PODS))
    (cart,) = snapshot.records["pods"]
    assert 0 < getattr(cart, "pods", 0) < MANY


async def test_one_malformed_object_costs_that_object() -> None:
    faults = Faults(garble={"Pod/shop/cart-abc-7"})
    async with SandboxCluster(small_cluster(MANY), faults=faults) as cluster:
        snapshot = await read(cluster, READS)
    (cart,) = snapshot.records["pods"]
    assert getattr(cart, "pods", 0) == MANY - 1


async def test_a_kind_that_is_not_served_is_not_installed_even_where_its_list_is_forbidden() -> None:
    async with SandboxCluster(small_cluster(), faults=Faults(forbid={"gateways"})) as cluster:
        snapshot = await read(cluster, lists(GATEWAYS))
    assert snapshot.list(GATEWAYS) == ()
    assert not snapshot.unread


async def test_a_group_whose_api_server_does_not_answer_is_unread_not_absent() -> None:
    service = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.velero.io"},
        "spec": {"group": "velero.io", "version": "v1", "service": {"name": "x", "namespace": "y"}},
        "status": {"conditions": [{"type": "Available", "status": "False", "reason": "ServiceNotFound"}]},
    }
    async with SandboxCluster([*small_cluster(), service]) as cluster:
        snapshot = await read(cluster, lists(VELERO_SCHEDULES))
    with pytest.raises(UnreadError, match=r"velero\.io"):
        snapshot.list(VELERO_SCHEDULES)


async def test_named_objects_and_paths() -> None:
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
        "data": {"config.conf": "mode: ipvs"},
    }
    there = Get(CONFIG_MAPS, "kube-system", "kube-proxy")
    absent = Get(CONFIG_MAPS, "kube-system", "nothing")
    forbidden = Get(NAMESPACES, "", "shop")
    health = PathRead("/readyz?verbose")
    faults = Faults(failing={"etcd"}, forbid={"get:namespaces"})
    async with SandboxCluster([*small_cluster(), settings], faults=faults) as cluster:
        snapshot = await read(cluster, (there, absent, forbidden, health))
    found = snapshot.get(CONFIG_MAPS, "kube-system", "kube-proxy")
    assert found
    assert found.data == {"config.conf": "mode: ipvs"}
    assert snapshot.get(CONFIG_MAPS, "kube-system", "nothing") is None
    assert snapshot.unread[forbidden.key] == Unread("get", "namespaces/shop", "", "forbidden")
    assert "[-]etcd failed" in snapshot.text("/readyz?verbose")
    assert snapshot.version == "v1.36.2"


async def test_progress_counts_reads_and_objects() -> None:
    told: list[tuple[int, int, int]] = []

    def tell(progress: Progress) -> None:
        told.append((progress.done, progress.total, progress.objects))

    async with SandboxCluster(small_cluster(MANY)) as cluster:
        await read(cluster, READS, tell=tell)
    assert told[0] == (0, 5, 0)
    assert told[-1] == (5, 5, MANY + 3)


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        pytest.param(Faults(html=True), "answered a web page", id="HTML"),
        pytest.param(Faults(unauthorized=True), "does not accept the credentials", id="expired token"),
        pytest.param(Faults(forbid={"*", "/*"}), "forbids even discovery", id="no permission at all"),
        pytest.param(Faults(forbid={"*"}), "nothing could be read", id="no permission but discovery"),
        pytest.param(Faults(stall={"/apis"}), "did not answer within 1 s", id="discovery hangs"),
    ],
)
async def test_where_nothing_can_be_read_one_sentence_says_why(faults: Faults, words: str) -> None:
    async with SandboxCluster(small_cluster(), faults=faults) as cluster:
        with pytest.raises(ClusterError, match=words) as caught:
            await read(cluster, READS, seconds=1)
    assert "\n" not in str(caught.value)


async def test_a_server_that_is_no_kubernetes_api() -> None:
    async with SandboxCluster([], faults=Faults(status={"/api": (404, ALWAYS)})) as cluster:
        with pytest.raises(ClusterError, match="cannot be read: not found"):
            await read(cluster, READS)


async def test_an_empty_cluster_is_read() -> None:
    async with SandboxCluster([]) as cluster:
        snapshot = await read(cluster, READS)
    assert snapshot.list(NODES) == ()
    assert snapshot.platform.management is None


async def test_a_pod_is_counted_once_however_often_the_list_starts_anew() -> None:
    objects = [*small_cluster(250), pod("bare", "other")]
    async with SandboxCluster(objects, faults=Faults(expire=2, only={"pods"})) as cluster:
        snapshot = await read(cluster, READS)
    assert sum(group.pods for group in snapshot.list(PODS)) == 251
