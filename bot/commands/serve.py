"""`readiness serve` and `readiness slack check`."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from bot.commands import setting
from bot.commands.options import Where
from bot.serve import doctor
from bot.serve.endpoint import address
from bot.serve.logs import start_logging
from bot.serve.process import serving
from bot.serve.tokens import tokens

TURN = 0.0005
"""Seconds for which one thread may keep the others waiting: a cluster is judged beside what acknowledges."""


def run(where: Where, *, http: str | None, seconds: float, verbose: bool) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    listen = address(http) if http is not None else None
    found = tokens(http=http is not None)
    start_logging(verbose=verbose)
    settings = setting.settings(where)
    sys.setswitchinterval(TURN)
    asyncio.run(_until_stopped(serving(settings, where.kubeconfig, found, listen, seconds=seconds)))


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run something until a signal asks to stop; it has its own time to end well."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def check(where: Where, channels: list[str], *, http: bool) -> int:
    """Print what is in order and what is not; 1 where something is not."""
    found = tokens(http=http)
    lines = asyncio.run(doctor.examine(found, setting.settings(where), channels))
    setting.write("".join(f"{line}\n" for line in lines))
    return int(any(line.problem for line in lines))
