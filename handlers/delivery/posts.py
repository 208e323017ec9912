"""Messages and files, posted once per key, whatever Slack answers and however often a job begins anew.

Before something is posted the key is remembered as begun, afterwards with the message's ts. Where an answer
was lost, what was posted is looked for by the metadata that every message carries, and adopted.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from checks.errors import ReadinessError
from handlers.charts import figures
from handlers.delivery.calls import PAUSES, Calls, Delayed, Method
from handlers.delivery.charts import Charts
from handlers.delivery.errors import SlackRefused, SlackSilent, TakenOver
from handlers.delivery.layout import NO_UNFURLING, as_it_can, content
from handlers.delivery.search import Found, IsIt, Place, Search, key_of, marked
from handlers.ports import Memory, Posted
from handlers.render.chart import drawn
from handlers.render.message import Message
from handlers.schedules.ports import StillOurs

FORGOTTEN: Final = timedelta(hours=24)
"""How far back is looked where nothing is remembered."""
EDITS: Final = ("chat.update", 1.5)
"""The turn that edits of progress take, and its seconds: 40 a minute, of 50 that a workspace may have."""

POSTS: Final = ("chat.postMessage", 0.22)
"""The same of what nobody asked for: 270 a minute, of 300 that a workspace may have."""
WAIT: Final = 0.1
"""Seconds until a turn is asked for again."""

PICTURE: Final = "chart.png"
ALT: Final = 1_000
"""Characters that say what a picture shows."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Care:
    """What is seen to where several replicas may post the same.

    `before` is asked right before each try, and once more afterwards; without it nobody else posts it. With
    `look` it is searched for although nothing is remembered.
    """

    before: StillOurs | None = None
    look: bool = False


NONE: Final = Care()


class Posts:
    """What is posted, and what is changed of it. Raises `SlackRefused`."""

    def __init__(
        self,
        client: AsyncWebClient,
        calls: Calls,
        memory: Memory,
        charts: Charts,
        now: Callable[[], datetime],
    ) -> None:
        self._client, self._calls, self._memory, self.now = client, calls, memory, now
        self.charts = charts
        self._search = Search(client, calls)

    async def post(
        self,
        place: Place,
        key: str,
        message: Message,
        *,
        delayed: Delayed | None = None,
        astray: bool = False,
        care: Care = NONE,
    ) -> Posted:
        """Post a message; its charts follow as a picture in its thread where the workspace draws none.

        A reply that Slack puts into the channel, because its thread is gone, is taken back and refused as
        `thread_not_found`, unless it may go `astray`. Raises `TakenOver` where that is what `care` finds.
        """
        method = _careful(self._client.chat_postMessage, care)

        def is_it(found: Found) -> bool:
            return key_of(found) == key

        async def send(shown: Message) -> str:
            arguments = {"channel": place.channel, **content(shown), **marked(key)}
            arguments |= NO_UNFURLING
            arguments |= {"thread_ts": place.thread_ts} if place.thread_ts else {}
            if care.before:
                await self._in_turn()
            response = await self._calls.once(method, delayed=delayed, **arguments)
            ts = str(response["ts"])
            if not astray and await self._strayed(place, response):
                await self._take_back(place.channel, ts)
                raise SlackRefused("thread_not_found")
            return ts

        posted = await self._once(place, key, lambda: as_it_can(send, message, self.charts), is_it, care)
        await self.illustrate(Place(place.channel, place.thread_ts or posted.ts), key, message)
        return posted

    async def illustrate(self, thread: Place, key: str, message: Message) -> None:
        """Add a picture of a message's charts to its thread, once per key, where the workspace draws none.

        A courtesy: the text has the figures.
        """
        chart = drawn(message)
        if not chart or not await self.charts.refused():
            return
        if content := await self.charts.picture(chart):
            try:
                await self.upload(
                    thread, f"{key}:chart", PICTURE, chart.title, content, "", alt=figures(chart)
                )
            except SlackRefused as refused:
                log.warning("the picture of a chart is left out: %s", refused)

    async def upload(
        self, place: Place, key: str, name: str, title: str, content: bytes, comment: str, alt: str = ""
    ) -> Posted:
        """Upload a file. Its id is remembered as the ts: Slack does not tell the message's.

        `alt` says what a picture shows.
        """

        async def send() -> str:
            response = await self._calls.once(
                self._client.files_upload_v2,
                filename=name,
                title=title,
                alt_txt=alt[:ALT] or None,
                content=content,
                channel=place.channel,
                thread_ts=place.thread_ts or None,
                initial_comment=comment or None,
            )
            return str(response["files"][0]["id"])

        def is_it(found: Found) -> bool:
            return any(it.get("name") == name and it.get("title") == title for it in found.get("files") or ())

        return await self._once(place, key, send, is_it)

    async def edit(self, posted: Posted, key: str, message: Message) -> None:
        """Change a message; patiently, since it is the last word."""
        await self.turn()  # edits of progress stand back for a moment

        async def send(shown: Message) -> None:
            arguments = {"channel": posted.channel, "ts": posted.ts, **content(shown), **marked(key)}
            await self._calls.repeated(self._client.chat_update, **{"blocks": [], **arguments})

        await as_it_can(send, message, self.charts)

    async def edit_now_or_never(self, posted: Posted, key: str, message: Message) -> None:
        """Change a message, if Slack has room for it just now."""
        if await self.turn():
            arguments = {"channel": posted.channel, "ts": posted.ts, **content(message), **marked(key)}
            await self._calls.now_or_never(self._client.chat_update, **{"blocks": [], **arguments})

    async def permalink(self, posted: Posted) -> str:
        """Return the address of a message."""
        response = await self._calls.repeated(
            self._client.chat_getPermalink, channel=posted.channel, message_ts=posted.ts
        )
        return str(response.get("permalink", ""))

    async def turn(self) -> bool:
        """Take the turn of an edit; false where it is not ours, or nobody knows."""
        try:
            return await self._memory.turn(*EDITS)
        except ReadinessError as error:
            log.warning("no turn to edit: %s", error)
            return False

    async def _in_turn(self) -> None:
        """Wait for the turn of a post that nobody asked for, unless nobody knows whose it is."""
        while True:
            try:
                if await self._memory.turn(*POSTS):
                    return
            except ReadinessError as error:
                log.warning("no turn to post: %s", error)
                return
            await self._calls.sleep(WAIT)

    async def recall(self, key: str) -> Posted | None:
        """Return what is remembered of a key; null also where nothing can be remembered."""
        try:
            return await self._memory.posted(key)
        except ReadinessError as error:
            log.warning("whether %s was posted cannot be seen: %s", key, error)
            return None

    async def remember(self, key: str, posted: Posted) -> Posted:
        """Remember a message, as far as that is possible."""
        try:
            await self._memory.remember(key, posted)
        except ReadinessError as error:
            log.warning("that %s was posted cannot be remembered: %s", key, error)
        return posted

    async def _once(
        self,
        place: Place,
        key: str,
        send: Callable[[], Awaitable[str]],
        is_it: IsIt,
        care: Care = NONE,
    ) -> Posted:
        known = await self.recall(key)
        if known and known.ts:
            return known
        begun = known or await self.remember(key, Posted(place.channel, self.now()))
        since = begun.since - FORGOTTEN if care.look else begun.since
        ts = await self._search.any(place, since, is_it) if known or care.look else ""
        if not ts:
            ts = await self._send(place, begun.since, send, is_it)
            ts = await self._settled(place, since, ts, is_it, care, contested=known is not None)
        return await self.remember(key, Posted(place.channel, begun.since, ts))

    async def _send(
        self, place: Place, since: datetime, send: Callable[[], Awaitable[str]], is_it: IsIt
    ) -> str:
        """Send until it is known to be there; never again what is there already."""
        for pause in PAUSES:
            try:
                return await send()
            except SlackSilent:
                await self._calls.sleep(pause)
            if ts := await self._search.any(place, since, is_it):
                return ts
        return await send()

    async def _settled(
        self, place: Place, since: datetime, ts: str, is_it: IsIt, care: Care, *, contested: bool
    ) -> str:
        """Return the ts of the one that stays where two replicas posted the same: the older.

        Whoever was stopped between the last question and the call posts after it was taken over.
        """
        if not care.before:
            return ts
        ours = await care.before()
        if contested or not ours:
            oldest = min([ts, *await self._search.every(place, since, is_it)])
            if oldest != ts:
                log.warning("posted twice in %s, the later one is taken back", place.channel)
                await self._take_back(place.channel, ts)
            ts = oldest
        if not ours:
            raise TakenOver
        return ts

    async def _strayed(self, place: Place, response: AsyncSlackResponse) -> bool:
        """Whether a reply landed beside its thread: where the root was deleted Slack posts to the channel."""
        echo = response.get("message")
        if not place.thread_ts or not isinstance(echo, dict) or echo.get("thread_ts"):
            return False
        try:
            await self._calls.once(
                self._client.conversations_replies, channel=place.channel, ts=place.thread_ts, limit=1
            )
        except SlackRefused as refused:
            return refused.code == "thread_not_found"
        return False

    async def _take_back(self, channel: str, ts: str) -> None:
        try:
            await self._calls.repeated(self._client.chat_delete, channel=channel, ts=ts)
        except SlackRefused as refused:
            log.warning("a message that should go stays in the channel: %s", refused)


def _careful(method: Method, care: Care) -> Method:
    """Return a method that asks first, each time it is called."""
    before = care.before
    if before is None:
        return method

    @wraps(method)
    async def asked(**arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401 - as the method has them
        if not await before():
            raise TakenOver
        return await method(**arguments)

    return asked
