"""A queue of jobs: a docket on our Redis. `bot.jobs.worker` does what is put into it.

A job is the name of a function and strings for it. docket pickles them, so whoever may write to that Redis
may run code in a worker.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Self

from docket import Docket
from redis import exceptions as refused

from bot.connection import Connection, sentences
from bot.jobs.listening import HeedfulDocket

PUT = 0.7
"""Seconds to put a job into the queue: the person is to see something within one."""


class Queue:
    """An async context manager. Its methods raise `StoreError` where the server does not take it in time."""

    def __init__(self, connection: Connection, name: str, jobs: Sequence[str]) -> None:
        self.connection = connection
        self.name = name
        self._docket = self.docket()
        self._docket.register(_done_elsewhere, names=list(jobs))
        self._stack = AsyncExitStack()

    def docket(self) -> Docket:
        """Return a new way to the same queue, with connections of its own."""
        return HeedfulDocket(self.name, self.connection.url)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._docket)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def add(self, job: str, key: str, *arguments: str) -> None:
        """Put a job in, unless one with its key waits or runs."""
        await self._put(lambda: self._docket.add(job, key=key)(*arguments))

    async def add_at(self, when: datetime, job: str, key: str, *arguments: str) -> None:
        """Put a job in for a later time, unless one with its key waits or runs."""
        await self._put(lambda: self._docket.add(job, when, key)(*arguments))

    async def put_at(self, when: datetime, job: str, key: str, *arguments: str) -> None:
        """Put a job in for a later time, in place of one with its key that waits."""
        await self._put(lambda: self._docket.replace(job, when, key)(*arguments))

    async def cancel(self, key: str) -> None:
        """Take a job out, or stop it while it runs; there may be none."""
        await self._put(lambda: self._docket.cancel(key))

    async def _put(self, work: Callable[[], Awaitable[object]]) -> None:
        # docket itself would wait for as long as the server does not answer.
        with sentences(self.connection.where):
            async with asyncio.timeout(PUT):
                try:
                    await work()
                except refused.ConnectionError:
                    # Kept open since before the server was restarted; by its key the job is put in once.
                    await work()


async def _done_elsewhere(*_: str) -> None:
    """Stand for a job where it is only named."""
