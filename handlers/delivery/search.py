"""Looking in Slack for what was posted: every message of ours carries its key as metadata."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from handlers.delivery.calls import Calls, Method
from handlers.delivery.errors import SlackRefused, SlackSilent

EVENT: Final = "readiness_post"
"""The `event_type` of the metadata; its payload is the key."""
MARGIN: Final = timedelta(minutes=1)
"""How far Slack's clock may be behind ours."""
PAGES: Final = 5
PAGE: Final = 200

Found = Mapping[str, Any]
"""A message as Slack shows it."""
IsIt = Callable[[Found], bool]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """A channel, or a thread of it."""

    channel: str
    thread_ts: str = ""


class Search:
    """Finds messages. Raises `SlackSilent`; where Slack does not let us look, nothing is found."""

    def __init__(self, client: AsyncWebClient, calls: Calls) -> None:
        self._client, self._calls = client, calls

    async def any(self, place: Place, since: datetime, is_it: IsIt) -> str:
        """Return the ts of one that was posted since a moment; empty for none."""
        async with aclosing(self._each(place, since, is_it)) as found:
            return await anext(found, "")

    async def every(self, place: Place, since: datetime, is_it: IsIt) -> list[str]:
        """Return the ts of all that were posted since a moment."""
        return [ts async for ts in self._each(place, since, is_it)]

    async def _each(self, place: Place, since: datetime, is_it: IsIt) -> AsyncGenerator[str, None]:
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": f"{(since - MARGIN).timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
        }
        method: Method = self._client.conversations_history
        if place.thread_ts:
            method, asked["ts"] = self._client.conversations_replies, place.thread_ts
        try:
            for _ in range(PAGES):
                response = await self._calls.repeated(method, **asked)
                for message in response.get("messages") or ():
                    if is_it(message):
                        yield str(message["ts"])
                asked["cursor"] = (response.get("response_metadata") or {}).get("next_cursor")
                if not asked["cursor"]:
                    break
        except SlackSilent:
            raise
        except SlackRefused as refused:
            log.warning("whether it was posted cannot be looked up, so it may come twice: %s", refused)


def marked(key: str) -> dict[str, Any]:
    """Return the argument that marks a message with its key; nothing without one."""
    return {"metadata": {"event_type": EVENT, "event_payload": {"key": key}}} if key else {}


def key_of(message: Found) -> str:
    """Return the key of a message; empty for one that has none."""
    metadata = message.get("metadata") or {}
    return (
        str((metadata.get("event_payload") or {}).get("key")) if metadata.get("event_type") == EVENT else ""
    )
