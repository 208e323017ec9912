"""Read a sandbox cluster as the program does: from a kubeconfig file, over HTTP."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.cluster import kubeconfig
from bot.cluster.collect import Progress, Tell, collect
from bot.cluster.credentials import connect
from checks.reads import Read
from checks.snapshot import Snapshot
from deploy.sandbox.cluster import SandboxCluster


def ignore(_: Progress) -> None:
    """Take no notice of progress."""


async def read(
    cluster: SandboxCluster, folder: Path, reads: Sequence[Read], *, seconds: float = 20, tell: Tell = ignore
) -> Snapshot:
    """Read a running cluster."""
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(cluster.kubeconfig()))
    known = kubeconfig.load(str(path))
    async with connect(known, known.current) as client:
        return await collect(client, "sandbox", reads, seconds=seconds, tell=tell)
