"""How the well-run cluster gets worse while somebody looks, and is mended again."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from deploy.sandbox.demo.stage import Sample
from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import well_run
from deploy.sandbox.slack.people import People

PLACE: Final = "#general"
"""Where it is talked about; everybody's own conversation has #ops."""
PAUSE: Final = 60.0
"""Seconds from one step to the next."""
WORKER: Final = "worker-c2"
GONE: Final = ("monitoring", "tracing", "velero")
_NAME: Final = "app.kubernetes.io/name"

Change = Callable[[list[Manifest], datetime], list[Manifest]]
"""Takes a cluster's objects as they are at a time, and returns them as they are after the change."""


@dataclass(frozen=True)
class Step:
    """Something that happens to the cluster, and who tells of it how."""

    who: str
    says: str
    change: Change


class Decline:
    """Plays every step, the mending, and then all of it again. After each, carol has the cluster checked."""

    def __init__(self, sample: Sample, people: People, pause: float = PAUSE) -> None:
        self._sample, self._people, self._pause = sample, people, pause

    async def go_on(self) -> None:
        """Play until cancelled."""
        await self._check()
        while True:
            for number, step in enumerate(STEPS, 1):
                await asyncio.sleep(self._pause)
                self._sample.become(after(STEPS[:number]))
                await self._tell(step.who, step.says)
            await asyncio.sleep(2 * self._pause)
            self._sample.become(well_run.well_run)
            await self._tell("bob", "All of it is mended. Thanks, everybody!")
            await asyncio.sleep(self._pause)

    async def _tell(self, who: str, says: str) -> None:
        await self._people.say(who, PLACE, says)
        await self._check()

    async def _check(self) -> None:
        await self._people.command("carol", PLACE, well_run.NAME)


def after(steps: Sequence[Step]) -> Callable[[datetime], list[Manifest]]:
    """Return what makes the cluster as it is after some steps."""

    def make(now: datetime) -> list[Manifest]:
        objects = well_run.well_run(now)
        for step in steps:
            objects = step.change(objects, now)
        return objects

    return make


def _hurry(objects: list[Manifest], _now: datetime) -> list[Manifest]:
    """Release the cart by hand: the newest image, without a budget."""
    left = [it for it in objects if it["kind"] != "PodDisruptionBudget" or not _of(it, "cart")]
    [cart] = (it for it in left if it["kind"] == "Deployment" and _of(it, "cart"))
    [main] = cart["spec"]["template"]["spec"]["containers"]
    main["image"] = "registry.example.com/shop/cart:latest"
    return left


def _crash(objects: list[Manifest], now: datetime) -> list[Manifest]:
    """Let the mailer end as soon as it starts."""
    failed = {"exitCode": 1, "reason": "Error", "finishedAt": _stamp(now - timedelta(seconds=20))}
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 1m20s restarting failed container"}
    for item in objects:
        if item["kind"] == "Pod" and _of(item, "mailer"):
            [status] = item["status"]["containerStatuses"]
            status |= {"ready": False, "started": False, "restartCount": 7}
            status |= {"state": {"waiting": waiting}, "lastState": {"terminated": failed}}
            _unready(item, "ContainersNotReady", now)
        if item["kind"] in ("Deployment", "ReplicaSet") and _of(item, "mailer"):
            item["status"] |= {"readyReplicas": 0, "availableReplicas": 0}
    return objects


def _lose(objects: list[Manifest], _now: datetime) -> list[Manifest]:
    """Let the namespaces of monitoring, tracing and backups be deleted."""
    kept = [it for it in objects if it["metadata"].get("namespace") not in GONE]
    return [it for it in kept if it["kind"] != "Namespace" or it["metadata"]["name"] not in GONE]


def _silence(objects: list[Manifest], now: datetime) -> list[Manifest]:
    """Let a worker not be heard of any more."""
    since = _stamp(now - timedelta(minutes=6))
    said = {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
    for item in objects:
        if item["kind"] == "Node" and item["metadata"]["name"] == WORKER:
            for condition in item["status"]["conditions"]:
                condition |= {"status": "Unknown", "lastTransitionTime": since, **said}
        elif item["kind"] == "Pod" and item["spec"].get("nodeName") == WORKER:
            _unready(item, "NodeLost", now)
    return objects


STEPS: Final = (
    Step("bob", "cart 2.9.1 is out: pushed by hand, it was urgent. I tidied up a bit, too.", _hurry),
    Step("bob", "Did anybody get a mail from the shop since the release?", _crash),
    Step("bob", "That was the wrong context: `monitoring`, `tracing` and `velero` are no more.", _lose),
    Step("alice", f"Somebody unplugged something in eu-1c: {WORKER} is gone.", _silence),
)


def _of(item: Manifest, name: str) -> bool:
    """Whether an object is of a program of the shop."""
    metadata = item["metadata"]
    return bool(metadata.get("namespace") == "shop" and metadata.get("labels", {}).get(_NAME) == name)


def _unready(item: Manifest, reason: str, now: datetime) -> None:
    for condition in item["status"]["conditions"]:
        if condition["type"] in ("Ready", "ContainersReady"):
            condition |= {"status": "False", "reason": reason}
            condition |= {"lastTransitionTime": _stamp(now - timedelta(minutes=5))}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
