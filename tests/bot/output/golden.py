"""Expected outputs, kept as files; `UPDATE_GOLDENS=1` writes them anew."""

import os
from pathlib import Path

GOLDENS = Path(__file__).parent / "goldens"


def assert_golden(name: str, text: str) -> None:
    """Compare a text with the golden file of that name."""
    path = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode()
