"""A request that nobody waits for any more."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from handlers.desk import Desk
from handlers.dispatch import LATE, answer
from handlers.request import Asker, Request
from tests.handlers.memory import RememberingAll

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def test_it_is_neither_done_nor_told_but_remembered() -> None:
    memory = RememberingAll(lambda: NOW)
    # Whoever would do or tell anything needs more than these.
    desk = cast("Desk", SimpleNamespace(memory=memory, now=lambda: NOW))
    asked = NOW - LATE - timedelta(seconds=1)
    await answer(desk, Request(id="T1", asker=Asker("U1", "C1"), at=asked, said="prod"))
    assert await memory.answered("T1")
