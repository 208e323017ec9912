"""Where an answer sits: in a channel for everyone, or with the asker alone."""

from typing import Final, Protocol

from handlers.delivery.errors import Kind, SlackRefused
from handlers.delivery.layout import under
from handlers.delivery.posts import NONE, Care, Posts
from handlers.delivery.search import Place
from handlers.ports import Posted
from handlers.render.message import Message

AGAIN: Final = 3
"""How often a message that somebody deletes is posted anew."""


class Seat(Protocol):
    """What an `Outlet` does, at one place. Raises `SlackRefused`."""

    @property
    def thread(self) -> Place | None:
        """Return the thread of the message; null for what has none."""

    async def edit(self, message: Message) -> None:
        """Say something else instead."""

    async def edit_now_or_never(self, message: Message) -> None:
        """Say something else instead, where there is room for it at once."""

    async def reply(self, key: str, message: Message) -> None:
        """Add something, once per key."""

    async def upload(self, key: str, name: str, title: str, content: bytes, comment: str) -> None:
        """Add a file, once per key."""

    async def permalink(self) -> str:
        """Return its address; empty for none."""


class PostedSeat:
    """A message of ours and its thread. `note` is put on top of whatever it says.

    Without a `key` it stays gone where it is gone: nothing is known of it but where it was. `care` is taken
    of replies too.
    """

    def __init__(
        self,
        posts: Posts,
        place: Place,
        posted: Posted,
        key: str = "",
        note: str = "",
        *,
        care: Care = NONE,
    ) -> None:
        self._posts, self._place, self._posted, self._key, self._note = posts, place, posted, key, note
        self._care = care
        self._metadata_key = key
        self._shown: Message | None = None

    @property
    def thread(self) -> Place:
        """Return the thread of the message, or the one that it is in."""
        return Place(self._posted.channel, self._place.thread_ts or self._posted.ts)

    async def edit(self, message: Message) -> None:
        """Change the message; post it anew where it can be changed no more."""
        self._shown = shown = under(self._note, message) if self._note else message
        try:
            await self._posts.edit(self._posted, self._metadata_key, shown)
        except SlackRefused as refused:
            if refused.kind is not Kind.GONE:
                raise
            if self._key:
                await self._post_anew(shown, refused)
            return
        await self._posts.illustrate(self.thread, self._key or self._posted.ts, shown)

    async def edit_now_or_never(self, message: Message) -> None:
        """Change the message."""
        self._shown = shown = under(self._note, message) if self._note else message
        await self._posts.edit_now_or_never(self._posted, self._metadata_key, shown)

    async def reply(self, key: str, message: Message) -> None:
        """Post into the thread, which begins anew where it is gone but was begun by our own message."""
        try:
            await self._posts.post(self.thread, key, message, care=self._care)
        except SlackRefused as refused:
            if (
                refused.code != "thread_not_found"
                or self._place.thread_ts
                or not self._key
                or not self._shown
            ):
                raise
            await self._post_anew(self._shown, refused)
            await self._posts.post(self.thread, key, message)

    async def upload(self, key: str, name: str, title: str, content: bytes, comment: str) -> None:
        """Upload into the thread."""
        await self._posts.upload(self.thread, key, name, title, content, comment)

    async def permalink(self) -> str:
        """Return the message's address."""
        return await self._posts.permalink(self._posted)

    async def _post_anew(self, message: Message, refused: SlackRefused) -> None:
        """Post the message again, under keys of its own so that this too happens once."""
        for number in range(1, AGAIN + 1):
            key = f"{self._key}:again:{number}"
            known = await self._posts.recall(key)
            posted = await self._posts.post(self._place, key, message)
            try:
                if known and known.ts:
                    await self._posts.edit(posted, key, message)
            except SlackRefused as again:
                if again.kind is not Kind.GONE:
                    raise
                continue
            self._posted = await self._posts.remember(self._key, posted)
            self._metadata_key = key
            return
        raise refused
