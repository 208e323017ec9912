"""What a filter shows."""

import pytest

from checks.model import Severity
from checks.presentation.filters import left_out, shown
from tests.bot.output.sample import CHECKS, SAMPLE


def ids(severity: Severity | None = None, namespace: str | None = None) -> set[str]:
    return {result.id for result in shown(SAMPLE, CHECKS, severity, namespace).results}


def test_without_a_filter_the_report_is_itself() -> None:
    assert shown(SAMPLE, CHECKS) is SAMPLE
    assert not left_out(SAMPLE, SAMPLE)


def test_a_severity_keeps_what_is_as_severe_or_more() -> None:
    assert {result.severity for result in shown(SAMPLE, CHECKS, Severity.HIGH).results} == {
        Severity.CRITICAL,
        Severity.HIGH,
    }


def test_a_namespace_leaves_out_what_fails_elsewhere_and_keeps_what_is_not_known() -> None:
    kept = ids(namespace="jobs")
    assert {"sample-budgets", "sample-alerts", "sample-logs", "sample-dns", "sample-etcd"} <= kept
    assert not {"sample-nodes", "sample-secrets", "sample-probes"} & kept


def test_a_check_is_told_by_its_findings_in_the_namespace() -> None:
    budgets = {
        namespace: next(
            result
            for result in shown(SAMPLE, CHECKS, None, namespace).results
            if result.id == "sample-budgets"
        )
        for namespace in ("jobs", "shop")
    }
    assert budgets["jobs"].waived
    assert not budgets["jobs"].remediation
    assert not budgets["shop"].waived
    assert "name: cart" in budgets["shop"].remediation


@pytest.mark.parametrize("owner", ["payments", "PAYMENTS"])
def test_an_owner_leaves_out_what_is_others_or_nobodys(owner: str) -> None:
    filtered = shown(SAMPLE, CHECKS, owner=owner)
    (probes,) = (result for result in filtered.results if result.findings)
    assert [finding.ref.name for finding in probes.findings] == ["cart", "checkout"]
    assert {"sample-alerts", "sample-logs", "sample-dns", "sample-etcd"} <= {it.id for it in filtered.results}
    assert left_out(SAMPLE, filtered, owner=owner).startswith(
        f"Only owner {owner} is shown, which leaves out 7 open findings."
    )


def test_a_part_of_an_owners_name_is_not_the_owner() -> None:
    assert not any(result.findings for result in shown(SAMPLE, CHECKS, owner="pay").results)


def test_changes_of_an_owner() -> None:
    delta = shown(SAMPLE, CHECKS, owner="batch").delta
    assert delta
    assert [item.finding.ref.name for item in delta.new] == ["scheduler"]
    assert not delta.resolved


def test_filters_add_up() -> None:
    asked = (Severity.HIGH, "jobs", "batch")
    filtered = shown(SAMPLE, CHECKS, *asked)
    assert [result.id for result in filtered.results if result.findings] == ["sample-budgets"]
    assert left_out(SAMPLE, filtered, *asked).startswith(
        "Only severity high and above in namespace jobs of owner batch is shown,"
    )
    assert not any(r.findings for r in shown(SAMPLE, CHECKS, Severity.HIGH, "shop", "batch").results)


def test_changes_are_filtered_alike() -> None:
    delta = shown(SAMPLE, CHECKS, Severity.HIGH, "jobs").delta
    assert delta
    assert [item.finding.ref.namespace for item in delta.new] == ["jobs"]
    assert not delta.resolved
    assert [change.id for change in delta.changed] == []
    assert delta.unreadable == ("sample-alerts", "sample-logs")


def test_the_verdict_and_the_numbers_stay_those_of_the_whole_cluster() -> None:
    filtered = shown(SAMPLE, CHECKS, Severity.CRITICAL, "nowhere")
    assert (filtered.verdict, filtered.score, filtered.grade, filtered.coverage) == (
        SAMPLE.verdict,
        SAMPLE.score,
        SAMPLE.grade,
        SAMPLE.coverage,
    )
    assert filtered.unread == SAMPLE.unread
