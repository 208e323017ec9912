"""A server of each test's own, and jobs on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.connection import Connection, connect
from bot.jobs.jobs import Jobs
from bot.store import Store
from tests.bot.jobs.build import QUICK, Desk, ways
from tests.bot.store.conftest import redis, runtime  # noqa: F401 - fixtures


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    return tmp_path / "kubeconfig"


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[Connection]:
    async with connect(data_dir=tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def jobs(connection: Connection, kubeconfig: Path) -> AsyncIterator[Jobs]:
    async with Jobs(connection, ways(kubeconfig), pace=QUICK) as opened:
        yield opened


@pytest.fixture
def desk(connection: Connection) -> Desk:
    return Desk(connection)


@pytest.fixture
def store(connection: Connection) -> Store:
    return Store(connection, 100, 90)
