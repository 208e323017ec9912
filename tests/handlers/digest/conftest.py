"""A newsroom for each test."""

import pytest

from tests.handlers.bureau import Bureau
from tests.handlers.digest.newsroom import Newsroom


@pytest.fixture
def room(bureau: Bureau) -> Newsroom:
    return Newsroom.of(bureau)
