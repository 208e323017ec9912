"""`readiness serve` and `worker` in a hurry: the jobs of a process that died go to another after seconds.

So do its clusters. Of the options there are `--no-worker`, and `--clusters`.
"""

import asyncio
import sys
from pathlib import Path

from bot import presence, roster
from bot.commands.options import Where
from bot.commands.setting import settings
from bot.commands.stopping import until_stopped
from bot.jobs import pool
from bot.jobs.worker import Pace
from bot.reach import selection
from bot.serve.logs import start_logging
from bot.serve.process import serving
from bot.serve.tokens import tokens
from bot.serve.working import working

REDELIVERY = 4.0
PACE = Pace(redelivery=REDELIVERY, poll=0.25, look=0.5)
GONE = 3
"""Seconds without a sign of life after which a process is gone."""


def main() -> None:
    vars(presence).update(GONE=GONE, EVERY=0.5)
    vars(roster).update(GONE=GONE, YOUNG=1.0, FRESH=0.0)
    vars(pool).update(TURN=0.1)
    start_logging()
    configured = settings(Where(Path("readiness.yaml"), None, None))
    command, *options = sys.argv[1:]
    if command == "worker":
        names = options[1].split(",") if options else []
        reach = selection(configured, None, names, "")
        work = working(configured, reach, at_once=4, seconds=60, pace=PACE)
    else:
        alone = "--no-worker" not in options
        work = serving(configured, None, tokens(http=False), None, seconds=60, pace=PACE, worker=alone)
    asyncio.run(until_stopped(work))


if __name__ == "__main__":
    main()
