"""An office for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.scopes import ALL_BOT_SCOPES
from deploy.sandbox.slack.server import SandboxSlack
from tests.handlers.delivery.office import Office

SCOPES = ALL_BOT_SCOPES - {"chat:write.public"}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
"""When everything happens; only sleeping moves the clock."""


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with SandboxSlack(app=App(scopes=SCOPES), clock=lambda: NOON) as slack:
        yield Office(slack)
