"""`readiness worker`."""

import asyncio
from collections.abc import Sequence

from bot.commands import setting
from bot.commands.options import Where
from bot.commands.stopping import until_stopped
from bot.reach import selection
from bot.serve.logs import start_logging
from bot.serve.working import working


def run(
    where: Where,
    *,
    clusters: Sequence[str],
    environment: str,
    pool: str,
    at_once: int,
    seconds: float,
    verbose: bool,
) -> None:
    """Read clusters for the bots until SIGTERM or Ctrl-C. `clusters` may hold several, parted by commas."""
    start_logging(verbose=verbose)
    settings = setting.settings(where)
    names = [name for one in clusters for part in one.split(",") if (name := part.strip())]
    reach = selection(settings, where.kubeconfig, names, environment, pool)
    asyncio.run(until_stopped(working(settings, reach, at_once=at_once, seconds=seconds)))
