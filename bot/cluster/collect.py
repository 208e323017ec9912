"""From declared reads to a snapshot: every read is a task with an outcome of its own.

What cannot be read is filed with the reason, and nothing ever waits longer than the deadline.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cluster.client import Client
from bot.cluster.discovery import discover
from bot.cluster.reading import Collected, Reader
from checks.errors import ClusterError
from checks.reads import Get, Path, Read
from checks.records.cluster import NAMESPACES
from checks.snapshot import PLATFORM_READS, Facts, Snapshot

AT_ONCE = 6
"""Reads under way at one time: enough to keep one core busy, few enough for a small API server."""

UID = Get(NAMESPACES, "", "kube-system")
"""Its UID is the cluster's: it lives as long as the cluster does."""

BASE_READS: tuple[Read, ...] = (*PLATFORM_READS, UID)


@dataclass
class Progress:
    """How far a reading is."""

    total: int = 0
    done: int = 0
    objects: int = 0


Tell = Callable[[Progress], None]


async def collect(
    client: Client,
    cluster: str,
    reads: Iterable[Read],
    *,
    seconds: float,
    facts: Facts | None = None,
    tell: Tell = lambda _: None,
) -> Snapshot:
    """Read a cluster within `seconds`.

    Raises `ClusterError` where nothing could be read at all.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    wanted = {read.key: read for read in (*BASE_READS, *reads)}
    try:
        async with asyncio.timeout_at(deadline):
            found = await discover(client, _groups(wanted.values()))
    except TimeoutError as error:
        raise ClusterError(f"{client.server} did not answer within {_rounded(seconds)} s") from error
    readers = [Reader(client, found, read) for read in wanted.values()]
    await _run_all(readers, deadline, seconds, tell)
    collected = Collected()
    for reader in readers:
        reader.file(collected)
    _something_was_read(client, readers)
    uid = collected.objects.get(UID.key)
    now = datetime.now(UTC)
    return Snapshot(
        cluster=cluster,
        uid=uid.metadata.uid if isinstance(uid, NAMESPACES.record) else "",
        taken_at=now,
        today=now.date(),
        groups=found.groups,
        records=collected.records,
        objects=collected.objects,
        texts=collected.texts,
        unread=collected.unread,
        unread_groups={group: found.stale[group] for group in _groups(wanted.values()) & found.stale.keys()},
        facts=facts or Facts(),
    )


async def _run_all(readers: list[Reader], deadline: float, seconds: float, tell: Tell) -> None:
    progress = Progress(total=len(readers))
    places = asyncio.Semaphore(AT_ONCE)

    async def one(reader: Reader) -> None:
        async with places:
            await reader.run()
        progress.done += 1
        progress.objects += reader.objects
        tell(progress)

    tell(progress)
    # The deadline's TimeoutError is no failure: what was read until then stands.
    with suppress(TimeoutError):
        async with asyncio.timeout_at(deadline), asyncio.TaskGroup() as group:
            # Pods first: they are the longest list, and everything else fits beside them.
            for reader in sorted(readers, key=Reader.turn):
                group.create_task(one(reader))
    for reader in readers:
        if not reader.settled:
            reader.reason = f"not read within {_rounded(seconds)} s"


def _rounded(seconds: float) -> str:
    """Return what was left of the deadline to a tenth: connecting took its share of it."""
    return f"{round(seconds, 1):g}"


def _groups(reads: Iterable[Read]) -> set[str]:
    return {read.kind.group for read in reads if not isinstance(read, Path)}


def _something_was_read(client: Client, readers: list[Reader]) -> None:
    """Raise where not one object was answered: a report would be nothing but unknowns."""
    if any(reader.answered for reader in readers):
        return
    if any(reader.unauthorized for reader in readers):
        raise ClusterError(
            f"{client.server} does not accept the credentials (401): they are wrong or have expired",
            "log in again, or renew the token or certificate in the kubeconfig",
        )
    reasons = sorted({reader.reason for reader in readers if reader.reason})
    lacking = "see what these credentials lack with `readiness rbac --can-i`"
    unwell = "see what `kubectl get --raw '/readyz?verbose'` says of the API server"
    raise ClusterError(
        f"nothing could be read of {client.server}: {', '.join(reasons)}",
        lacking if "forbidden" in reasons else unwell,
    )
