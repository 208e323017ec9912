"""A bureau for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers import bureau as bureaus
from tests.handlers.bureau import Bureau


@pytest.fixture
async def bureau() -> AsyncIterator[Bureau]:
    async with bureaus.bureau() as one:
        yield one
