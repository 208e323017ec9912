"""One call of the Web API: how long it may take, how often it is tried, and what its answer means."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.delivery.errors import Kind, SlackRefused, SlackSilent, meaning

Method = Callable[..., Awaitable[AsyncSlackResponse]]
"""A method of `AsyncWebClient`."""
Sleep = Callable[[float], Awaitable[None]]
Delayed = Callable[[float], Awaitable[None]]
"""Told the seconds of a wait that a person would notice, before it begins."""

SECONDS: Final = 10.0
"""How long a call may take."""
UPLOAD_SECONDS: Final = 60.0
"""The same for the three calls of an upload together."""
PAUSES: Final = (1.0, 2.0, 4.0)
"""Seconds before each further attempt where Slack did not answer."""
NOTICEABLE: Final = 2.0
LONGEST: Final = 3600.0
"""Seconds that a call waits for Slack's rate in total."""
UNSAID: Final = 30.0
"""Seconds to wait where Slack does not say."""
NO_METHOD: Final = (404, 405)
"""Statuses of a server without the method; Slack itself answers 200 with a code."""

log = logging.getLogger(__name__)


class TooMany(SlackRefused):
    """Slack's rate is spent for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


class Calls:
    """Makes calls. All of it raises `SlackRefused`, and `SlackSilent` where nobody knows what was done."""

    def __init__(self, now: Callable[[], datetime], sleep: Sleep, bot: str = "readiness") -> None:
        self._now, self.sleep, self._bot = now, sleep, bot
        self._spent: dict[str, datetime] = {}

    async def once(
        self, method: Method, *, delayed: Delayed | None = None, **arguments: object
    ) -> AsyncSlackResponse:
        """Call until Slack has room for it, but never again once it may have been done."""
        waited = 0.0
        while True:
            try:
                return await self._attempt(method, arguments)
            except TooMany as wait:
                waited += wait.seconds
                if waited > LONGEST:
                    raise
                log.warning("%s: Slack's rate is spent for %.0f s", _name(method), wait.seconds)
                if delayed and wait.seconds > NOTICEABLE:
                    await delayed(wait.seconds)
                await self.sleep(wait.seconds)

    async def repeated(
        self, method: Method, *, delayed: Delayed | None = None, **arguments: object
    ) -> AsyncSlackResponse:
        """Call what does no harm when it is done twice, again where Slack does not answer."""
        for pause in PAUSES:
            try:
                return await self.once(method, delayed=delayed, **arguments)
            except SlackSilent:
                await self.sleep(pause)
        return await self.once(method, delayed=delayed, **arguments)

    async def now_or_never(self, method: Method, **arguments: object) -> None:
        """Call once, unless Slack's rate is known to be spent; that it is now is no error."""
        name = _name(method)
        if name in self._spent and self._now() < self._spent[name]:
            return
        try:
            await self._attempt(method, arguments)
        except TooMany as wait:
            self._spent[name] = self._now() + timedelta(seconds=wait.seconds)

    async def _attempt(self, method: Method, arguments: Mapping[str, Any]) -> AsyncSlackResponse:
        name = _name(method)
        try:
            async with asyncio.timeout(UPLOAD_SECONDS if name == "files_upload_v2" else SECONDS):
                return await method(**arguments)
        except SlackApiError as error:
            raise _understood(name, error.response, self._bot) from None
        except (TimeoutError, OSError, ClientError, SlackRequestError) as error:
            log.warning("%s: no answer: %s", name, type(error).__name__)
            raise SlackSilent from None
        except (AttributeError, TypeError, ValueError) as error:  # all that the SDK says of one without JSON
            log.warning("%s: an answer that cannot be read: %r", name, error)
            raise SlackSilent from None


def _understood(name: str, response: Any, bot: str) -> SlackRefused:  # noqa: ANN401 - slack_sdk's own, or aiohttp's
    """Return what an answer that is not ok means."""
    data = getattr(response, "data", None)
    body: Mapping[str, Any] = data if isinstance(data, dict) else {}
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    code = str(body.get("error") or "") or ("unknown_method" if status in NO_METHOD else "")
    if status == 429 or meaning(code).kind is Kind.RATE:
        return TooMany(retry_after(response.headers))
    if status >= 500 or not code or meaning(code).kind is Kind.PASSING:
        log.warning("%s: no proper answer: status %s %s", name, status, code)
        return SlackSilent()
    about = body.get("response_metadata")
    messages = tuple(map(str, about.get("messages") or ())) if isinstance(about, dict) else ()
    refused = SlackRefused(code, str(body.get("needed") or ""), messages, bot)
    if refused.kind is Kind.LAYOUT:
        log.error("%s: %s: %s", name, code, "; ".join(messages) or "no details")
    elif refused.kind in (Kind.APP, Kind.OTHER):
        log.warning("%s: %s", name, refused)
    return refused


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds to wait; Slack gives whole ones."""
    said = headers.get("Retry-After", "")
    return max(float(said), 1.0) if said.isdecimal() else UNSAID


def _name(method: Method) -> str:
    return getattr(method, "__name__", "call")
