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
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

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


@dataclass(frozen=True)
class Stage:
    """The clusters that are up, and the variables by which the program finds them and nothing else."""

    fresh: SandboxCluster
    well_run: SandboxCluster
    variables: Mapping[str, str]

    async def run(self, *words: str) -> None:
        """Show a command, and run it as a person would. Raises `SystemExit` where it could not be run."""
        _say(f"$ readiness {shlex.join(words)}")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", *words, env=self._environment()
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
        first, second = [
            await stack.enter_async_context(
                SandboxCluster(objects, options=Options(name=name, git_version=VERSION))
            )
            for name, objects in ((fresh.NAME, fresh.fresh(now)), (well_run.NAME, well_run.well_run(now)))
        ]
        kubeconfig, configuration = folder / "kubeconfig", folder / "readiness.yaml"
        kubeconfig.write_text(yaml.safe_dump(_merged(first, second)), encoding="utf-8")
        configuration.write_text(yaml.safe_dump(well_run.configuration(now)), encoding="utf-8")
        variables = {
            "KUBECONFIG": str(kubeconfig),
            "READINESS_CONFIG": str(configuration),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
        }
        yield Stage(first, second, variables)


def _merged(*clusters: SandboxCluster) -> Manifest:
    """Return one kubeconfig for all."""
    single = [cluster.kubeconfig() for cluster in clusters]
    parts = {key: [item for config in single for item in config[key]] for key in ("clusters", "contexts")}
    return {**single[0], **parts}


def update(cluster: SandboxCluster, before: list[Manifest], after: list[Manifest]) -> None:
    """Make a cluster what it is after a change: delete what is gone, and apply everything else."""
    for place in {_place(item) for item in before} - {_place(item) for item in after}:
        cluster.delete(*place)
    for item in after:
        cluster.apply(item)


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
        _headline("Then `well-run`: three zones, backups, monitoring, GitOps.")
        await ready.run("check", well_run.NAME)
        _headline(
            "Later on `fresh`: the crashing mailer is mended, the web front end has a disruption budget,"
            " and one worker is not heard of any more."
        )
        now = datetime.now(UTC)
        update(ready.fresh, fresh.fresh(now), fresh.changed(now))
        await ready.run("check", fresh.NAME, "--severity", "critical")
        _headline("What changed between the two runs:")
        await ready.run("diff", fresh.NAME)
    _headline(f"The samples stay up with `{Path(sys.executable).name} -m deploy.sandbox.demo --serve`.")


async def serve() -> None:
    """Keep the clusters up until cancelled."""
    async with stage() as ready:
        settings = " ".join(f"{key}={shlex.quote(value)}" for key, value in ready.variables.items())
        _say(f"{fresh.NAME} and {well_run.NAME} are up until Ctrl-C. In another terminal:\n")
        _say(f"  export {settings}\n  readiness check {fresh.NAME}\n")
        fresh_now, well_now = datetime.now(UTC), datetime.now(UTC)
        while True:
            await asyncio.sleep(REFRESH.total_seconds())
            now = datetime.now(UTC)
            update(ready.fresh, fresh.fresh(fresh_now), fresh.fresh(now))
            update(ready.well_run, well_run.well_run(well_now), well_run.well_run(now))
            fresh_now = well_now = now


def _headline(text: str) -> None:
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() and "NO_COLOR" not in os.environ else ("", "")
    _say(f"\n{bold}{text}{plain}\n")


def _say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.demo", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="keep the clusters up until Ctrl-C")
    serving = parser.parse_args().serve
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        asyncio.run(serve() if serving else show())
    except KeyboardInterrupt:
        return 0 if serving else 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
