"""How a delivery reaches the app, whichever way the app is connected, and how an event is delivered again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

SLASH_COMMANDS = "slash_commands"
INTERACTIVE = "interactive"
EVENTS_API = "events_api"
KINDS = frozenset({SLASH_COMMANDS, INTERACTIVE, EVENTS_API})

LIMIT = 3.0
"""Seconds in which the app has to acknowledge."""
RETRY_PAUSES = (0.0, 60.0, 300.0)
"""Seconds before each further attempt at an event: docs.slack.dev/apis/events-api, "Retries"."""

OPERATION_TIMEOUT = "operation_timeout"
DISPATCH_FAILED = "dispatch_failed"


@dataclass(frozen=True)
class Answer:
    """What came of a delivery."""

    acknowledged: bool
    payload: dict[str, Any] | None
    """What the acknowledgement carried: a message, a response_action, options."""
    seconds: float
    """From sending to the acknowledgement, or until it was given up."""
    problem: str
    """Empty if acknowledged, else Slack's word for it, as in `/readiness failed with the error "…"`:
    operation_timeout, dispatch_failed, and over HTTP http_client_error and http_service_error."""


class Transport(Protocol):
    """A way to the app."""

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Answer:
        """Deliver a slash command, an interaction or an event, and wait for the acknowledgement.

        `kind` is one of KINDS, else ValueError. An event that is not acknowledged is delivered again, up to
        three times; the answer is that of the first attempt, the others follow behind it, until `close`.
        """

    async def close(self) -> None:
        """Give up what is to be delivered again, and close what is open."""


Attempt = Callable[[int, str], Awaitable[tuple[Answer, str]]]
"""Takes the number of earlier attempts and why the last one failed; returns the answer and why to try again,
which is empty where that is not wanted."""


class Retries:
    """Delivers events again, behind the first answer."""

    def __init__(self, pauses: tuple[float, ...]) -> None:
        self._pauses = pauses
        self._tasks: set[asyncio.Task[None]] = set()

    async def deliver(self, attempt: Attempt) -> Answer:
        """Return the first attempt's answer."""
        answer, reason = await attempt(0, "")
        if reason:
            task = asyncio.create_task(self._go_on(attempt, reason))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return answer

    async def close(self) -> None:
        """Give up what has not been acknowledged yet."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _go_on(self, attempt: Attempt, reason: str) -> None:
        for number, pause in enumerate(self._pauses, 1):
            await asyncio.sleep(pause)
            _, reason = await attempt(number, reason)
            if not reason:
                return
