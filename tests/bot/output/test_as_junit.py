"""JUnit XML, read back."""

from xml.etree import ElementTree as ET

from hypothesis import given, settings

from bot.output.formats import render
from checks.model import Report
from tests.bot.output.sample import OPTIONS, SAMPLE
from tests.bot.output.strategies import reports

KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def suites(report: Report) -> ET.Element:
    return ET.fromstring(render("junit", report, OPTIONS))  # noqa: S314 - our own


@given(report=reports)
@settings(max_examples=50)
def test_it_parses_and_its_counts_are_right(report: Report) -> None:
    root = suites(report)
    assert len(root.findall(".//testcase")) == len(report.results)
    for suite in (root, *root):
        assert suite.get("tests") == str(len(suite.findall(".//testcase")))
        for count, kind in KINDS.items():
            assert suite.get(count) == str(len(suite.findall(f".//{kind}")))


def test_each_outcome_has_its_element() -> None:
    told = {
        (case.get("name") or "").partition(":")[0]: {child.tag for child in case}
        for case in suites(SAMPLE).iter("testcase")
    }
    assert told["sample-nodes"] == {"failure"}
    assert told["sample-alerts"] == told["sample-logs"] == {"error"}
    assert told["sample-etcd"] == told["sample-roles"] == {"skipped"}
    assert told["sample-zones"] == {"system-out"}
