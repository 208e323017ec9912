"""Many stand-in clusters in one process: half as `fresh`, half as `well_run`.

python -m deploy.sandbox.bench.fleet_clusters N

prints one kubeconfig with the contexts cluster-000, cluster-001, … and serves until it is stopped.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final

import yaml

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.samples import fresh, well_run

SERVERS: Final = 20
"""As many have objects of their own; further clusters are these under other names. That saves memory."""


async def serve(number: int) -> None:
    """Print a kubeconfig and serve until cancelled."""
    now = datetime.now(UTC)
    samples = (fresh.fresh(now), well_run.well_run(now))
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(
                SandboxCluster(samples[it % len(samples)], options=Options(name=f"server-{it}"))
            )
            for it in range(min(number, SERVERS))
        ]
        print(yaml.safe_dump(_kubeconfig([server.url for server in servers], number)), flush=True)
        print("---", flush=True)
        await asyncio.Event().wait()


def _kubeconfig(urls: list[str], number: int) -> dict[str, Any]:
    names = [f"cluster-{it:03}" for it in range(number)]
    places = [{"name": name, "cluster": {"server": urls[it % len(urls)]}} for it, name in enumerate(names)]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": places,
        "users": [{"name": "reader", "user": {"token": "sandbox"}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": "reader"}} for name in names],
        "current-context": names[0],
    }


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
