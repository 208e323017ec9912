"""The way to Slack: what is for everyone, for the asker alone, for nobody who asked, and forms."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from math import ceil
from typing import Final, NoReturn

from slack_sdk.web.async_client import AsyncWebClient

from handlers.delivery.calls import Calls, Delayed, Method, Sleep, TooMany
from handlers.delivery.channels import Channels
from handlers.delivery.charts import Charts, Draw
from handlers.delivery.errors import FormExpired, Kind, SlackRefused
from handlers.delivery.outlets import Outlet
from handlers.delivery.posts import Care, Posts
from handlers.delivery.private import Private
from handlers.delivery.search import Place
from handlers.delivery.seats import PostedSeat
from handlers.ports import Memory, Posted
from handlers.render.message import Form, Message, Prompt, Tab
from handlers.request import Asker
from handlers.schedules.ports import StillOurs

SOON: Final = 0.8
"""Seconds without a message after which the asker is told why."""

COURTESY: Final = 2.0
"""Seconds that a reaction, a status or prompts may take."""

LATER: Final = "One moment: my store does not answer just now, so this takes a few seconds longer."

log = logging.getLogger(__name__)


class Courier:
    """Brings messages to Slack. Raises `SlackRefused`.

    The client brings no retry handlers of its own: what is tried again, when and how often is decided here.
    `bot` is what it is called in the workspace.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        memory: Memory,
        *,
        draw: Draw,
        now: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
        bot: str = "readiness",
    ) -> None:
        self._client, self._now = client, now
        self._calls = Calls(now, sleep, bot)
        self._posts = Posts(client, self._calls, memory, Charts(memory, draw, now), now)
        self._private = Private(client, self._calls, self._posts)
        self._channels = Channels(client, self._calls, self._private, bot)

    async def open(self, asker: Asker, key: str, message: Message) -> Outlet:
        """Answer for everyone, in the channel or thread of the asker, once per key.

        Where Slack does not let us, it is for the asker alone, with what to do on top.
        """
        place = Place(asker.channel, asker.thread_ts)
        aside = partial(self._private.seat, asker, key)
        try:
            async with self._waiting(asker) as delayed:
                posted = await self._posts.post(place, key, message, delayed=delayed)
        except SlackRefused as refused:
            if refused.kind is not Kind.PLACE:
                raise
            return Outlet(await aside(refused, message), aside, public=False)
        await self._private.dismiss(asker)
        return Outlet(PostedSeat(self._posts, place, posted, key), aside)

    async def turn(self, asker: Asker, message: Message) -> Outlet | None:
        """Put a page in the place of the one that was clicked; null where none was, or it can stay only."""
        if not asker.page_ts:
            return None
        posted = Posted(asker.channel, self._now(), asker.page_ts)
        try:
            await self._posts.edit(posted, "", message)
        except SlackRefused as refused:
            if refused.kind not in (Kind.GONE, Kind.PLACE):
                raise
            log.info("another page comes by itself: %s", refused)
            return None
        return Outlet(PostedSeat(self._posts, Place(asker.channel, asker.thread_ts), posted), None)

    def at(self, channel: str, ts: str) -> Outlet:
        """Return a message that was posted before, or somebody's, to add to its thread."""
        posted = Posted(channel, self._now(), ts)
        return Outlet(PostedSeat(self._posts, Place(channel), posted), None)

    async def tell(self, asker: Asker, message: Message) -> None:
        """Tell the asker alone."""
        await self._private.tell(asker, message)

    async def reassure(self, asker: Asker) -> None:
        """Let the asker see that what they asked has come and takes a moment longer; a courtesy."""
        if asker.overheard:
            return
        await self._private.mention(asker, Message(text=LATER))
        await self.react(asker, "eyes")

    async def post(
        self, channel: str, key: str, message: Message, *, before: StillOurs | None = None, look: bool = False
    ) -> Outlet:
        """Post what nobody asked for, once per key. Raises every `SlackRefused`.

        `before` is asked right before each try to send, also of replies, and once more afterwards. Raises
        `TakenOver` where it says no. With `look` it is searched for although nothing is remembered.
        """
        place, care = Place(channel), Care(before, look)
        posted = await self._posts.post(place, key, message, care=care)
        return Outlet(PostedSeat(self._posts, place, posted, key, care=care), None)

    async def announce(self, channel: str, thread_ts: str, key: str, message: Message) -> None:
        """Post what nobody asked for, once per key. It goes to the channel where the thread is gone.

        Raises `SlackRefused` only for what passes: later it may be posted. Anything else is logged.
        """
        try:
            try:
                await self._posts.post(Place(channel, thread_ts), key, message, astray=True)
            except SlackRefused as refused:
                if not thread_ts or refused.code != "thread_not_found":
                    raise
                await self._posts.post(Place(channel), key, message)
        except SlackRefused as refused:
            if refused.kind in (Kind.RATE, Kind.PASSING):
                raise
            log.warning("%s is not announced in %s: %s", key, channel, refused)

    async def form(self, asker: Asker, form: Form) -> None:
        """Open a form. Raises `FormExpired` where the click is too old, or would be once Slack has room."""
        if not asker.trigger_id:
            raise FormExpired
        try:
            await self._calls.once(
                self._client.views_open, trigger_id=asker.trigger_id, view=dict(form.view), delayed=_give_up
            )
        except SlackRefused as refused:
            if refused.kind in (Kind.TRIGGER, Kind.RATE):
                raise FormExpired from None
            raise

    async def direct(self, asker: Asker) -> str:
        """Return the channel of the direct messages with somebody."""
        return (await self._private.direct(asker)).channel

    async def open_to(self, asker: Asker, channel: str) -> str:
        """Return the id of a channel, by its id or `#name`, in which the bot may post and the asker is.

        Raises `UsageError` where that is not so.
        """
        return await self._channels.open_to(asker, channel)

    async def publish(self, user: str, tab: Tab) -> None:
        """Show somebody their Home tab, in place of what it was; it waits for Slack's rate."""
        await self._calls.repeated(self._client.views_publish, user_id=user, view=dict(tab.view))

    async def react(self, asker: Asker, name: str) -> None:
        """React to what the asker wrote; a courtesy that nothing waits for."""
        await self._reaction(self._client.reactions_add, asker, name)

    async def unreact(self, asker: Asker, name: str) -> None:
        """Take a reaction back."""
        await self._reaction(self._client.reactions_remove, asker, name)

    async def status(self, asker: Asker, text: str) -> None:
        """Say what is being done about a direct message, as Slack shows it of agents; empty for nothing."""
        if asker.message_ts and asker.channel.startswith("D"):
            where = {"channel_id": asker.channel, "thread_ts": asker.thread_ts}
            await self._courtesy(self._client.assistant_threads_setStatus, **where, status=text)

    async def prompts(self, channel: str, prompts: Sequence[Prompt]) -> None:
        """Offer questions where a person begins to write to the bot directly.

        Slack takes no thread_ts here from an app with an agent view.
        Source: https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
        """
        offered = [{"title": prompt.title, "message": prompt.message} for prompt in prompts]
        method = self._client.assistant_threads_setSuggestedPrompts
        await self._courtesy(method, channel_id=channel, prompts=offered)

    async def _reaction(self, method: Method, asker: Asker, name: str) -> None:
        if asker.message_ts:
            where = {"channel": asker.channel, "timestamp": asker.message_ts}
            await self._courtesy(method, **where, name=name)

    async def _courtesy(self, method: Method, **arguments: object) -> None:
        """Call once and not for long; nothing is lost without it."""
        try:
            async with asyncio.timeout(COURTESY):
                await self._calls.now_or_never(method, **arguments)
        except (SlackRefused, TimeoutError) as error:
            log.info("a courtesy is left out: %s", str(error) or "no answer in time")

    @asynccontextmanager
    async def _waiting(self, asker: Asker) -> AsyncIterator[Delayed]:
        """Tell the asker once, and soon, that it takes longer; yields what tells for how long Slack says."""
        told = False

        async def tell(text: str) -> None:
            nonlocal told
            if not told:
                told = True
                await self._private.mention(asker, Message(text=text))

        async def delayed(seconds: float) -> None:
            wait = f"{seconds:.0f} s" if seconds < 60 else f"{ceil(seconds / 60)} min"
            await tell(f"Slack lets us post again in {wait}; the answer comes then.")

        async def slow() -> None:
            await asyncio.sleep(SOON)
            await tell("The answer takes a moment longer; it comes by itself.")

        watch = asyncio.create_task(slow())
        try:
            yield delayed
        finally:
            watch.cancel()


async def _give_up(seconds: float) -> NoReturn:
    raise TooMany(seconds)
