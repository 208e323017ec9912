"""The message of a run, from the first moment to the last."""

from datetime import timedelta

import pytest
from msgspec import structs

from checks.model import Delta, Family, Severity, Verdict
from handlers.intents import Filters
from handlers.ports import Progress, State
from handlers.render.message import Message
from handlers.render.root import failed, final, waiting
from tests.bot.output.sample import DELTA, LAPTOP, NOW, RESULTS, SAMPLE, TAKEN, large
from tests.handlers.render.shown import assert_message, buttons, commands, shown

ALL = Filters()
ASKERS = ("U024BE7LH", "U0G9QF9C6")
PROGRESS = Progress(
    run_id="20261101-124600-7f3a",
    cluster="prod-eu",
    state=State.READING,
    reads=34,
    reads_total=99,
    objects=12_034,
    asked=NOW - timedelta(seconds=4),
    beat=NOW,
    askers=ASKERS,
)


def test_a_run_under_way_above_the_earlier_state() -> None:
    assert_message("waiting", waiting("prod-eu", PROGRESS, SAMPLE, NOW))


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, "waiting for a worker"),
        (structs.replace(PROGRESS, state=State.QUEUED), "waiting for a worker"),
        (structs.replace(PROGRESS, state=State.QUEUED, waits=True), "waiting for a place, 4 s"),
        (
            structs.replace(PROGRESS, state=State.QUEUED, unserved=True),
            "no worker serves `prod-eu` just now: it begins when one is back",
        ),
        (
            structs.replace(PROGRESS, unserved=True),
            "no worker serves `prod-eu` just now: it is begun again when one is back",
        ),
        (PROGRESS, "`████░░░░░░░░`  reading: 34 of 99 reads, 12,034 objects, 4 s"),
        (structs.replace(PROGRESS, reads_total=0, reads=0), "`░░░░░░░░░░░░`  reading: 0 of 0 reads"),
        (
            structs.replace(PROGRESS, state=State.JUDGING, checks=43, checks_total=43),
            "`████████████`  judging: 43 of 43 checks, 12,034 objects read, 4 s",
        ),
        (structs.replace(PROGRESS, asked=NOW - timedelta(minutes=3)), "objects, 3 min"),
        (structs.replace(PROGRESS, attempts=2), "Interrupted, and begun again: attempt 2"),
    ],
)
def test_how_far_a_run_is(progress: Progress | None, words: str) -> None:
    message = waiting("prod-eu", progress, None, NOW)
    assert words in shown(message)
    assert not buttons(message)


def test_many_askers_are_counted() -> None:
    askers = tuple(f"U{number}" for number in range(30))
    message = waiting("prod-eu", structs.replace(PROGRESS, askers=askers), None, NOW)
    assert "| Asked by <@U0>, <@U1>, <@U2>, <@U3>, <@U4> and 25 more\n" in shown(message)


def test_a_report_at_a_glance() -> None:
    assert_message("final", final(SAMPLE, ALL, ASKERS, NOW))


def test_a_stored_report_of_a_laptop() -> None:
    remark = "You may view kind-dev, not run its checks: this is the last report."
    assert_message("laptop", final(LAPTOP, ALL, (), NOW, stored=True, remark=remark))


def test_filters_are_said_and_kept_for_what_is_clicked() -> None:
    filters = Filters((Family.WORKLOADS,), Severity.HIGH, "shop")
    message = final(SAMPLE, filters, ASKERS, NOW)
    assert_message("filtered", message)
    assert commands(message)["Run again"] == "check prod-eu family:workloads severity:high namespace:shop"


def test_one_check_is_shown() -> None:
    message = final(SAMPLE, Filters(checks=("sample-nodes",)), (), NOW)
    assert "Shown: `sample-nodes`; 8 open findings left out." in shown(message)
    assert "*1 new, 1 with another status*" in shown(message)
    assert "sample-probes" not in shown(message)


def test_what_there_is_nothing_of_is_not_offered() -> None:
    ready = structs.replace(SAMPLE, verdict=Verdict.READY, results=RESULTS[1:5], delta=Delta(TAKEN, "r-0"))
    message = final(structs.replace(ready, unread=()), ALL, (), NOW)
    assert [*commands(message)] == ["Full report", "Run again"]
    assert ":white_check_mark: *READY*" in shown(message)
    assert "*No change* since the run before, 14 min ago" in shown(message)


def test_unknown_without_a_refused_read_can_be_attested() -> None:
    message = final(structs.replace(SAMPLE, unread=()), ALL, (), NOW)
    assert commands(message)["Attest"] == "attest prod-eu"


def test_the_worst_come_first_and_the_rest_is_counted() -> None:
    text = shown(final(SAMPLE, ALL, (), NOW))
    marks = ["sample-nodes", "sample-probes", "sample-budgets"]
    positions = [text.index(f"* `{mark}`") for mark in marks]
    assert positions == sorted(positions)
    assert "sample-secrets" not in text
    assert "| And 3 more failing checks\n" in text
    assert "[All 9 findings: show prod-eu run:r-1]" in text


def test_new_findings_beyond_the_gravest_are_counted() -> None:
    many = structs.replace(SAMPLE, delta=structs.replace(DELTA, new=DELTA.new * 9))
    assert "and 15 more new findings" in shown(final(many, ALL, (), NOW))


def test_twenty_thousand_findings() -> None:
    text = shown(final(large(), ALL, (), NOW))
    assert "`sample-probes`, 20,000 findings" in text
    assert "[All 20,000 findings: show huge run:r-3]" in text


def test_a_name_with_odd_characters_is_quoted_in_commands() -> None:
    odd = structs.replace(LAPTOP, cluster="a b <!channel>")
    message = final(odd, ALL, (), NOW)
    assert commands(message)["Run again"] == r'check "a b \u003c!channel\u003e"'
    assert "`a b &lt;!channel&gt;`" in shown(message)


def test_a_failed_run_says_why_and_what_is_known() -> None:
    message = failed(
        "prod-eu",
        "prod-eu does not answer: timed out after 60 s",
        "is its address right?",
        SAMPLE,
        ASKERS,
        NOW,
    )
    assert_message("failed", message)


def test_a_failed_first_run_can_be_tried_again() -> None:
    message = failed("prod-eu", "", "", None, (), NOW)
    assert commands(message) == {"Try again": "check prod-eu"}
    assert "no reason was given" in shown(message)


@pytest.mark.parametrize(
    "message",
    [
        waiting("prod-eu", PROGRESS, SAMPLE, NOW),
        final(SAMPLE, ALL, (), NOW),
        failed("prod-eu", "why", "", SAMPLE, (), NOW),
    ],
)
def test_at_most_one_primary_button(message: Message) -> None:
    assert sum(button.get("style") == "primary" for button in buttons(message)) <= 1


def test_notes_beyond_a_few_are_counted() -> None:
    noted = structs.replace(SAMPLE, notes=tuple(f"note {number}" for number in range(5)))
    assert "| Note: note 2\n| and 2 more notes\n" in shown(final(noted, ALL, (), NOW))
