"""What a call to the store leaves behind when nobody wants its answer any more."""

import asyncio

from bot.connection import Connection

TIMES = 100


async def test_whoever_is_cancelled_in_the_middle_of_calls_ends(connection: Connection) -> None:
    async def ask() -> None:
        while True:
            await connection.call(lambda: connection.client.echo("up"))

    for number in range(TIMES):
        asking = asyncio.create_task(ask())
        await asyncio.sleep(number / TIMES * 0.003)
        asking.cancel()
        _, left = await asyncio.wait([asking], timeout=20)
        assert not left
        assert asking.cancelled()


async def test_very_many_calls_at_once_wait_for_their_turn(connection: Connection) -> None:
    async def called(number: int) -> int:
        return await connection.call(lambda: connection.client.incrby("sum", number))

    await asyncio.gather(*(called(1) for _ in range(300)))
    assert await called(0) == 300
