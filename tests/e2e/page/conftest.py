"""A browser for a module's tests, and what it looks at."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e.cli import sandbox
from tests.e2e.page.browser import chromium, launched
from tests.e2e.slack.stage import Stage, staged

MISSING = "the page is NOT TESTED in a browser: apt-get install chromium"

if not os.environ.get("UPDATE_SCREENSHOTS"):
    collect_ignore = ["test_screenshots.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was left out."""
    if not chromium():
        terminalreporter.write_line(f"WARNING: {MISSING}", yellow=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if not chromium():
        pytest.skip(MISSING)
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(browser: Browser) -> AsyncIterator[Stage]:
    """A workspace, `cluster-a` and `cluster-b`, and a bot; alice may waive."""
    assert browser.is_connected()  # first: without one, nothing else has to be started
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="page-")))
        slack = await stack.enter_async_context(SandboxSlack(rates=Rates(enforce=False)))
        clusters = [await stack.enter_async_context(sandbox(name)) for name in ("cluster-a", "cluster-b")]
        stage = await stack.enter_async_context(staged(slack, folder, *clusters))
        alice = slack.workspace.user("alice").id
        stage.configuration["access"] = [{"verbs": ["waive", "attest"], "users": [alice]}]
        await stage.bot()
        yield stage
