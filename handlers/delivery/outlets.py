"""Where an answer went, and how it goes on."""

import logging
from collections.abc import Awaitable, Callable

from handlers.delivery.errors import Kind, SlackRefused
from handlers.delivery.search import Place
from handlers.delivery.seats import Seat
from handlers.render.message import Message

Aside = Callable[[SlackRefused, Message], Awaitable[Seat]]
"""Says a message to the asker alone, because of a refusal."""

log = logging.getLogger(__name__)


class Outlet:
    """An answer. `public` tells whether everyone in the channel sees it.

    Where Slack stops letting us post there, it goes on with the asker alone. Raises `SlackRefused`.
    """

    def __init__(self, seat: Seat, aside: Aside | None, *, public: bool = True) -> None:
        self.public = public
        self._seat, self._aside = seat, aside

    @property
    def thread(self) -> Place | None:
        """Return the thread that the answer began, or is in; null for none."""
        return self._seat.thread

    async def edit(self, message: Message, *, now_or_never: bool = False) -> None:
        """Say something else instead; with `now_or_never` only where that costs no wait and fails nothing."""
        if now_or_never:
            try:
                await self._seat.edit_now_or_never(message)
            except SlackRefused as refused:
                log.info("progress is not shown: %s", refused)
            return
        try:
            await self._seat.edit(message)
        except SlackRefused as refused:
            await self._move(refused, message)

    async def reply(self, key: str, message: Message) -> None:
        """Add to its thread, once per key."""
        try:
            await self._seat.reply(key, message)
        except SlackRefused as refused:
            await self._move(refused, message)

    async def upload(self, key: str, name: str, title: str, content: bytes, comment: str) -> None:
        """Add a file to its thread, or to the direct messages of an asker alone, once per key."""
        try:
            await self._seat.upload(key, name, title, content, comment)
        except SlackRefused as refused:
            about = f"{comment}\n{title}".strip()
            await self._move(refused, Message(text=about))
            await self._seat.upload(key, name, title, content, comment)

    async def permalink(self) -> str:
        """Return its address; empty where it has none."""
        try:
            return await self._seat.permalink()
        except SlackRefused as refused:
            log.info("no permalink: %s", refused)
            return ""

    async def _move(self, refused: SlackRefused, message: Message) -> None:
        """Go on with the asker alone, beginning with a message. Raises what is no matter of the place."""
        if refused.kind is not Kind.PLACE or self._aside is None or not self.public:
            raise refused
        self._seat = await self._aside(refused, message)
        self.public = False
