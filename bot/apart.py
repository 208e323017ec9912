"""Work that keeps a processor busy for seconds, done where it delays nobody."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in an event loop and a thread of its own; return or raise what it does.

    Nothing that belongs to the caller's loop may be used in it: no client, no lock. Cancelling the caller
    cancels the coroutine, without waiting for its end. The thread is a daemon: it never keeps the process
    from ending.
    """
    coroutine = work()
    here, there = asyncio.get_running_loop(), asyncio.new_event_loop()
    outcome: asyncio.Future[T] = here.create_future()
    task = there.create_task(coroutine)

    def settle() -> None:
        if task.cancelled():
            outcome.cancel()
            return
        error = task.exception()
        if outcome.done():
            return
        if error:
            outcome.set_exception(error)
        else:
            outcome.set_result(task.result())

    async def ended() -> None:
        await asyncio.wait([task])

    def thread() -> None:
        with asyncio.Runner(loop_factory=lambda: there) as runner:
            # A SystemExit breaks out of loops; it is the caller's, like every other error.
            with suppress(SystemExit, KeyboardInterrupt):
                runner.run(ended())
            # Before the loop is closed, which takes as long as whatever still hangs in it.
            with suppress(RuntimeError):
                here.call_soon_threadsafe(settle)

    Thread(target=thread, name="apart", daemon=True).start()
    try:
        return await outcome
    except asyncio.CancelledError:
        with suppress(RuntimeError):
            there.call_soon_threadsafe(task.cancel)
        raise
