"""`readiness serve` in a hurry: the jobs of a process that died go to another after seconds."""

import asyncio
from pathlib import Path

from bot.commands.options import Where
from bot.commands.serve import _until_stopped
from bot.commands.setting import settings
from bot.jobs.worker import Pace
from bot.serve.logs import start_logging
from bot.serve.process import serving
from bot.serve.tokens import tokens

REDELIVERY = 4.0
PACE = Pace(redelivery=REDELIVERY, poll=0.25, look=0.5)


def main() -> None:
    start_logging()
    configured = settings(Where(Path("readiness.yaml"), None, None))
    work = serving(configured, None, tokens(http=False), None, seconds=60, pace=PACE)
    asyncio.run(_until_stopped(work))


if __name__ == "__main__":
    main()
