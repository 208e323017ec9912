"""What the demo plays on: two sample clusters, a Slack workspace, and the program between them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.program import Program
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import fresh, well_run
from deploy.sandbox.samples.machines import VERSION
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack

Make = Callable[[datetime], list[Manifest]]
"""Returns a cluster's objects as they are at a time."""


class Sample:
    """A cluster, and what it holds at present."""

    def __init__(self, name: str, make: Make, now: datetime) -> None:
        self._make, self._objects = make, make(now)
        self.cluster = SandboxCluster(self._objects, options=Options(name=name, git_version=VERSION))

    def become(self, make: Make) -> None:
        """Make the cluster hold other objects, now and whenever it is refreshed."""
        self._make = make
        self.refresh(datetime.now(UTC))

    def refresh(self, now: datetime) -> None:
        """Make the cluster hold its objects as they are now, and no others."""
        objects = self._make(now)
        for place in {_place(item) for item in self._objects} - {_place(item) for item in objects}:
            self.cluster.delete(*place)
        for item in objects:
            self.cluster.apply(item)
        self._objects = objects


@dataclass(frozen=True)
class Stage:
    """What is up."""

    slack: SandboxSlack
    fresh: Sample
    well_run: Sample
    program: Program


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start both clusters and the workspace; everything is gone afterwards."""
    now = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="readiness-demo-")))
        # Seconds stand for hours here: Slack's rates would be in the way.
        slack = await stack.enter_async_context(SandboxSlack(rates=Rates(enforce=False)))
        samples = Sample(fresh.NAME, fresh.fresh, now), Sample(well_run.NAME, well_run.well_run, now)
        running = [await stack.enter_async_context(sample.cluster) for sample in samples]
        yield Stage(slack, *samples, Program(folder, slack, _merged(running), _configuration(slack, now)))


def _configuration(slack: SandboxSlack, now: datetime) -> dict[str, Any]:
    """Return readiness.yaml: that of the one cluster's team, the other one, and who may do what."""
    known = well_run.configuration(now)
    rule = {"verbs": ["waive", "attest", "schedule"], "users": [slack.workspace.user("alice").id]}
    return known | {"clusters": [*known["clusters"], {"name": fresh.NAME}], "access": [rule]}


def _merged(clusters: Sequence[SandboxCluster]) -> Manifest:
    """Return one kubeconfig for all."""
    single = [cluster.kubeconfig() for cluster in clusters]
    parts = {key: [item for config in single for item in config[key]] for key in ("clusters", "contexts")}
    return {**single[0], **parts}


def _place(item: Manifest) -> tuple[str, str, str]:
    group, _, _ = item["apiVersion"].rpartition("/")
    kind = f"{item['kind']}.{group}" if group else item["kind"]
    return kind, item["metadata"].get("namespace", ""), item["metadata"]["name"]
