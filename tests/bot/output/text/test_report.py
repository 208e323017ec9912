"""The report in a terminal: its width, its colours, its length."""

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs
from rich.cells import cell_len
from rich.console import Console

from bot.output.formats import render
from bot.output.text.page import printed
from bot.output.text.report import render_report
from bot.output.view import view
from checks.model import Delta, Report
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import LAPTOP, OPTIONS, SAMPLE, TAKEN, large
from tests.bot.output.strategies import reports


def console(width: int, *, colour: bool = False, no_color: bool = False) -> Console:
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        no_color=no_color,
    )


@given(report=reports, width=st.integers(20, 160), verbose=st.booleans())
@example(report=SAMPLE, width=20, verbose=True)
@settings(max_examples=50)
def test_no_line_is_wider_than_the_console(report: Report, width: int, *, verbose: bool) -> None:
    text = render("text", report, replace(OPTIONS, verbose=verbose, console=console(width)))
    assert max(map(cell_len, text.splitlines())) <= width


def test_it_looks_as_it_did_on_a_narrow_terminal() -> None:
    assert_golden("narrow.txt", render("text", SAMPLE, replace(OPTIONS, console=console(44))))


def test_a_laptop_s_partial_first_run_looks_as_it_did() -> None:
    assert_golden("laptop.txt", render("text", LAPTOP, OPTIONS))


def test_a_sample_fits_two_screens() -> None:
    assert len(render("text", SAMPLE, OPTIONS).splitlines()) <= 2 * 40


def test_colours_come_from_the_console_alone() -> None:
    report = view(SAMPLE, OPTIONS)
    coloured = printed(render_report(report), console(100, colour=True))
    assert "\x1b[1;31mNOT READY" in coloured
    without = printed(render_report(report), console(100, colour=True, no_color=True))
    assert "\x1b[1mNOT READY" in without
    assert "31m" not in without.replace(r"\x1b[31m", "")
    assert "\x1b" not in render("text", SAMPLE, OPTIONS)


def test_markup_in_a_name_is_not_interpreted() -> None:
    assert r"Deployment shop/[bold]<b>|`\x1b[31m\u202e" in render(
        "text", SAMPLE, replace(OPTIONS, verbose=True)
    )


def test_nothing_changed_is_said_with_its_date() -> None:
    unchanged = structs.replace(SAMPLE, delta=Delta(TAKEN, "r-0"))
    assert "CHANGES  none since the last run, 14 min ago" in render("text", unchanged, OPTIONS)


@pytest.mark.parametrize("number", [3, 20_000])
def test_findings_are_capped_and_the_rest_counted(number: int) -> None:
    text = render("text", large(number), OPTIONS)
    assert f"and {number - 2:,} more finding" in text
