"""`readiness worker`."""

import asyncio
from collections.abc import Sequence

from bot.commands import setting
from bot.commands.options import Where
from bot.commands.stopping import until_stopped
from bot.reach import selection
from bot.serve.logs import start_logging
from bot.serve.working import working
from checks.errors import UsageError


def run(
    where: Where,
    *,
    clusters: Sequence[str] | None,
    environment: str | None,
    pool: str,
    at_once: int,
    pool_at_once: int | None,
    seconds: float,
    verbose: bool,
) -> None:
    """Read clusters for the bots until SIGTERM or Ctrl-C. `clusters` may hold several, parted by commas.

    Null is everything; `""`, as of a variable that is not set, is nothing and raises `UsageError`.
    """
    start_logging(verbose=verbose)
    settings = setting.settings(where)
    names = [name for one in clusters or () for part in one.split(",") if (name := part.strip())]
    if (clusters is not None and not names) or environment == "":
        raise UsageError("no cluster is named", "without --clusters and --environment it reads all it can")
    reach = selection(settings, where.kubeconfig, names, environment or "", pool)
    work = working(settings, reach, at_once=at_once, pool_at_once=pool_at_once, seconds=seconds)
    asyncio.run(until_stopped(work))
