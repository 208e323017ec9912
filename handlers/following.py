"""Waiting for a run: with the root message kept true, and through a store that is away for a while."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from msgspec import structs

from checks.errors import StoreError
from handlers.delivery.outlets import Outlet
from handlers.desk import Desk
from handlers.ports import Progress, State
from handlers.render.message import Message

T = TypeVar("T")

STEP = 0.25
"""Seconds between two looks."""

PATIENCE = 120.0
"""Seconds without a sign of life from a worker after which a run is given up here."""

UNSERVED = 5.0
"""Seconds without a sign of life after which it is asked whether there is a worker at all."""

STORE_PATIENCE = 60.0
"""Seconds that the store may be away before that is told as the reason."""

LONGEST = 1800.0
"""Seconds that anybody waits for a run in all."""

log = logging.getLogger(__name__)


async def follow(
    desk: Desk, outlet: Outlet, run_id: str, shown: Message, drawn: Callable[[Progress], Message]
) -> Progress | None:
    """Edit the root message, `shown` at first, until the run has ended; null where nobody knows of it."""
    began = heard = desk.now()
    known: Progress | None = None
    while True:
        progress = await patiently(desk, lambda: desk.runs.progress(run_id))
        if progress is None or progress.finished:
            return progress
        # What counts is that the beat goes on: the worker's clock may differ.
        if known is None or progress.beat != known.beat:
            heard = desk.now()
        known = progress
        if _since(desk, heard) > UNSERVED:
            progress = structs.replace(progress, unserved=not await _served(desk, progress.cluster))
        if _since(desk, heard) > PATIENCE or _since(desk, began) > LONGEST:
            return _given_up(progress, _since(desk, heard))
        message = drawn(progress)
        if message != shown:
            shown = message
            await outlet.edit(message, now_or_never=True)
        await desk.sleep(STEP)


async def patiently(desk: Desk, work: Callable[[], Awaitable[T]]) -> T:
    """Ask the store again where it is away. Raises `StoreError` where it stays so."""
    began = desk.now()
    while True:
        try:
            return await work()
        except StoreError as error:
            if _since(desk, began) > STORE_PATIENCE:
                raise
            log.info("the store is away, asked again: %s", error)
        await desk.sleep(4 * STEP)


async def _served(desk: Desk, cluster: str) -> bool:
    """Whether a worker serves a cluster; it may, where that cannot be seen."""
    try:
        return await desk.roster.served(cluster)
    except StoreError as error:
        log.info("who serves %s cannot be seen: %s", cluster, error)
        return True


def _given_up(progress: Progress, silent: float) -> Progress:
    if progress.unserved:
        error = f"no worker serves {progress.cluster}"
        hint = f"start one where it can be reached: `readiness worker --clusters {progress.cluster}`"
    elif silent > PATIENCE:
        error, hint = f"no worker has been heard of for {silent / 60:.0f} min", "is a worker up?"
    else:
        error, hint = (
            f"it has taken more than {LONGEST / 60:.0f} min",
            "ask again; the log of the worker says more",
        )
    return Progress(
        run_id=progress.run_id,
        cluster=progress.cluster,
        state=State.FAILED,
        error=error,
        hint=hint,
        asked=progress.asked,
        beat=progress.beat,
    )


def _since(desk: Desk, moment: datetime) -> float:
    return (desk.now() - moment).total_seconds()
