"""What only the asker sees: where Slack lets us say nothing to all, and what concerns nobody else.

Ways, in this order: the response_url, an ephemeral message, a direct message.
"""

import logging
from functools import lru_cache
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from handlers.delivery.calls import Calls
from handlers.delivery.errors import SlackRefused
from handlers.delivery.layout import NO_UNFURLING, above, as_it_can, content, under
from handlers.delivery.posts import Posts
from handlers.delivery.response_urls import ResponseUrl
from handlers.delivery.search import Place
from handlers.delivery.seats import PostedSeat, Seat
from handlers.ports import Posted
from handlers.render.message import Message
from handlers.request import Asker

KNOWN: Final = 1_000
"""How many response_urls have their uses counted at a time."""
WHISPERED: Final = "whispered"
"""The ts that is remembered of what was said by response_url, which Slack gives none."""
PROGRESS: Final = 2
"""Edits of progress that a response_url is spent on."""
NO_MORE: Final = "More than this does not fit here: ask in a direct message, or in a channel I am in."

log = logging.getLogger(__name__)


class Private:
    """The ways to one person. Raises `SlackRefused` where none is left."""

    def __init__(self, client: AsyncWebClient, calls: Calls, posts: Posts) -> None:
        self._client, self._calls, self._posts = client, calls, posts
        self._url = lru_cache(KNOWN)(lambda url: ResponseUrl(url, client, calls.sleep, posts.charts))

    async def tell(self, asker: Asker, message: Message) -> None:
        """Show a message to the asker, instead of what they clicked where that was for them alone."""
        url = self._url(asker.response_url)
        if await url.send(message, replace=asker.ephemeral, thread_ts=_visible_thread(asker)):
            return
        try:
            if asker.channel.startswith("D"):
                await self._write(Place(asker.channel, asker.thread_ts), message)
            else:
                await self._show(asker, message)
        except SlackRefused as refused:
            log.info("not where it was asked, so a direct message: %s", refused)
            await self._write(await self.direct(asker), message)

    async def mention(self, asker: Asker, message: Message) -> None:
        """Tell something that matters only now: by response_url, or not at all."""
        url = self._url(asker.response_url)
        await url.send(message, replace=asker.ephemeral, thread_ts=_visible_thread(asker), patient=False)

    async def dismiss(self, asker: Asker) -> None:
        """Take away what the asker clicked, where that was for them alone: the answer is elsewhere."""
        if asker.ephemeral:
            await self._url(asker.response_url).dismiss()

    async def seat(self, asker: Asker, key: str, refused: SlackRefused, message: Message) -> Seat:
        """Answer the asker alone, once per key, with what to do about the refusal on top."""
        key, note = f"{key}:alone", refused.advice
        whisper = Whisper(self, self._posts, asker, self._url(asker.response_url), key, note)
        known = await self._posts.recall(key)
        if known and known.ts == WHISPERED:
            return whisper
        if known is None and await whisper.begin(message):
            return whisper
        return await self.direct_seat(asker, key, under(note, message), note)

    async def direct_seat(self, asker: Asker, key: str, message: Message, note: str) -> Seat:
        """Answer in the asker's direct messages, once per key."""
        place = await self.direct(asker)
        return PostedSeat(self._posts, place, await self._posts.post(place, key, message), key, note)

    async def direct(self, asker: Asker) -> Place:
        """Return the direct messages with the asker, opened if need be."""
        response = await self._calls.repeated(self._client.conversations_open, users=asker.user)
        opened = response.get("channel") or {}
        return Place(str(opened.get("id") or asker.user))  # a person's id leads there too

    async def _show(self, asker: Asker, message: Message) -> None:
        where = {"channel": asker.channel, "user": asker.user, **_within(_visible_thread(asker))}
        await as_it_can(
            lambda it: self._calls.repeated(self._client.chat_postEphemeral, **where, **content(it)),
            message,
            self._posts.charts,
        )

    async def _write(self, place: Place, message: Message) -> None:
        where = {"channel": place.channel, **_within(place.thread_ts), **NO_UNFURLING}
        await as_it_can(
            lambda it: self._calls.repeated(self._client.chat_postMessage, **where, **content(it)),
            message,
            self._posts.charts,
        )


class Whisper:
    """An answer by response_url: a few uses, of which one is kept for the final edit.

    Slack replaces the message that was clicked. What a command was answered with it does not replace: a
    further answer comes beside it, so that progress is not told there. Once the response_url takes no more,
    the answer goes on in direct messages.
    """

    def __init__(
        self, private: Private, posts: Posts, asker: Asker, url: ResponseUrl, key: str, note: str
    ) -> None:
        self._private, self._posts, self._asker, self._url = private, posts, asker, url
        self._key, self._note = key, note
        self._progress = PROGRESS if asker.ephemeral else 0
        self._final = False
        self._instead: Seat | None = None

    @property
    def thread(self) -> Place | None:
        """Return the thread of the message where it went to direct messages."""
        return self._instead.thread if self._instead else None

    async def begin(self, message: Message) -> bool:
        """Say it for the first time; false where the response_url does not take it."""
        if not await self._say(message):
            return False
        await self._posts.remember(self._key, Posted(self._asker.channel, self._posts.now(), WHISPERED))
        return True

    async def edit(self, message: Message) -> None:
        """Say the last word."""
        if self._instead:
            return await self._instead.edit(message)
        self._final = True
        if not await self._say(message):
            await self._go_on(f"{self._key}:direct", under(self._note, message))
        return None

    async def edit_now_or_never(self, message: Message) -> None:
        """Tell progress, as long as there are uses for it."""
        if self._instead:
            await self._instead.edit_now_or_never(message)
        elif self._progress and self._url.left > 1:
            self._progress -= 1
            await self._say(message, patient=False)

    async def reply(self, key: str, message: Message) -> None:
        """Say something more while uses remain; the last one says that there is no more."""
        if self._instead:
            return await self._instead.reply(key, message)
        if await self._posts.recall(key):
            return None
        left = self._url.left - (0 if self._final else 1)
        if left < 1:
            log.info("%s is left out: the response_url has no use left for it", key)
            return None
        last = above(message, NO_MORE) if left == 1 else message
        if await self._url.send(last, thread_ts=_visible_thread(self._asker)):
            await self._posts.remember(key, Posted(self._asker.channel, self._posts.now(), WHISPERED))
        else:
            await self._go_on(key, message)
        return None

    async def upload(self, key: str, name: str, title: str, content: bytes, comment: str) -> None:
        """Upload into the direct messages: a response_url takes no files."""
        await self._posts.upload(await self._private.direct(self._asker), key, name, title, content, comment)

    async def permalink(self) -> str:
        """Return nothing: what one person sees has no address."""
        return await self._instead.permalink() if self._instead else ""

    async def _say(self, message: Message, *, patient: bool = True) -> bool:
        return await self._url.send(
            under(self._note, message),
            replace=self._asker.ephemeral,
            thread_ts=_visible_thread(self._asker),
            patient=patient,
        )

    async def _go_on(self, key: str, message: Message) -> None:
        self._instead = await self._private.direct_seat(self._asker, key, message, self._note)


def _within(thread_ts: str) -> dict[str, Any]:
    return {"thread_ts": thread_ts} if thread_ts else {}


def _visible_thread(asker: Asker) -> str:
    """Return the thread in which the asker sees what is for them alone; empty for the channel.

    Slack shows it only in a thread that has replies, which the one of a message just written has not.
    """
    return "" if asker.home_ts == asker.message_ts else asker.home_ts
