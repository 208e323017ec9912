"""The command line as a real process, against a cluster that this process serves."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import NO_FAULTS, Faults
from tests.bot.cluster.manifests import small_cluster
from tests.e2e import forked


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - JSON
        """Stdout as JSON."""
        return json.loads(self.out)


class Commands:
    """Runs `readiness` with a kubeconfig, configuration, data and working directory of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kubeconfig = folder / "kubeconfig"
        self.data = folder / "data"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_DATA_HOME": str(self.data),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(folder),
            "KUBECONFIG": str(self.kubeconfig),
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        }

    def use(self, *clusters: SandboxCluster) -> None:
        """Write a kubeconfig with these clusters as contexts, the first being current."""
        merged: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [],
            "users": [],
            "contexts": [],
        }
        for cluster in clusters:
            own = cluster.kubeconfig()
            for section in ("clusters", "users", "contexts"):
                merged[section] += own[section]
        merged["current-context"] = clusters[0].options.name
        self.kubeconfig.write_text(yaml.safe_dump(merged))

    async def start(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        """Start a command with an interpreter of its own."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *arguments),
            cwd=self.folder,
            env={**self.environment, "PYTHONPATH": str(forked.ROOT), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command to its end."""
        return Ended(*await forked.run(*arguments, cwd=self.folder, env={**self.environment, **environment}))


def sandbox(name: str = "prod", faults: Faults = NO_FAULTS) -> SandboxCluster:
    """Return a small cluster to serve."""
    return SandboxCluster(small_cluster(), options=Options(name=name), faults=faults)
