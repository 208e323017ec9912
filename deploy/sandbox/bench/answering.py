"""How soon a bot acknowledges and answers: its process on one core, the workspace on another. Linux only.

The embedded store is on the bot's core as well; the cluster is read from a process on the other.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import yaml

from deploy.sandbox.program import PATIENCE, Bot, Program
from deploy.sandbox.slack.api.calls import Call
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack

RATE: Final = 50
"""Commands a second."""
ROOTS: Final = 30
"""Runs of which the root message is waited for."""
CLUSTER: Final = "cluster-a"
OTHERS: Final = ("cluster-b", "cluster-c", "cluster-d")
"""Clusters that were never checked."""
CHANNELS: Final = 60
"""Enough that what is posted keeps to one message a second and channel."""
MIX: Final = (
    *[""] * 31,
    *["list"] * 24,
    *["waivers"] * 16,
    *["clutser-a"] * 14,
    *[f"diff {CLUSTER}"] * 8,
    *[f"explain replicas {CLUSTER}"] * 4,
    *[f"history {CLUSTER}"] * 2,
    CLUSTER,
)
"""A hundred commands: mostly what one person sees, and as much for everyone as Slack lets be posted."""
TICKS: Final = os.sysconf("SC_CLK_TCK")


class Delay(NamedTuple):
    """Seconds of a sample, and of the bot's processor for each of it."""

    median: float
    p99: float
    longest: float
    cpu: float

    @classmethod
    def of(cls, seconds: Sequence[float], cpu: float) -> "Delay":
        """Sum up a sample."""
        parts = quantiles(seconds, n=100, method="inclusive")
        return cls(parts[49], parts[98], max(seconds), cpu / len(seconds))


class Asked:
    """A workspace, and a bot on a core of its own."""

    def __init__(self, slack: SandboxSlack, bot: Bot) -> None:
        self._slack, self._bot = slack, bot
        people = list(slack.workspace.users)
        self._channels = [slack.workspace.add_channel(f"team-{it}", *people).id for it in range(CHANNELS)]

    async def acknowledgements(self, seconds: int) -> Delay:
        """Ask `RATE` times a second; the sample is from each delivery to its acknowledgement."""
        rounds = -(-seconds * RATE // len(MIX))
        words = [word for _ in range(rounds) for word in random.Random(1).sample(MIX, len(MIX))]  # noqa: S311
        loop = asyncio.get_running_loop()
        begin, cpu = loop.time(), self._cpu()

        async def one(number: int, said: str) -> float:
            await asyncio.sleep(begin + number / RATE - loop.time())
            shown = await self._slack.people.command("alice", self._channels[number % CHANNELS], said)
            assert shown.acknowledged, shown.problem
            return shown.seconds

        asked = asyncio.gather(*(one(number, said) for number, said in enumerate(words)))
        taken = await self._bot.through(asked, seconds + PATIENCE)
        return Delay.of(taken, self._cpu() - cpu)

    async def roots(self) -> Delay:
        """Ask for runs, one after another; the sample is from each command to its root message."""
        await self.run(self._channels[-1])  # from now on there is a report
        cpu = self._cpu()
        taken = [await self.run(channel) for channel in self._channels[:ROOTS]]
        return Delay.of(taken, self._cpu() - cpu)

    async def run(self, channel: str = "#ops") -> float:
        """Ask for a run, and wait for its end; return the seconds from the command to its root message."""
        begin = self._slack.workspace.now()
        await self._slack.people.command("alice", channel, CLUSTER)
        await self._bot.through(self._slack.message(channel, ":wrench:", timeout=PATIENCE))
        return self._first_post(self._slack.workspace.channel(channel).id).at - begin

    def _first_post(self, channel: str) -> Call:
        posts = (call for call in self._slack.calls if call.method == "chat.postMessage")
        return next(call for call in posts if call.channel == channel)

    def _cpu(self) -> float:
        """Return the processor's seconds that the bot has had, without its store."""
        user, system = Path(f"/proc/{self._bot.process.pid}/stat").read_text().split()[13:15]
        return (int(user) + int(system)) / TICKS


@asynccontextmanager
async def asked(kubeconfig: Path, *module: str, rates: Rates | None = None) -> AsyncIterator[Asked]:
    """Start a workspace and a bot, `readiness serve` unless another module is named."""
    cores = sorted(os.sched_getaffinity(0))
    known = yaml.safe_load(kubeconfig.read_text())  # noqa: ASYNC240 - nothing is measured yet
    clusters = [{"name": name, "context": known["current-context"]} for name in (CLUSTER, *OTHERS)]
    with TemporaryDirectory(prefix="readiness-bench-") as folder:
        async with SandboxSlack(rates=rates) as slack:
            program = Program(Path(folder), slack, known, {"clusters": clusters})
            try:
                os.sched_setaffinity(0, cores[:1])  # which a child inherits
                async with program.serving(*module) as bot:
                    os.sched_setaffinity(0, cores[1:] or cores)
                    yield Asked(slack, bot)
            finally:
                os.sched_setaffinity(0, cores)
