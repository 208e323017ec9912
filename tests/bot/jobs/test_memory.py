"""What was done already."""

import logging
from datetime import UTC, datetime

import pytest

from bot.connection import Connection
from bot.memory import Memory
from checks.errors import StoreError
from handlers.ports import Posted
from tests.bot.jobs.build import eventually

NAMES = ["T1", "root:20261121-120000-7f3a:C1:1700000000.1", "a b/c:%", "ünï☃"]


@pytest.fixture
def memory(connection: Connection) -> Memory:
    return Memory(connection)


@pytest.mark.parametrize("name", NAMES)
async def test_answered(memory: Memory, name: str) -> None:
    assert not await memory.answered(name)
    await memory.mark_answered(name)
    assert await memory.answered(name)
    assert not await memory.answered(f"{name}:")


@pytest.mark.parametrize("name", NAMES)
async def test_whoever_claims_first_has_it(memory: Memory, name: str) -> None:
    assert await memory.claim(name, "ünï")
    assert not await memory.claim(name, "T2")
    assert await memory.claim(name, "ünï")
    assert await memory.claim(f"{name}:", "T2")


@pytest.mark.parametrize("name", NAMES)
async def test_posted(memory: Memory, name: str) -> None:
    assert await memory.posted(name) is None
    since = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for posted in (Posted("C1", since), Posted("C1", since, "1700000000.1")):
        await memory.remember(name, posted)
        assert await memory.posted(name) == posted


async def test_turns_come_one_after_the_other(memory: Memory) -> None:
    assert await memory.turn("edit", 0.2)
    assert await memory.turn("other", 0.2)
    await eventually(lambda: memory.turn("edit", 1000), bool)
    assert not await memory.turn("edit", 1000)


async def test_it_forgets_within_a_day(memory: Memory, connection: Connection) -> None:
    await memory.mark_answered("a")
    await memory.claim("b", "T1")
    await memory.remember("c", Posted("C1", datetime.now(UTC)))
    await memory.turn("d", 5)
    left = [await connection.client.ttl(key) async for key in connection.client.scan_iter("readiness:*")]
    assert len(left) == 4
    assert all(0 < seconds <= 86_400 for seconds in left)


async def test_what_cannot_be_read_was_not_posted(
    memory: Memory, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await connection.client.set("readiness:posted:a", "{}")
    with caplog.at_level(logging.WARNING):
        assert await memory.posted("a") is None
    assert "what was posted as a cannot be read" in caplog.text


async def test_a_server_that_refuses(memory: Memory, connection: Connection) -> None:
    await connection.client.rpush("readiness:posted:a", "not a string")
    with pytest.raises(StoreError, match="refuses"):
        await memory.posted("a")
