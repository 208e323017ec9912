"""CSV, read back as a spreadsheet reads it."""

import csv
from io import StringIO

from hypothesis import given, settings
from msgspec import structs

from bot.output.as_csv import COLUMNS, FORMULA
from bot.output.formats import render
from checks.model import Ref, Report
from tests.bot.output.sample import OPTIONS, PROBES, SAMPLE
from tests.bot.output.strategies import reports


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(render("csv", report, OPTIONS), newline=""), strict=True))


@given(report=reports)
@settings(max_examples=60)
def test_every_finding_and_every_check_without_any_is_a_line_of_every_column(report: Report) -> None:
    read = rows(report)
    assert len(read) == sum(max(1, len(result.findings)) for result in report.results)
    assert all(tuple(row) == COLUMNS and None not in row.values() for row in read)


@given(report=reports)
@settings(max_examples=60)
def test_no_cell_is_a_formula(report: Report) -> None:
    cells = [cell for row in rows(report) for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA)]


def test_a_name_that_is_a_formula_is_told_as_text() -> None:
    evil = structs.replace(PROBES[0], ref=Ref("Deployment", "shop", '=HYPERLINK("http://x","y")'))
    result = structs.replace(SAMPLE.results[0], findings=(evil,))
    found = rows(structs.replace(SAMPLE, results=(result,)))[0]
    assert found["name"] == '\'=HYPERLINK("http://x","y")'


def test_a_waiver_and_a_reason_stand_in_their_columns() -> None:
    read = rows(SAMPLE)
    waived = next(row for row in read if row["check"] == "sample-roles")
    unknown = next(row for row in read if row["check"] == "sample-alerts")
    passed = next(row for row in read if row["check"] == "sample-zones")
    assert (waived["waived_by"], waived["waived_until"]) == ("alice", "2026-12-01T00:00:00Z")
    assert (unknown["status"], unknown["fingerprint"]) == ("unknown", "")
    assert unknown["message"] == "list alertmanagers.monitoring.coreos.com: forbidden"
    assert passed["message"].startswith("12 nodes in 3 zones")


def test_a_fix_keeps_its_lines_and_lines_end_as_the_rfc_says() -> None:
    fixes = [row["fix"] for row in rows(SAMPLE) if row["check"] == "sample-budgets"]
    assert "kind: PodDisruptionBudget\nmetadata:" in fixes[0]
    assert render("csv", SAMPLE, OPTIONS).startswith(",".join(COLUMNS) + "\r\n")
