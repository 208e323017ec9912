"""`readiness` as processes: with a configuration, clusters, a workspace and a store of their own."""

import asyncio
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from deploy.sandbox.slack.server import SandboxSlack

T = TypeVar("T")

NOTHING_READ: Final = 2
"""From this exit code on, the program itself failed."""
PATIENCE: Final = 60.0
"""Seconds for what takes a few on a quiet machine."""
LOOK: Final = 0.02
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
"""Everything is on this machine."""


class Failed(Exception):
    """The program failed; the message is what it had to say."""


@dataclass(frozen=True)
class Bot:
    """A process that is connected to the workspace."""

    process: asyncio.subprocess.Process
    log: Path

    async def through(self, work: Awaitable[T], seconds: float | None = PATIENCE) -> T:
        """Wait for something that needs the bot. Raises `Failed` with its log where it ends, or is silent."""
        task, ended = asyncio.ensure_future(work), asyncio.ensure_future(self.process.wait())
        try:
            await asyncio.wait([task, ended], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            task.cancel()
            ended.cancel()
        ending = f"ended with {self.process.returncode}" if ended.done() else "does not answer"
        raise Failed(f"the bot {ending}:\n{self.log.read_text(encoding='utf-8')}")


class Program:
    """Everything is in `folder`, a short path: the embedded store's socket is there."""

    def __init__(
        self,
        folder: Path,
        slack: SandboxSlack,
        kubeconfig: Mapping[str, Any],
        configuration: Mapping[str, Any],
    ) -> None:
        self._folder, self._slack = folder, slack
        (folder / "kubeconfig").write_text(yaml.safe_dump(dict(kubeconfig)), encoding="utf-8")
        (folder / "readiness.yaml").write_text(yaml.safe_dump(dict(configuration)), encoding="utf-8")
        self.variables = {
            "KUBECONFIG": str(folder / "kubeconfig"),
            "READINESS_CONFIG": str(folder / "readiness.yaml"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
            "REDIS_URL": "",
            "NO_PROXY": "127.0.0.1",
            **slack.environment(),
        }

    def exported(self) -> Path:
        """Write a file for a shell to read, in which the program then runs here."""
        file = self._folder / "environment"
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in self.variables.items())
        file.write_text("".join(lines), encoding="utf-8")
        return file

    async def run(self, *words: str) -> str:
        """Run a command as a person would; return what it prints. Raises `Failed`."""
        process = await self.start(["bot.cli", *words], subprocess.PIPE, subprocess.PIPE)
        try:
            out, err = await process.communicate()
        finally:
            await _end(process)
        if process.returncode is None or process.returncode >= NOTHING_READ:
            raise Failed(f"readiness {shlex.join(words)}: {err.decode()}")
        return out.decode()

    @asynccontextmanager
    async def serving(self, *module: str) -> AsyncIterator[Bot]:
        """Run `readiness serve`, or another module that is a bot, while entered.

        Raises `Failed` where it does not connect.
        """
        log = self._folder / "bot.log"
        with log.open("wb") as sink:
            words = module or ("bot.cli", "serve")
            process = await self.start(words, sink.fileno(), subprocess.STDOUT)
        bot = Bot(process, log)
        try:
            await bot.through(self._connected())
            yield bot
        finally:
            await _end(process)

    async def _connected(self) -> None:
        while not self._slack.socket.connections:  # noqa: ASYNC110 - the workspace tells nobody
            await asyncio.sleep(LOOK)

    async def start(self, words: Sequence[str], out: int, err: int) -> asyncio.subprocess.Process:
        """Start a module with its arguments, in the program's environment."""
        kept = {name: value for name, value in os.environ.items() if name.upper() not in PROXIES}
        # In a session of its own: Ctrl-C is for us, who then end it in an orderly way.
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *words),
            env=kept | self.variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process, so that it stops its store before."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        await process.wait()
