"""A process that holds a lease, to be stopped for a while: it tells whether it still has it, when asked."""

import asyncio
import sys

from bot.connection import connect
from bot.jobs.lease import Leases


async def hold(url: str, seconds: float) -> None:
    async with (
        connect(url) as connection,
        Leases(connection, seconds=seconds, kind="digesting", strict=True).held("it") as lease,
    ):
        while True:
            print(await lease.still(), flush=True)  # noqa: T201 - to whoever asks
            await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(hold(sys.argv[1], float(sys.argv[2])))
