"""Read a running sandbox cluster as the program does: from a kubeconfig file, over HTTP."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.cluster import kubeconfig
from bot.cluster.collect import Tell, collect
from bot.cluster.credentials import connect
from checks.reads import Read
from checks.snapshot import Snapshot
from deploy.sandbox.cluster import SandboxCluster


async def read(
    cluster: SandboxCluster, reads: Sequence[Read], *, seconds: float = 60, tell: Tell = lambda _: None
) -> Snapshot:
    """Read a cluster. Raises what the collector raises."""
    with tempfile.TemporaryDirectory() as folder:
        known = kubeconfig.load(_written(cluster, folder))
        async with connect(known, known.current) as client:
            return await collect(client, known.current, reads, seconds=seconds, tell=tell)


def _written(cluster: SandboxCluster, folder: str) -> str:
    path = Path(folder, "kubeconfig")
    path.write_text(yaml.safe_dump(cluster.kubeconfig()))
    return str(path)
