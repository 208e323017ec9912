"""Which cluster it is, for as far as that can be had."""

from pathlib import Path

import yaml

from bot.cluster import kubeconfig
from bot.cluster.identity import uid
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import NO_FAULTS, Faults
from tests.bot.cluster.manifests import small_cluster


async def told(folder: Path, faults: Faults = NO_FAULTS, *, seconds: float = 10) -> str:
    async with SandboxCluster(small_cluster(), faults=faults) as cluster:
        path = folder / "kubeconfig"
        path.write_text(yaml.safe_dump(cluster.kubeconfig()))
        known = kubeconfig.load(str(path))
        return await uid(known, known.current, seconds=seconds)


async def test_a_cluster_is_known_by_its_namespace(tmp_path: Path) -> None:
    assert await told(tmp_path) == "uid-of-kube-system"


async def test_what_cannot_be_had_is_not_known(tmp_path: Path) -> None:
    assert await told(tmp_path, Faults(forbid={"namespaces"})) == ""
    assert await told(tmp_path, Faults(stall={"namespaces"}), seconds=0.2) == ""
    gone = tmp_path / "gone"
    gone.write_text(yaml.safe_dump(NOWHERE))
    known = kubeconfig.load(str(gone))
    assert await uid(known, known.current, seconds=0.2) == ""


NOWHERE = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "prod",
    "clusters": [{"name": "prod", "cluster": {"server": "http://127.0.0.1:9"}}],
    "users": [{"name": "prod", "user": {}}],
    "contexts": [{"name": "prod", "context": {"cluster": "prod", "user": "prod"}}],
}
