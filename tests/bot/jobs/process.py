"""A process that does jobs, to be killed: `running` starts one."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.connection import connect
from bot.jobs.jobs import Jobs
from tests.bot.jobs.build import QUICK, Desk, ways


async def work(data_dir: Path, kubeconfig: Path, pool_at_once: int | None) -> None:
    async with (
        connect(data_dir=data_dir) as connection,
        Jobs(connection, ways(kubeconfig), pool_at_once=pool_at_once, pace=QUICK) as jobs,
    ):
        desk = Desk(connection)
        await jobs.run_forever(desk.duties)


@asynccontextmanager
async def running(
    data_dir: Path, kubeconfig: Path, pool_at_once: int | None = None
) -> AsyncIterator[Process]:
    """Run such a process until it is killed, at the end at the latest."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", __name__, data_dir, kubeconfig, str(pool_at_once or "")),
        cwd=Path(__file__).parents[3],
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        _, said = await process.communicate()
        assert said == b"", said.decode()


if __name__ == "__main__":
    assert os.environ["XDG_RUNTIME_DIR"]
    asyncio.run(work(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3] else None))
