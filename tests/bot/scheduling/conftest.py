"""Servers of each test's own."""

from tests.bot.jobs.conftest import connection  # noqa: F401 - a fixture
from tests.bot.store.conftest import redis, runtime  # noqa: F401 - fixtures
