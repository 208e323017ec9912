"""How commands that run for ever end."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run something until SIGTERM or Ctrl-C asks to stop; it has its own time to end well."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()

    def stop(name: str) -> None:
        log.info("%s: no new work is taken, what is under way has its time to end", name)
        task.cancel()

    for it in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(it, stop, it.name)
    with suppress(asyncio.CancelledError):
        await task
