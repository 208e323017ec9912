"""A first look without a cluster: two samples, the check on both, a change, and what it did.

    python -m deploy.sandbox.demo [--serve]

runs the program itself against stand-in API servers on this machine, with a configuration and a store in a
temporary directory. With --serve they stay up, for one's own commands, until Ctrl-C.
"""

import argparse
import asyncio
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import yaml

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import fresh, well_run
from deploy.sandbox.samples.machines import VERSION

REFRESH = timedelta(minutes=5)
"""How often samples that are served are brought up to date: what they report must not look old."""

NOTHING_READ = 2
"""From this exit code on, the program itself failed."""

WIDTH = 80
INTERRUPTED = 128 + signal.SIGINT


class Sample:
    """A cluster, and what it holds at present."""

    def __init__(self, name: str, objects: list[Manifest]) -> None:
        self.cluster = SandboxCluster(objects, options=Options(name=name, git_version=VERSION))
        self._objects = objects

    def become(self, objects: list[Manifest]) -> None:
        """Make the cluster hold these objects and no others."""
        for place in {_place(item) for item in self._objects} - {_place(item) for item in objects}:
            self.cluster.delete(*place)
        for item in objects:
            self.cluster.apply(item)
        self._objects = objects


@dataclass(frozen=True)
class Stage:
    """The clusters that are up, and the variables by which the program finds them and nothing else."""

    fresh: Sample
    well_run: Sample
    variables: Mapping[str, str]

    async def run(self, *words: str, quietly: bool = False) -> None:
        """Show a command, and run it as a person would. Raises `SystemExit` where it could not be run."""
        _say(f"$ readiness {shlex.join(words)}{' > /dev/null' if quietly else ''}")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *words),
            env=self._environment(),
            stdout=subprocess.DEVNULL if quietly else None,
        )
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                # So that it stops its store before it ends.
                process.send_signal(signal.SIGINT)
                await process.wait()
        if code >= NOTHING_READ:
            raise SystemExit(code)

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
        return kept | {"NO_PROXY": "127.0.0.1"} | dict(self.variables)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start both clusters; everything is gone afterwards."""
    now = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="readiness-demo-")))
        samples = Sample(fresh.NAME, fresh.fresh(now)), Sample(well_run.NAME, well_run.well_run(now))
        running = [await stack.enter_async_context(sample.cluster) for sample in samples]
        kubeconfig, configuration = folder / "kubeconfig", folder / "readiness.yaml"
        kubeconfig.write_text(yaml.safe_dump(_merged(running)), encoding="utf-8")
        configuration.write_text(yaml.safe_dump(well_run.configuration(now)), encoding="utf-8")
        variables = {
            "KUBECONFIG": str(kubeconfig),
            "READINESS_CONFIG": str(configuration),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
        }
        yield Stage(*samples, variables)


def _merged(clusters: Sequence[SandboxCluster]) -> Manifest:
    """Return one kubeconfig for all."""
    single = [cluster.kubeconfig() for cluster in clusters]
    parts = {key: [item for config in single for item in config[key]] for key in ("clusters", "contexts")}
    return {**single[0], **parts}


def _place(item: Manifest) -> tuple[str, str, str]:
    group, _, _ = item["apiVersion"].rpartition("/")
    kind = f"{item['kind']}.{group}" if group else item["kind"]
    return kind, item["metadata"].get("namespace", ""), item["metadata"]["name"]


async def show() -> None:
    """Tell the story."""
    async with stage() as ready:
        _headline(
            "Two sample clusters are up on this machine. First `fresh`: kubeadm's defaults, two days old."
        )
        await ready.run("check", fresh.NAME)
        _headline(
            "`well-run` has three zones, backups, monitoring, GitOps, and a team that says what it accepts:"
        )
        await ready.run("check", well_run.NAME)
        _headline(
            "Some time later on `fresh`: the crashing mailer was mended and the web front end got a"
            " disruption budget, but one worker is not heard of any more."
        )
        ready.fresh.become(fresh.changed(datetime.now(UTC)))
        await ready.run("check", fresh.NAME, quietly=True)
        await ready.run("diff", fresh.NAME)
    _headline("To try it on the samples yourself: `.venv/bin/python -m deploy.sandbox.demo --serve`")


async def serve() -> None:
    """Keep the clusters up until cancelled."""
    async with stage() as ready:
        settings = " ".join(f"{key}={shlex.quote(value)}" for key, value in ready.variables.items())
        _say(f"{fresh.NAME} and {well_run.NAME} are up until Ctrl-C. In another terminal:\n")
        _say(f"  export {settings}\n  readiness check {fresh.NAME}\n")
        while True:
            await asyncio.sleep(REFRESH.total_seconds())
            now = datetime.now(UTC)
            ready.fresh.become(fresh.fresh(now))
            ready.well_run.become(well_run.well_run(now))


def _headline(text: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    _say(f"\n{bold}{fill(text, WIDTH)}{plain}\n")


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.demo", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="keep the clusters up until Ctrl-C")
    serving = parser.parse_args().serve
    try:
        asyncio.run(_until_told(serve() if serving else show()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0 if serving else INTERRUPTED
    return 0


async def _until_told(work: Coroutine[None, None, None]) -> None:
    """Let SIGTERM end it as Ctrl-C does: with everything cleaned up."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


if __name__ == "__main__":
    sys.exit(main())
