"""`readiness serve` and `readiness slack check`."""

import asyncio
import gc
import sys

from bot.commands import setting
from bot.commands.options import Where
from bot.commands.stopping import until_stopped
from bot.serve import doctor
from bot.serve.endpoint import address
from bot.serve.logs import start_logging
from bot.serve.process import serving
from bot.serve.tokens import tokens
from checks.errors import UsageError
from handlers.conversation.likeness import learnt

TURN = 0.0005
"""Seconds for which one thread may keep the others waiting: a cluster is judged beside what acknowledges."""


def run(
    where: Where,
    *,
    http: str | None,
    worker: bool,
    pool_at_once: int | None,
    seconds: float,
    verbose: bool,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises `ReadinessError`."""
    if pool_at_once and not worker:
        raise UsageError(
            "--pool-at-once has no effect with --no-worker", "give it to each `readiness worker` of the pool"
        )
    listen = address(http) if http is not None else None
    found = tokens(http=http is not None)
    start_logging(verbose=verbose)
    settings = setting.settings(where)
    sys.setswitchinterval(TURN)
    _settle()
    work = serving(
        settings,
        where.kubeconfig,
        found,
        listen,
        seconds=seconds,
        worker=worker,
        pool_at_once=pool_at_once,
    )
    asyncio.run(until_stopped(work))


def _settle() -> None:
    """Read what the first question needs, and spare the collector all that stays: both stop every thread."""
    learnt()
    gc.collect()
    gc.freeze()


def check(where: Where, channels: list[str], *, http: bool) -> int:
    """Print what is in order and what is not; 1 where something is not."""
    found = tokens(http=http)
    lines = asyncio.run(doctor.examine(found, setting.settings(where), channels))
    setting.write("".join(f"{line}\n" for line in lines))
    return int(any(line.problem for line in lines))
