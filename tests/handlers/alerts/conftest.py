"""A lookout for each test that asks for one."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.alerts import lookout as lookouts
from tests.handlers.alerts.lookout import Lookout


@pytest.fixture
async def lookout() -> AsyncIterator[Lookout]:
    async with lookouts.lookout() as one:
        yield one
