"""Which clusters a worker reads, and what its pool is called."""

from pathlib import Path

import pytest
import yaml

from bot.reach import POOL, Reach, everything, selection
from bot.settings import ClusterEntry, Settings
from checks.errors import UsageError

ENTRIES = (
    ClusterEntry(name="cluster-a", aliases=("eu",), environment="prod", context="c1"),
    ClusterEntry(name="cluster-b", environment="prod", context="c2"),
    ClusterEntry(name="dev", environment="dev", context="gone"),
)
SETTINGS = Settings(clusters=ENTRIES)


@pytest.fixture
def kubeconfig(tmp_path: Path) -> str:
    path = tmp_path / "config"
    contexts = [{"name": name, "context": {"user": name}} for name in ("c1", "c2", "arn:aws:eks/X")]
    path.write_text(yaml.safe_dump({"contexts": contexts}))
    return str(path)


def names(reach: Reach) -> list[str]:
    return [cluster.name for cluster in reach.clusters]


def test_everything_is_what_leads_somewhere(kubeconfig: str) -> None:
    reach = everything(SETTINGS, kubeconfig)
    assert (names(reach), reach.pool, reach.chosen) == (["cluster-a", "cluster-b"], "default", False)
    assert reach.clusters[0].aliases == ("eu",)
    assert names(everything(Settings(), kubeconfig)) == ["c1", "c2", "arn:aws:eks/X"]
    # What does not says why to whoever asks for it.
    with pytest.raises(UsageError, match="the cluster dev means context gone"):
        reach.resolve("dev")


@pytest.mark.parametrize(
    ("asked", "environment", "found", "pool"),
    [
        (["cluster-a"], "", ["cluster-a"], "clusters-cluster-a"),
        (["eu", "cluster-a"], "", ["cluster-a"], "clusters-cluster-a"),
        (["cluster-b", "cluster-a"], "", ["cluster-b", "cluster-a"], "clusters-cluster-a-cluster-b-7c1076"),
        ([], "prod", ["cluster-a", "cluster-b"], "environment-prod"),
        (["arn:aws:eks/X"], "", ["arn:aws:eks/X"], "clusters-arn-aws-eks-x-bd2c14"),
    ],
)
def test_a_selection(
    kubeconfig: str, asked: list[str], environment: str, found: list[str], pool: str
) -> None:
    reach = selection(SETTINGS, kubeconfig, asked, environment)
    assert (names(reach), reach.pool, reach.chosen) == (found, pool, True)
    assert POOL.fullmatch(reach.pool)
    assert [reach.resolve(name).name for name in found] == found
    assert selection(SETTINGS, kubeconfig, [*reversed(asked)], environment).pool == pool
    assert selection(SETTINGS, kubeconfig, asked, environment, "mine").pool == "mine"


def test_the_cluster_of_a_pod_is_read_in_a_pod_only(kubeconfig: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = ClusterEntry(name="hub", in_cluster=True, environment="prod")
    settings = Settings(clusters=(*ENTRIES, hub))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert names(everything(settings, kubeconfig)) == ["cluster-a", "cluster-b"]
    for asked, environment in ((["hub"], ""), ([], "prod")):
        with pytest.raises(UsageError, match="hub is the cluster that its reader runs in"):
            selection(settings, kubeconfig, asked, environment)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert names(everything(settings, kubeconfig)) == ["cluster-a", "cluster-b", "hub"]
    assert names(selection(settings, kubeconfig, ["hub"], "")) == ["hub"]


def test_no_other_cluster_is_held(kubeconfig: str) -> None:
    reach = selection(SETTINGS, kubeconfig, ["cluster-a"], "")
    with pytest.raises(UsageError, match="none of the clusters that this worker was told to read"):
        reach.resolve("cluster-b")


def test_selections_that_differ_are_called_differently(kubeconfig: str) -> None:
    entries = [ClusterEntry(name=name, context="c1") for name in ("a", "b", "a-b", "A", "x" * 300)]
    settings = Settings(clusters=tuple(entries))
    every = [["a"], ["b"], ["a-b"], ["A"], ["a", "b"], ["a", "b", "a-b"], ["x" * 300], ["a", "x" * 300]]
    pools = [selection(settings, kubeconfig, asked, "").pool for asked in every]
    assert len({*pools}) == len(every)
    assert all(POOL.fullmatch(pool) for pool in pools)


@pytest.mark.parametrize(
    ("asked", "environment", "pool", "said", "hint"),
    [
        (["cluster-c"], "", "", "there is no cluster cluster-c", "did you mean cluster-a or cluster-b?"),
        (["cluster-a", "dev"], "", "", "the cluster dev means context gone", ""),
        ([], "production", "", "no cluster is in the environment production", "did you mean prod?"),
        ([], "x", "", "no cluster is in the environment x", "there are: dev, prod"),
        (["cluster-a"], "prod", "", "name clusters or an environment, not both", ""),
        ([], "", "My Pool", "My Pool cannot be the name of a pool", "small letters"),
    ],
)
def test_what_cannot_be_followed(
    kubeconfig: str, asked: list[str], environment: str, pool: str, said: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        selection(SETTINGS, kubeconfig, asked, environment, pool)
    assert hint in raised.value.hint
