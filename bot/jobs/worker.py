"""What does the jobs of a queue: docket's worker, replaced where it fails.

A job is done at least once. What a worker was at when it died or stopped is delivered again, after
`Pace.redelivery`.
"""

import asyncio
import logging
import math
import os
import secrets
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, NoReturn

import docket
from docket.dependencies import AdmissionBlocked, current_execution
from redis.exceptions import RedisError, ResponseError

from bot.jobs.queue import Queue
from checks.errors import StoreError
from checks.presentation.prose import counted

Job = Callable[..., Coroutine[Any, Any, None]]
"""Takes strings, by position. Its errors are its own to tell."""

HAND_BACK = 5.0
"""Seconds that jobs have to end once they are cancelled."""
LOST = 3
"""Times `Pace.redelivery`: docket looks for jobs without a sign of life four times within one."""
LONGEST_PAUSE = 30.0
DAY = 86_400.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds; tests are in more of a hurry.

    `redelivery`: without a sign of life of a job's worker, until the job goes to another. `poll`: between two
    looks for what is due and who is done. `unknown`: until a job that this version does not know is
    offered again. `look`: between two looks at the worker. `deaf`: without a question for jobs, which comes
    with each poll, until it is replaced. `announce`: until an end that was not announced is tried again.
    `post`: until a digest or an alert that was not posted is.
    """

    redelivery: float = 15.0
    poll: float = 1.0
    unknown: float = 10.0
    look: float = 2.0
    deaf: float = 10.0
    announce: float = 60.0
    post: float = 15.0


class Worker:
    """Does the jobs of one queue in this process, so many at once: `run` it until `stop`."""

    def __init__(self, queue: Queue, jobs: Mapping[str, Job], *, at_once: int, pace: Pace) -> None:
        self._queue = queue
        self._jobs = {name: self._watched(job) for name, job in jobs.items()}
        self._at_once = at_once
        self._pace = pace
        # docket's own default, host and process, is the same again after a container was restarted.
        self._name = f"{socket.gethostname()}#{os.getpid()}#{secrets.token_hex(4)}"
        self._shift: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._heard = 0.0
        self._last_taken: list[bytes] = []
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Do jobs until `stop`."""
        pause = self._pace.poll
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the jobs must go on
                log.warning("the worker of %s failed and is replaced: %r", self._queue.name, error)
                lasted = time.monotonic() - began > LONGEST_PAUSE
                pause = self._pace.poll if lasted else min(2 * pause, LONGEST_PAUSE)
            else:
                pause = self._pace.poll  # it was ended on purpose
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()

    async def look(self) -> None:
        """Replace a worker that has long not asked the server for jobs. Raises `StoreError`.

        docket's asks for none while it waits for the running ones to end after its connection broke, nor on
        a connection that has silently gone. It may renew its hold on what runs all the same.
        """
        shift = self._shift
        if shift is None:
            return
        try:
            idle = await self._queue.connection.call(self._idle)
        except StoreError:
            self._heard = time.monotonic()
            raise
        self._heard = max(self._heard, time.monotonic() - idle)
        if time.monotonic() - self._heard > self._pace.deaf and not self._stopping.is_set():
            log.warning("the worker of %s asks for no jobs any more and is replaced", self._queue.name)
            await self._end(shift, 0)

    async def stop(self, seconds: float) -> None:
        """Take no new jobs; let those that run end within `seconds`, then hand them back.

        They have 0.7 of `Pace.redelivery` at most: a worker that stops does not renew its hold on them.
        """
        self._stopping.set()
        if self._shift is not None:
            await self._end(self._shift, min(seconds, 0.7 * self._pace.redelivery))

    async def _work(self) -> None:
        """Work until it fails, or is ended."""
        async with self._queue.docket() as queue:
            for name, job in self._jobs.items():
                queue.register(job, names=[name])
            async with self._worker(queue) as worker:
                if self._stopping.is_set():
                    return
                self._heard = time.monotonic()
                self._shift = asyncio.create_task(worker.run_forever())
                try:
                    await asyncio.wait([self._shift])
                finally:
                    shift, self._shift = self._shift, None
                    await self._end(shift, 0)
                if not shift.cancelled():
                    shift.result()

    def _worker(self, queue: docket.Docket) -> docket.Worker:
        poll = timedelta(seconds=self._pace.poll)
        return docket.Worker(
            queue,
            name=self._name,
            concurrency=self._at_once,
            redelivery_timeout=timedelta(seconds=self._pace.redelivery),
            reconnection_delay=poll,
            minimum_check_interval=poll,
            scheduling_resolution=poll,
            schedule_automatic_tasks=False,
            fallback_task=self._unknown,
        )

    async def _idle(self) -> float:
        """Return for how many seconds the worker has neither asked for jobs nor renewed its hold on any.

        Before Redis 7.2, which tells `inactive` too, a question to which there was no job leaves no trace.
        There docket's heartbeat counts as well; it ends where docket waits for the running jobs. Nothing
        counts while a job is neglected that it has room for.
        """
        queue, client = self._queue.docket(), self._queue.connection.client
        try:
            consumers = await client.xinfo_consumers(queue.stream_key, queue.worker_group_name)
            if len(self._running) < self._at_once and await self._neglected(queue):
                return math.inf
        except ResponseError:
            consumers = []  # nobody has asked for anything yet
        ours = [consumer for consumer in consumers if consumer["name"] == self._name.encode()]
        idle = min((consumer["idle"] / 1000 for consumer in ours), default=math.inf)
        if any("inactive" in consumer for consumer in ours):
            return idle
        return 0 if await client.exists(queue.worker_tasks_set(self._name)) else idle

    async def _neglected(self, queue: docket.Docket) -> bool:
        """Whether a job waits and none was taken since this was last asked, or nobody takes a lost one.

        What is sent to a connection that has silently gone counts as delivered.
        """
        client, stream, group = self._queue.connection.client, queue.stream_key, queue.worker_group_name
        groups = await client.xinfo_groups(stream)
        waiting = await client.xlen(stream) - sum(int(it["pending"]) for it in groups)
        before, self._last_taken = self._last_taken, [it["last-delivered-id"] for it in groups]
        if waiting > 0 and before == self._last_taken:
            return True
        lost = int(LOST * self._pace.redelivery * 1000)
        return bool(await client.xpending_range(stream, group, "-", "+", 1, idle=lost))

    async def _unknown(self, *_: str) -> None:
        """Leave a job to a newer version, whose it must be: docket would drop it as done."""
        again(self._pace.unknown, "it is of a kind that this version does not know")

    async def _end(self, shift: asyncio.Task[None], seconds: float) -> None:
        """End docket's worker: the first cancellation lets its jobs end, the second hands them back."""
        shift.cancel()
        await asyncio.wait([shift], timeout=seconds)
        shift.cancel()
        if self._running:
            log.info("handed back: %s of %s", counted(len(self._running), "job"), self._queue.name)
        for job in self._running:
            # It may have left them alone.
            if not job.cancelling():
                job.cancel()
        await asyncio.wait([shift, *self._running], timeout=HAND_BACK)

    def _watched(self, job: Job) -> Job:
        """Keep account of the running ones."""

        @wraps(job)
        async def watched(*arguments: str) -> None:
            if task := asyncio.current_task():
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            await job(*arguments)

        return watched


def again(seconds: float, why: str) -> None:
    """Put the job that runs back into its queue, and do not return; return after a day of that: drop it."""
    execution = current_execution.get()
    # docket counts them; what the job itself says may be unreadable.
    offers, most = execution.generation, DAY / seconds
    if offers > most:
        log.error("job %s is dropped after %d tries: %s", execution.key, offers, why)
        return
    later(seconds, why)


def later(seconds: float, why: str) -> NoReturn:
    """Put the job that runs back into its queue, as often as that takes, and do not return."""
    execution = current_execution.get()
    log.info("job %s is tried again in %g s: %s", execution.key, seconds, why)
    raise AdmissionBlocked(execution, execution.function_name, retry_delay=timedelta(seconds=seconds))


def quieten() -> None:
    """Leave it to `Jobs` to tell that the server is away: docket does so all the time, with tracebacks."""
    for name in ("docket.worker", "docket.strikelist", "docket._redelivery"):
        logging.getLogger(name).addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, RedisError) or record.getMessage().startswith("Redis "))
