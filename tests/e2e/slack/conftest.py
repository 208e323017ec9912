"""What an end-to-end test in Slack begins with."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack
from tests.bot.store.conftest import redis  # noqa: F401 - a fixture
from tests.e2e.cli import sandbox
from tests.e2e.slack.stage import Stage, staged


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the embedded store's socket is in it."""
    with tempfile.TemporaryDirectory(prefix="slack-") as directory:
        yield Path(directory)


@asynccontextmanager
async def _set(folder: Path, rates: Rates) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SandboxSlack(rates=rates))
        clusters = [await stack.enter_async_context(sandbox(name)) for name in ("prod", "staging")]
        yield await stack.enter_async_context(staged(slack, folder, *clusters))


@pytest.fixture
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """A workspace and the clusters `prod` and `staging`; no bot yet."""
    async with _set(folder, Rates()) as stage:
        yield stage


@pytest.fixture
async def hasty(folder: Path) -> AsyncIterator[Stage]:
    """As `stage`, in a workspace that takes messages as fast as they come: for long conversations."""
    async with _set(folder, Rates(enforce=False)) as stage:
        yield stage
