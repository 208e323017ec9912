"""Servers of each test's own, and a roster that looks often."""

import pytest

from bot import roster as module
from tests.bot.jobs.conftest import connection  # noqa: F401 - a fixture
from tests.bot.roster.members import SOON
from tests.bot.store.conftest import redis, runtime  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    monkeypatch.setattr(module, "YOUNG", 0.0)
    monkeypatch.setattr(module, "LOOK", SOON)
