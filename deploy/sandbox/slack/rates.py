"""How many calls Slack takes: a bucket of tokens for each method and, for posting, for each channel.

Tiers are those of each method's page and count by method, app and workspace. What Slack calls short bursts is
chosen: a tier's whole minute at once, ten messages in a channel.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final


@dataclass(frozen=True)
class Limit:
    """Calls that come back each minute, and calls that may come at once."""

    per_minute: int
    burst: int


TIER_1: Final = Limit(per_minute=1, burst=10)
"""Slack promises one a minute and some burst; ten lets as many connections start together as Slack allows."""
TIER_2: Final = Limit(per_minute=20, burst=20)
TIER_3: Final = Limit(per_minute=50, burst=50)
TIER_4: Final = Limit(per_minute=100, burst=100)
SPECIAL: Final = Limit(per_minute=600, burst=600)
"""Methods that Slack gives hundreds of calls a minute."""
POSTING: Final = Limit(per_minute=300, burst=300)
"""Messages of a workspace: several hundred a minute."""
POSTING_IN_CHANNEL: Final = Limit(per_minute=60, burst=10)
"""Messages of a channel: one a second."""

LIMITS: Final = {
    "api.test": TIER_4,
    "apps.connections.open": TIER_1,
    "assistant.threads.setStatus": SPECIAL,
    "assistant.threads.setSuggestedPrompts": TIER_3,
    "assistant.threads.setTitle": TIER_3,
    "auth.test": SPECIAL,
    "chat.delete": TIER_3,
    "chat.getPermalink": SPECIAL,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": POSTING,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "reactions.add": TIER_3,
    "reactions.get": TIER_3,
    "reactions.remove": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
"""What each method allows a workspace; other doors (response_url, upload) have no limit of this kind."""

_ROUNDING = 1e-6
"""Seconds that floats may be off, so that a caller who waits as told is let in."""


class Rates:
    """Counts calls and refuses those above a limit; refused calls are not counted."""

    def __init__(self, *, enforce: bool = True) -> None:
        self._enforce = enforce
        self._full_at: dict[tuple[str, ...], float] = {}
        """When each bucket is full again."""

    def refuse(self, method: str, channel: str, now: float) -> int | None:
        """Return the seconds of Retry-After for a call at `now` (seconds of any clock), None to let it in."""
        if not self._enforce:
            return None
        limits = dict(_limits(method, channel))
        wait = max((self._wait(key, limit, now) for key, limit in limits.items()), default=0.0)
        if wait > _ROUNDING:
            return ceil(wait - _ROUNDING)
        for key, limit in limits.items():
            self._full_at[key] = max(self._full_at.get(key, now), now) + 60 / limit.per_minute
        return None

    def _wait(self, key: tuple[str, ...], limit: Limit, now: float) -> float:
        """Return the seconds until the bucket holds a call; 0 or less where it does."""
        until_full = self._full_at.get(key, now) - now
        return until_full - (limit.burst - 1) * 60 / limit.per_minute


def _limits(method: str, channel: str) -> Iterator[tuple[tuple[str, ...], Limit]]:
    if limit := LIMITS.get(method):
        yield (method,), limit
    if method == "chat.postMessage":
        yield (method, channel), POSTING_IN_CHANNEL
