"""The checklist in the thread, and pages of a report."""

from msgspec import structs

from checks.model import Family, Finding, Severity, Status
from handlers.intents import Filters
from handlers.render.checklist import checklists, page
from handlers.render.parts import finding_line
from tests.bot.output.build import deployment, finding, result
from tests.bot.output.sample import LAPTOP, NOW, PROBES, SAMPLE, large
from tests.handlers.render.shown import assert_golden_text, assert_message, commands, shown

ALL = Filters()


def test_a_message_a_family() -> None:
    messages = checklists(SAMPLE, ALL, NOW)
    assert len(messages) == 6
    assert_golden_text("checklists", shown(*messages))


def test_only_the_families_asked_for() -> None:
    messages = checklists(SAMPLE, Filters(families=(Family.SECURITY, Family.DELIVERY)), NOW)
    assert [message.text.split()[0] for message in messages] == ["security", "delivery"]


def test_checks_that_do_not_fit_are_counted_and_one_click_away() -> None:
    failing = [
        result(
            f"check-{number}",
            "A title of a usual length",
            Family.WORKLOADS,
            Severity.HIGH,
            Status.FAIL,
            *(finding("x", deployment(f"{name}-{number}"), "no probe " * 30) for name in "abc"),
        )
        for number in range(30)
    ]
    (message,) = checklists(structs.replace(SAMPLE, results=tuple(failing)), ALL, NOW)
    told = shown(message)
    here = told.count(":x: *A title")
    assert f"And {30 - here} more checks." in told
    assert commands(message) == {"Show all of it": "show prod-eu family:workloads run:r-1"}


def test_lines_that_do_not_fit_are_counted_by_check() -> None:
    passing = [
        result(f"check-{number}", "界" * 40, Family.SECURITY, Severity.LOW, Status.PASS)
        for number in range(90)
    ]
    (message,) = checklists(structs.replace(SAMPLE, results=tuple(passing)), ALL, NOW)
    told = shown(message)
    here = told.count("`check-")
    assert f"And {90 - here} more checks." in told
    assert 0 < here < 90


def test_pages_hold_every_finding_and_every_check() -> None:
    assert_message("page-1", page(SAMPLE, ALL, 1, NOW))
    assert_message("page-2", page(SAMPLE, ALL, 2, NOW))


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert page(SAMPLE, ALL, 99, NOW) == page(SAMPLE, ALL, 2, NOW)


def test_a_page_keeps_the_filters() -> None:
    filters = Filters(severity=Severity.HIGH, namespace="team-1")
    message = page(large(), filters, 3, NOW)
    assert commands(message)["Next"] == "show huge severity:high namespace:team-1 run:r-3 page:4"
    assert commands(message)["Previous"] == "show huge severity:high namespace:team-1 run:r-3 page:2"
    assert "21 to 30 of 400 results" in shown(message)
    assert "| Shown: severity high and above, namespace team-1; 19,600 open findings left out." in shown(
        message
    )


def test_a_page_of_an_owner() -> None:
    filters = Filters(owner="Payments", families=(Family.WORKLOADS,))
    told = shown(page(SAMPLE, filters, 1, NOW))
    assert "2 results" in told
    assert told.count("(payments): ") == 2
    assert "| Shown: workloads, owner Payments; 7 open findings left out." in told


def test_a_hostile_owner_is_shown_as_it_is_and_shortened() -> None:
    told = finding_line(structs.replace(PROBES[0], owner="<!channel> *all*\n" + "x" * 99))
    assert "(&lt;!channel&gt; `*all*` xxxxxxxxxxxxxxxxxxxxxx…): container" in told


def test_a_page_of_nothing() -> None:
    message = page(LAPTOP, Filters(families=(Family.DELIVERY,)), 1, NOW)
    assert "0 results" in shown(message)


def test_one_failing_check_with_every_fix() -> None:
    assert_message("one-check", page(SAMPLE, Filters(checks=("sample-budgets",)), 1, NOW))


def test_one_check_is_paged() -> None:
    message = page(large(), Filters(checks=("sample-probes",)), 4000, NOW)
    assert "19,996 to 20,000 of 20,000 findings" in shown(message)
    assert commands(message)["Previous"] == "show huge check:sample-probes run:r-3 page:3999"
    assert "Next" not in commands(message)


def test_one_check_that_passes() -> None:
    message = page(SAMPLE, Filters(checks=("sample-dns",)), 1, NOW)
    assert ":white_check_mark: Cluster DNS answers and is spread over nodes `sample-dns`" in shown(message)


def test_a_waived_finding_is_told_with_its_waiver() -> None:
    message = page(SAMPLE, Filters(checks=("sample-roles",)), 1, NOW)
    assert "Waived by alice until 2026-11-30: leader-elected, one is enough" in shown(message)


def test_every_page_together_shows_every_finding_once() -> None:
    names = [deployment(f"workload-{number}", container="server") for number in range(37)]
    many: list[Finding] = [finding("sample-probes", ref, PROBES[0].message) for ref in names]
    report = structs.replace(SAMPLE, results=(structs.replace(SAMPLE.results[9], findings=tuple(many)),))
    told = "".join(shown(page(report, ALL, number, NOW)) for number in range(1, 5))
    assert [told.count(f"/workload-{number} ") for number in range(37)] == [1] * 37
