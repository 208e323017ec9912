"""Work in a thread of its own."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Coroutine
from contextvars import ContextVar

import pytest

from bot.apart import apart

WAIT = 30.0
HANGS = """
import asyncio, time
from contextlib import suppress
from bot.apart import apart

async def hang():
    time.sleep(1000)

async def main():
    with suppress(TimeoutError):
        await asyncio.wait_for(apart(hang), 0.1)
    print("given up")

asyncio.run(main())
"""


async def test_the_result_comes_back() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert await apart(work) == 7


@pytest.mark.parametrize("error", [ValueError("of the work"), SystemExit(3)])
async def test_an_error_comes_back(error: BaseException) -> None:
    async def work() -> None:
        raise error

    with pytest.raises(type(error), match=str(error)):
        await apart(work)


async def test_an_error_before_there_is_work() -> None:
    def work() -> Coroutine[None, None, None]:
        raise KeyError

    with pytest.raises(KeyError):
        await apart(work)


async def test_the_caller_goes_on_meanwhile() -> None:
    go = threading.Event()

    async def work() -> str:
        assert go.wait(WAIT)
        return threading.current_thread().name

    task = asyncio.create_task(apart(work))
    await asyncio.sleep(0)
    go.set()
    assert await task != threading.current_thread().name


async def test_what_the_caller_knows_is_known() -> None:
    known = ContextVar("known", default="nothing")
    known.set("request T1")

    async def work() -> str:
        return known.get()

    assert await apart(work) == "request T1"


async def test_cancelling_cancels_the_work() -> None:
    begun, ended = threading.Event(), threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(apart(work))
    assert await asyncio.to_thread(begun.wait, WAIT)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, WAIT)


async def test_many_are_cancelled_at_once_whatever_they_are_at() -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    for _ in range(50):
        task = asyncio.create_task(apart(work))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    # Their threads end without a word, which would fail this test.
    for thread in threading.enumerate():
        if thread.name == "apart":
            await asyncio.to_thread(thread.join, WAIT)


def test_the_process_ends_although_a_thread_hangs() -> None:
    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=WAIT, check=True
    )
    assert (said.stdout, said.stderr) == ("given up\n", "")
