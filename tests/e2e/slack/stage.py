"""A workspace, clusters and `readiness serve` as a process: what every end-to-end test plays on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e import forked
from tests.e2e.forked import Forked

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds for what takes a fraction of one on a quiet machine."""


async def eventually(look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """Return what there is to see once there is something."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (seen := look()):
        assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
        await asyncio.sleep(0.02)
    return seen


@dataclass
class Bot:
    """A process of `readiness serve` or `readiness worker`. Its log is in `log`."""

    process: Forked
    log: Path

    @property
    def lines(self) -> str:
        """What it has logged."""
        return self.log.read_text(encoding="utf-8")

    async def end(self, with_signal: int = signal.SIGTERM) -> int:
        """End it and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(with_signal)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@dataclass
class Stage:
    """Everything that is up. `configuration` is written as readiness.yaml when a bot starts.

    `program` is the module that bots run.
    """

    slack: SandboxSlack
    folder: Path
    clusters: Sequence[SandboxCluster]
    configuration: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    bots: list[Bot] = field(default_factory=list)
    program: str = "bot.cli"

    async def bot(self, *options: str, **environment: str) -> Bot:
        """Start a bot, and wait until it is connected."""
        self.write()
        bot = self._start(["serve", *options], self._environment() | environment)
        if "--http" not in options:
            await self._up(bot, "connected to Slack")
        return bot

    async def worker(self, *options: str, cluster: str, **environment: str) -> Bot:
        """Start a worker with nothing but the kubeconfig of one cluster, and wait until it works."""
        file = self.folder / f"kubeconfig-{cluster}"
        file.write_text(
            yaml.safe_dump(_kubeconfig([it for it in self.clusters if it.options.name == cluster]))
        )
        kept = {name: it for name, it in self._environment().items() if not name.startswith("SLACK_")}
        worker = self._start(["worker", *options], kept | {"KUBECONFIG": str(file)} | environment)
        await self._up(worker, "working in the pool")
        return worker

    def _start(self, words: Sequence[str], environment: Mapping[str, str]) -> Bot:
        log = self.folder / f"bot-{len(self.bots)}.log"
        with log.open("wb") as sink:
            process = forked.start(self.program, *words, cwd=self.folder, env=environment, out=sink, err=sink)
        self.bots.append(Bot(process, log))
        return self.bots[-1]

    async def _up(self, bot: Bot, words: str) -> None:
        up = lambda: words in bot.lines or bot.process.returncode is not None  # noqa: E731
        await self.eventually(up, words)
        assert bot.process.returncode is None, bot.lines

    def write(self) -> None:
        """Write what a process is started with, each file at one stroke: others may just be starting."""
        texts = {"kubeconfig": _kubeconfig(self.clusters), "readiness.yaml": self.configuration}
        for name, content in texts.items():
            draft = self.folder / f"{name}.new"
            draft.write_text(yaml.safe_dump(content))
            draft.replace(self.folder / name)

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Run another command of the program beside the bot; return its exit code and all that it said."""
        code, out, err = await forked.run(*arguments, cwd=self.folder, env=self._environment())
        return code, out + err

    async def eventually(self, look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
        """Return what there is to see once there is something; a bot that has ended is told with its log."""
        try:
            return await eventually(look, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(bot.lines for bot in self.bots)) from None

    @property
    def store(self) -> int:
        """The process of the embedded store. Raises FileNotFoundError where there is none."""
        return int((self.folder / "data/readiness/valkey.pid").read_text())

    def messages(self, channel: str = "#ops") -> list[Message]:
        """Return the root messages of the bot that everyone sees, oldest first."""
        return [
            message
            for message in self.slack.workspace.messages[self.slack.workspace.channel(channel).id].values()
            if message.user == self.slack.workspace.bot.id
            and not (message.thread_ts or message.only_for or message.deleted)
        ]

    def replies(self, root: Message) -> list[Message]:
        """Return the bot's messages in a thread."""
        there, bot = self.slack.workspace.messages[root.channel].values(), self.slack.workspace.bot.id
        return [message for message in there if message.thread_ts == root.ts and message.user == bot]

    def whispers(self, user: str) -> list[str]:
        """Return the words of every message that a person sees alone."""
        ident = self.slack.workspace.user(user).id
        return [
            words_of(message)
            for messages in self.slack.workspace.messages.values()
            for message in messages.values()
            if message.only_for == ident and not message.deleted
        ]

    async def whisper(self, user: str, words: str) -> str:
        """Return what a person is told alone, once it holds these words."""
        found = lambda: next((said for said in self.whispers(user) if words in said), None)  # noqa: E731
        return await self.eventually(found, f"{user} is told {words!r}, only: {self.whispers(user)}")

    async def root(self, words: str, channel: str = "#ops") -> Message:
        """Return the newest root message once it holds these words."""

        def found() -> Message | None:
            fitting = (m for m in reversed(self.messages(channel)) if words in words_of(m))
            return next(fitting, None)

        return await self.eventually(found, f"{words!r} in {channel}")

    async def finished(self, cluster: str, channel: str = "#ops") -> Message:
        """Return the root message of a finished run, and wait for its thread to be whole."""
        root = await self.root("Run again", channel)
        assert cluster in words_of(root)

        def fix() -> Message | None:
            return next((reply for reply in self.replies(root) if "*How to fix*" in words_of(reply)), None)

        await self.eventually(fix, "the end of the thread")
        return root

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
        return {
            **kept,
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_RUNTIME_DIR": str(self.folder),
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            "NO_PROXY": "127.0.0.1",
            **self.slack.environment(),
            **self.environment,
        }


@asynccontextmanager
async def staged(slack: SandboxSlack, folder: Path, *clusters: SandboxCluster) -> AsyncIterator[Stage]:
    """Yield a stage; every bot that still runs is ended afterwards, and the store that a killed one left."""
    stage = Stage(slack, folder, clusters)
    try:
        yield stage
    finally:
        for bot in stage.bots:
            await bot.end(signal.SIGTERM)
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(stage.store, signal.SIGKILL)


def _kubeconfig(clusters: Sequence[SandboxCluster]) -> dict[str, Any]:
    """Return one kubeconfig for all."""
    merged: dict[str, Any] = {"apiVersion": "v1", "kind": "Config"}
    for section in ("clusters", "users", "contexts"):
        merged[section] = [item for cluster in clusters for item in cluster.kubeconfig()[section]]
    return merged
