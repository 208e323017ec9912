"""Help on a terminal."""

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.mark.parametrize(
    ("command", "paragraph"),
    [
        (("ask",), ("What can be asked: is it ready", "are both answered.")),
        (("check",), ("Exit code 0: nothing at or above", "nothing could be read.")),
    ],
)
def test_a_paragraph_fills_the_lines(command: tuple[str, ...], paragraph: tuple[str, str]) -> None:
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "500", "TERMINAL_WIDTH": "500"})
    assert shown.exit_code == 0
    begins, ends = paragraph
    assert [line for line in shown.output.splitlines() if begins in line and ends in line]
