"""`readiness serve --no-worker` or `readiness worker` in a hurry, its clock ahead by `AHEAD` seconds."""

import asyncio
import os
import sys
import time
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from bot.commands.options import Where
from bot.commands.setting import settings
from bot.commands.stopping import until_stopped
from bot.jobs.worker import Pace
from bot.reach import everything
from bot.serve.logs import start_logging
from bot.serve.process import serving
from bot.serve.tokens import tokens
from bot.serve.working import working

CLAIM = 2.0
"""Seconds for which a digest is claimed without a sign of life: two thirds of `redelivery`."""
PACE = Pace(redelivery=1.5 * CLAIM, poll=0.25, look=0.5, post=0.5)


class _Moments(type):
    def __instancecheck__(cls, it: object) -> bool:
        return isinstance(it, datetime)


def set_clock(ahead: float) -> None:
    """Let this process take it to be later, wherever it asks for the time of day."""
    true = time.time

    class Shifted(datetime, metaclass=_Moments):
        def __new__(cls, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as it is made
            return datetime(*arguments, **named)  # noqa: DTZ001 - as it is made

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:  # noqa: ANN401 - one that is not shifted
            return datetime.fromtimestamp(true() + ahead, tz)

    for name, module in [*sys.modules.items()]:
        ours = name.partition(".")[0] in {"bot", "handlers", "docket", "apscheduler"}
        if ours and getattr(module, "datetime", None) is datetime:
            vars(module)["datetime"] = Shifted
    time.time = lambda: true() + ahead


def main() -> None:
    set_clock(float(os.environ.get("AHEAD", "0")))
    start_logging()
    configured = settings(Where(Path("readiness.yaml"), None, None))
    if sys.argv[1] == "worker":
        work = working(configured, everything(configured, None), at_once=4, seconds=60, pace=PACE)
    else:
        work = serving(configured, None, tokens(http=False), None, seconds=60, pace=PACE, worker=False)
    asyncio.run(until_stopped(work))


if __name__ == "__main__":
    main()
