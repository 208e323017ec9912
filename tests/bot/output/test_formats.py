"""What holds for every format."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.output.formats import MODULES, render
from checks.model import Report, Severity
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import LAPTOP, OPTIONS, SAMPLE, large
from tests.bot.output.strategies import reports

EXTENSIONS = {
    "text": "txt",
    "json": "json",
    "csv": "csv",
    "markdown": "md",
    "html": "html",
    "junit": "xml",
    "sarif": "sarif",
}
VERBOSE = replace(OPTIONS, verbose=True)
FILTERED = replace(OPTIONS, severity=Severity.HIGH, namespace="jobs")
TOLD_WHOLE = ("json", "csv", "html", "junit", "sarif")
LINE_ENDS = {name: {"\n", "\r"} if name == "csv" else {"\n"} for name in MODULES}
FOR_PEOPLE = ("text", "markdown", "html")


@pytest.mark.parametrize("name", MODULES)
def test_the_sample_looks_as_it_did(name: str) -> None:
    assert_golden(f"sample.{EXTENSIONS[name]}", render(name, SAMPLE, OPTIONS))


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_the_sample_looks_as_it_did_when_verbose(name: str) -> None:
    assert_golden(f"verbose.{EXTENSIONS[name]}", render(name, SAMPLE, VERBOSE))


@pytest.mark.parametrize("name", TOLD_WHOLE)
def test_verbose_adds_nothing_where_everything_is_told(name: str) -> None:
    assert render(name, SAMPLE, VERBOSE) == render(name, SAMPLE, OPTIONS)


@pytest.mark.parametrize("name", MODULES)
@given(report=reports)
@settings(max_examples=40)
def test_no_name_brings_a_character_that_cannot_be_printed(name: str, report: Report) -> None:
    text = render(name, report, VERBOSE)
    assert {char for char in text if not char.isprintable()} <= LINE_ENDS[name]
    assert text.endswith("\n")
    text.encode()


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_filter_is_told_with_what_it_hides(name: str) -> None:
    text = render(name, SAMPLE, FILTERED)
    assert "leaves out 9 open findings" in " ".join(text.split())
    assert "coverage 84 %" in text


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_laptop_is_named(name: str) -> None:
    assert "laptop cluster (kind) is not a production cluster" in render(name, LAPTOP, OPTIONS)


@pytest.mark.parametrize("name", TOLD_WHOLE)
def test_a_large_report_has_every_finding(name: str) -> None:
    assert render(name, large(20_000), OPTIONS).count("workload-19999") >= 1


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_large_report_is_short_unless_verbose(name: str) -> None:
    assert len(render(name, large(20_000), OPTIONS)) < 2_000
    assert "workload-1999" in render(name, large(2_000), VERBOSE)


def test_a_command_that_shows_no_report_loads_neither_rich_nor_jinja2() -> None:
    code = "import sys, bot.output.formats; sys.exit(bool({'rich', 'jinja2'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603
