"""What could not be read, and how the role is granted."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.model import Report, Unread
from handlers.render.role import role
from tests.bot.output.sample import LAPTOP, NOW, SAMPLE
from tests.handlers.render.judged import anything, assert_safe, names, reports, texts
from tests.handlers.render.shown import assert_message, commands, shown

ALERTMANAGERS, SETS = SAMPLE.unread


def test_what_could_not_be_read_and_what_it_costs() -> None:
    lacking = {"sample-alerts": (ALERTMANAGERS,), "sample-probes": (SETS,), "sample-budgets": (SETS,)}
    results = tuple(structs.replace(it, unread=lacking.get(it.id, ())) for it in SAMPLE.results)
    nodes = Unread("list", "nodes", "", "timed out after 10 s")
    report = structs.replace(SAMPLE, results=results, unread=(*SAMPLE.unread, nodes))
    assert_message("role", role("prod-eu", report, NOW))


def test_everything_was_read() -> None:
    told = shown(role("kind-dev", LAPTOP, NOW))
    assert "Everything that the checks need could be read" in told
    assert "forbidden" not in told


def test_never_checked() -> None:
    message = role("new", None, NOW)
    assert "Never checked" in shown(message)
    assert commands(message) == {"Check now": "check new"}


def test_very_many_reads_are_counted() -> None:
    many = tuple(Unread("list", f"resource-{number:03}", "example.org", "forbidden") for number in range(150))
    told = shown(role("prod-eu", structs.replace(SAMPLE, unread=many), NOW))
    listed = told.count("`list resource-")
    assert f"And {150 - listed} more reads" in told
    assert listed >= 40


unread = st.builds(Unread, texts, texts, texts, texts)


@given(names, reports, st.lists(unread, max_size=60))
@anything
def test_any_report(cluster: str, report: Report, lacks: list[Unread]) -> None:
    report = structs.replace(report, unread=tuple(lacks))
    assert_safe(role(cluster, report, NOW), cluster)
