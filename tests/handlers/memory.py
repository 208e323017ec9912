"""A memory that forgets when the test ends, and fails on request."""

from collections.abc import Callable
from datetime import datetime, timedelta

from checks.errors import StoreError
from handlers.ports import Posted


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
