"""A memory that forgets when the test ends, and fails on request."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import structs

from checks.errors import StoreError
from handlers.conversation.topic import Topic
from handlers.ports import Posted, Viewer
from handlers.request import Asker


async def anywhere(_: Asker, channel: str) -> str:
    """Every channel is open: see `handlers.routes.OpenTo`."""
    return channel


class RememberingViewers:
    """`handlers.ports.Viewers` without a store; with `broken` every method raises `StoreError`."""

    def __init__(self) -> None:
        self.broken = False
        self._viewers: dict[str, Viewer] = {}

    async def add(self, viewer: Viewer) -> None:
        known = await self.viewer(viewer.user)
        self._viewers[viewer.user] = structs.replace(viewer, shown=known.shown if known else "")

    async def show(self, user: str, digest: str) -> None:
        if viewer := await self.viewer(user):
            self._viewers[user] = structs.replace(viewer, shown=digest)

    async def all(self) -> list[Viewer]:
        if self.broken:
            raise StoreError("the store is away")
        return [*self._viewers.values()]

    async def viewer(self, user: str) -> Viewer | None:
        return next((viewer for viewer in await self.all() if viewer.user == user), None)


class RememberingTopics:
    """`handlers.ports.Topics` without a store; with `broken` every method raises `StoreError`."""

    def __init__(self) -> None:
        self.broken = False
        self.known: dict[tuple[str, str], Topic] = {}

    async def topic(self, channel: str, thread_ts: str) -> Topic | None:
        self._work()
        return self.known.get((channel, thread_ts))

    async def set_topic(self, channel: str, thread_ts: str, topic: Topic) -> None:
        self._work()
        self.known[channel, thread_ts] = topic

    def _work(self) -> None:
        if self.broken:
            raise StoreError("the store is away")


class RememberingAll:
    """`handlers.ports.Memory` without a store; with `broken` every method raises `StoreError`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.broken = False
        self.posts: dict[str, Posted] = {}
        self._now = now
        self._answered: set[str] = set()
        self._claims: dict[str, str] = {}
        self._gathered: dict[str, list[str]] = {}
        self._turns: dict[str, datetime] = {}

    async def answered(self, request_id: str) -> bool:
        self._work()
        return request_id in self._answered

    async def mark_answered(self, request_id: str) -> None:
        self._work()
        self._answered.add(request_id)

    def forget_answers(self) -> None:
        """Be as it is where a process was killed before it remembered them."""
        self._answered.clear()

    async def claim(self, key: str, by: str) -> bool:
        self._work()
        return self._claims.setdefault(key, by) == by

    async def release(self, key: str, by: str) -> None:
        self._work()
        if self._claims.get(key) == by:
            del self._claims[key]

    async def gather(self, key: str, member: str) -> tuple[str, ...]:
        self._work()
        members = self._gathered.setdefault(key, [])
        if member and member not in members:
            members.append(member)
        return tuple(members)

    async def posted(self, key: str) -> Posted | None:
        self._work()
        return self.posts.get(key)

    async def remember(self, key: str, posted: Posted) -> None:
        self._work()
        self.posts[key] = posted

    async def turn(self, key: str, seconds: float) -> bool:
        self._work()
        now = self._now()
        if now < self._turns.get(key, now):
            return False
        self._turns[key] = now + timedelta(seconds=seconds)
        return True

    def _work(self) -> None:
        if self.broken:
            raise StoreError("the store is away")
