"""What every end-to-end test begins with."""

from pathlib import Path

import pytest

from tests.e2e.cli import Commands


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)
