"""How tests wait for what happens in libraries."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - libraries set no event
            await asyncio.sleep(0.01)
