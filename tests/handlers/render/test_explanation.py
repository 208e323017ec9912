"""A check explained, alone and with what a cluster's report says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.catalogue import BY_ID, CATALOGUE
from checks.model import Report, Result
from checks.registry import Check
from handlers.render.explanation import explanation
from tests.bot.output.sample import NOW, SAMPLE
from tests.handlers.render.judged import anything, assert_safe, reports
from tests.handlers.render.shown import assert_message, commands, shown


def sample(name: str, check_id: str) -> Report:
    """Return a report in which a check of the catalogue has the result of one of the sample's."""
    found = next(item for item in SAMPLE.results if item.id == name)
    return structs.replace(SAMPLE, results=(structs.replace(found, id=check_id),))


def test_a_check_alone() -> None:
    assert_message("explain", explanation(BY_ID["disruption-budgets"], "", None, NOW))


def test_a_check_that_fails() -> None:
    report = sample("sample-probes", "readiness-probes")
    assert_message("explain-failing", explanation(BY_ID["readiness-probes"], "prod-eu", report, NOW))


@pytest.mark.parametrize(
    ("name", "words", "labels"),
    [
        ("sample-zones", "*pass* on `prod-eu`", ["Run again"]),
        ("sample-mesh", "no service mesh is installed", ["Run again"]),
        ("sample-alerts", "`alertmanagers.monitoring.coreos.com`: forbidden", ["Attest", "Run again"]),
        ("sample-logs", "*error* on `prod-eu`", ["Run again"]),
        ("sample-roles", "1 finding waived", ["Run again"]),
        ("sample-secrets", "the cluster: no External", ["How to fix", "Waive", "Attest", "Run again"]),
        ("sample-labels", "`Deployment shop/cart`: no", ["How to fix", "Waive", "Run again"]),
    ],
)
def test_what_a_report_says_of_it(name: str, words: str, labels: list[str]) -> None:
    message = explanation(BY_ID["tracing"], "prod-eu", sample(name, "tracing"), NOW)
    assert words in shown(message)
    assert [*commands(message)] == labels


def test_a_cluster_that_was_never_checked() -> None:
    message = explanation(BY_ID["tracing"], "new", None, NOW)
    assert "`new` was never checked." in shown(message)
    assert commands(message) == {"Check now": "check new"}


def test_a_report_from_before_the_check() -> None:
    assert "does not have this check" in shown(explanation(BY_ID["tracing"], "prod-eu", SAMPLE, NOW))


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_every_check_fits(check: Check) -> None:
    message = explanation(check, "", None, NOW)
    assert_safe(message)
    assert "…" not in shown(message).replace("[…", "")


@given(st.sampled_from(CATALOGUE), reports)
@anything
def test_any_report(check: Check, report: Report) -> None:
    assert_safe(explanation(check, report.cluster, _with(report, check), NOW), report.cluster)


def _with(report: Report, check: Check) -> Report:
    """Make sure that the report has the check, where it has any."""
    first: tuple[Result, ...] = tuple(structs.replace(item, id=check.id) for item in report.results[:1])
    return structs.replace(report, results=first + report.results[1:])
