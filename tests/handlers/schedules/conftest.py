"""A bureau in which access rules count."""

from dataclasses import replace

import pytest

from tests.handlers.bureau import Bureau
from tests.handlers.schedules.ruled import Ruled


@pytest.fixture
def ruled(bureau: Bureau) -> Ruled:
    bureau.ports = ports = Ruled()
    bureau.desk = replace(bureau.desk, access=ports, audit=ports)
    return ports
