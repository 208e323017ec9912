"""A connection that the kernel has given up: whoever listens on it says so, and lets others run."""

import asyncio
from errno import ETIMEDOUT
from typing import Any, cast

import pytest
from docket._redis import PubSubClient
from redis import exceptions as refused

from bot.connection import Connection
from bot.jobs.listening import HeedfulDocket


async def _heard(pubsub: PubSubClient) -> None:
    while await pubsub.get_message(timeout=0.05) is None:
        pass


async def test_a_listener_hears_that_its_connection_is_lost(connection: Connection) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    async with HeedfulDocket("listening", connection.url) as docket, docket._pubsub() as pubsub:
        await pubsub.psubscribe("here:*")
        assert await pubsub.get_message(timeout=5)
        assert await pubsub.get_message(timeout=0.05) is None
        running = asyncio.create_task(others())
        cast("Any", pubsub)._listener.connection._reader.set_exception(TimeoutError(ETIMEDOUT, "timed out"))
        with pytest.raises(refused.ConnectionError, match="nothing comes"):
            await _heard(pubsub)
        running.cancel()
    assert turns > 5


async def test_a_listener_that_hears_nothing_for_long_goes_on(connection: Connection) -> None:
    async with HeedfulDocket("listening", connection.url) as docket, docket._pubsub() as pubsub:
        await pubsub.psubscribe("here:*")
        for _ in range(10):
            await pubsub.get_message(timeout=0.02)
        await connection.client.publish("here:now", "said")
        assert (await pubsub.get_message(timeout=5) or {})["data"] == b"said"
