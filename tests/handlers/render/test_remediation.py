"""How to mend what fails, as it is shown."""

import pytest
from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Family, Ref, Report, Severity, Status
from handlers.render.remediation import remediation
from tests.bot.output.build import deployment, finding, result
from tests.bot.output.sample import LAPTOP, NOW, SAMPLE, large
from tests.handlers.render.shown import assert_message, commands, shown


def failing(check_id: str, *refs: Ref) -> Report:
    """Make a report in which a check of the catalogue fails on objects."""
    check = BY_ID[check_id]
    found = [finding(check_id, ref, "is not right") for ref in refs]
    made = result(check_id, check.title, Family.WORKLOADS, Severity.HIGH, Status.FAIL, *found)
    return structs.replace(SAMPLE, results=(structs.replace(made, docs=check.docs),))


def test_the_gravest_first() -> None:
    assert_message("fix-1", remediation(SAMPLE, "", 1, NOW))
    assert_message("fix-2", remediation(SAMPLE, "", 2, NOW))


def test_one_check() -> None:
    assert_message("fix-one-check", remediation(SAMPLE, "sample-budgets", 1, NOW))


def test_a_check_of_the_catalogue_with_its_why_and_commands_of_real_names() -> None:
    report = failing("rollouts", deployment("cart"), deployment("search"))
    assert_message("fix-commands", remediation(report, "", 1, NOW))


@pytest.mark.parametrize("name", ["a; rm -rf ~", "$(reboot)", "a b", "`x`", "a\nb", "-rf "])
def test_no_command_to_copy_is_made_of_a_name_that_a_shell_would_read(name: str) -> None:
    told = shown(remediation(failing("rollouts", deployment(name)), "", 1, NOW))
    assert "Fix: " in told
    assert "```" not in told


def test_nothing_fails() -> None:
    message = remediation(LAPTOP, "", 1, NOW)
    assert "Nothing fails on `kind-dev`, last read 14 min ago" in shown(message)
    assert commands(message) == {"Run again": "check kind-dev"}


@pytest.mark.parametrize(
    ("check_id", "words"),
    [
        ("sample-dns", "`sample-dns` on `prod-eu`: pass, last read"),
        ("sample-mesh", "`sample-mesh` on `prod-eu`: n/a. no service mesh is installed"),
        ("sample-roles", "`sample-roles` on `prod-eu`: waived"),
        ("sample-alerts", "unknown. list `alertmanagers.monitoring.coreos.com`: forbidden"),
        ("tracing", "tracing is not in this report of `prod-eu`"),
    ],
)
def test_a_check_that_does_not_fail(check_id: str, words: str) -> None:
    assert words in shown(remediation(SAMPLE, check_id, 1, NOW))


def test_twenty_thousand_findings_are_paged() -> None:
    every = remediation(large(), "", 1, NOW)
    assert commands(every)["All 20,000 findings"] == "fix huge sample-probes run:r-3"
    message = remediation(large(), "sample-probes", 2, NOW)
    assert "6 to 10 of 20,000 findings" in shown(message)
    assert commands(message)["Next"] == "fix huge sample-probes run:r-3 page:3"


def test_each_finding_can_be_waived() -> None:
    message = remediation(SAMPLE, "sample-nodes", 1, NOW)
    print_ = SAMPLE.results[0].findings[0].fingerprint
    assert commands(message)["Waive"] == f"waive prod-eu sample-nodes finding:{print_} run:r-1"
