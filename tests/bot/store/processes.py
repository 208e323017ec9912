"""Users of an embedded server: here, and in processes of their own."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from bot import embedded
from bot.embedded import Embedded

USER = """
import asyncio, sys
from fcntl import LOCK_EX, flock
from pathlib import Path
from bot.embedded import Embedded

async def main():
    server = Embedded(Path(sys.argv[1]))
    await server.enter()
    print("in", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await server.leave()

asyncio.run(main())
"""


@asynccontextmanager
async def using(data_dir: Path) -> AsyncIterator[Embedded]:
    server = Embedded(data_dir)
    await server.enter()
    try:
        yield server
    finally:
        await server.leave()


@asynccontextmanager
async def another_user(data_dir: Path) -> AsyncIterator[Process]:
    """Run a process that uses the server until a line is written to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        USER,
        str(data_dir),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"in\n"
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate(b"")


async def leaves(process: Process) -> None:
    await process.communicate(b"\n")
    assert process.returncode == 0


def server_of(data_dir: Path) -> int:
    return int((data_dir / "valkey.pid").read_text())


def runs(pid: int) -> bool:
    """Whether a process is there and more than a zombie that its new parent has yet to reap."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or not state.read_text().rpartition(") ")[2].startswith("Z")


async def gone(pid: int) -> bool:
    """Whether a process ends within two seconds."""
    deadline = monotonic() + 2
    while monotonic() < deadline:
        if not runs(pid):
            return True
        await asyncio.sleep(0.01)
    return False


async def command(server: Embedded, words: str) -> bytes:
    return await embedded._ask(Path(server.url.removeprefix("unix://")), words.encode())
