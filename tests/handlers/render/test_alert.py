"""An alert as it is posted, and as it is edited afterwards."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.model import CLUSTER, Report, Result
from checks.turns import REST, Alert, Gone, Subject
from handlers.render.alert import edited, posted, untold
from handlers.render.message import Message
from handlers.render.text import escape
from tests.bot.output.build import HOSTILE
from tests.bot.output.sample import SAMPLE, TAKEN
from tests.handlers.render.judged import anything, assert_safe, names, reports, texts
from tests.handlers.render.scheduled import DAILY
from tests.handlers.render.shown import assert_golden_text, commands, shown

BY_ID = {result.id: result for result in SAMPLE.results}
PROBES = BY_ID["sample-probes"]
NODES = BY_ID["sample-nodes"]
HOUR = timedelta(hours=1)
BEFORE = TAKEN - 3 * HOUR
MENTIONS = {"payments": "S0604QSJC", HOSTILE: "U024BE7LH", "nobody": "U1"}
MENDED, WAIVED = Gone(TAKEN - HOUR), Gone(TAKEN, "ann")


def alert(result: Result, *gone: Gone | None, turns: int = 1) -> Alert:
    """An alert of the first findings of a check, of which some may be gone."""
    found = result.open_findings[: len(gone)]
    return Alert(
        check=result.id,
        run_id="r-0",
        since=BEFORE,
        findings={it.fingerprint: state for it, state in zip(found, gone, strict=True)},
        subjects=tuple(Subject(it.fingerprint, it.ref, it.owner) for it in found[:5]),
        total=len(found),
        turns=turns,
    )


def told(result: Result, *gone: Gone | None, turns: int = 1) -> Message:
    return edited(SAMPLE, result, alert(result, *gone, turns=turns))


def test_from_the_first_word_to_the_last() -> None:
    none = (None, None, None, None)
    messages = {
        "posted": posted(SAMPLE, PROBES, alert(PROBES, *none), MENTIONS),
        "posted, one": posted(SAMPLE, NODES, alert(NODES, None), MENTIONS),
        "two left": told(PROBES, None, MENDED, None, WAIVED),
        "recovered": told(PROBES, *[MENDED] * 4),
        "waived": told(NODES, WAIVED),
        "neither": told(PROBES, MENDED, MENDED, WAIVED, structs.replace(WAIVED, by=HOSTILE)),
        "flapping": told(NODES, None, turns=3),
        "flapping, gone": told(NODES, MENDED, turns=4),
    }
    assert_golden_text("alert", "\n".join(f"=== {name}\n{shown(it)}" for name, it in messages.items()))


def test_owners_are_mentioned_in_the_first_post_only() -> None:
    mine = alert(PROBES, None, None, None, None)
    first = shown(posted(SAMPLE, PROBES, mine, MENTIONS))
    assert "Owner: payments <!subteam^S0604QSJC> and " in first
    assert first.count("<@U024BE7LH>") == 1
    assert "<@U1>" not in first
    again = shown(edited(SAMPLE, PROBES, mine))
    assert "Owner: payments and " in again
    assert again == first.replace(" <!subteam^S0604QSJC>", "").replace(" <@U024BE7LH>", "")


@pytest.mark.parametrize("owner", ["<!channel>", "<@U024BE7LH>", "@here", "<!subteam^S1>"])
def test_the_name_of_an_owner_mentions_nobody(owner: str) -> None:
    found = tuple(structs.replace(it, owner=owner) for it in NODES.findings)
    result = structs.replace(NODES, findings=found)
    text = shown(posted(SAMPLE, result, alert(result, None), {owner: owner}))
    line = next(line for line in text.split("\n") if line.startswith("Owner: "))
    assert line == f"Owner: {escape(owner)}"
    assert "<" not in line
    assert line != "Owner: @here"


def test_of_many_the_first_are_shown() -> None:
    many = tuple(
        structs.replace(NODES.findings[0], fingerprint=f"{number:016}", message=f"is number {number}")
        for number in range(30)
    )
    result = structs.replace(NODES, findings=many)
    text = shown(posted(SAMPLE, result, alert(result, *[None] * 30), {}))
    assert "30 new findings, first seen" in text
    assert "is number 4\nand 25 more findings\n" in text
    assert "is number 5" not in text


def test_what_is_only_counted_is_told_by_number() -> None:
    mine = structs.replace(alert(NODES, None), total=4_001, counted=4_000)
    mine = structs.replace(mine, findings={**mine.findings, REST: None})
    text = shown(posted(SAMPLE, NODES, mine, {}))
    assert "4,001 new findings" in text
    assert "and 4,000 more findings" in text
    rest = structs.replace(mine, findings={REST: None}, total=1, counted=1, subjects=())
    assert commands(posted(SAMPLE, NODES, rest, {}))["Waive"] == "waive prod-eu sample-nodes run:r-1"


def test_one_finding_is_waived_by_itself() -> None:
    print_ = NODES.findings[0].fingerprint
    assert commands(told(NODES, None))["Waive"] == f"waive prod-eu sample-nodes finding:{print_} run:r-1"
    assert [*commands(told(NODES, MENDED))] == ["Show"]


def test_the_cluster_itself_is_called_so() -> None:
    mine = structs.replace(alert(NODES, MENDED), subjects=(Subject(NODES.findings[0].fingerprint, CLUSTER),))
    assert ":white_check_mark: the cluster\n" in shown(edited(SAMPLE, NODES, mine))


def test_a_short_one() -> None:
    mine = structs.replace(alert(NODES, Gone(BEFORE)), since=BEFORE)
    assert "lasted less than a minute, from " in shown(edited(SAMPLE, NODES, mine))


@given(reports, texts, st.lists(st.none() | st.builds(Gone, st.just(TAKEN), texts), max_size=12), st.data())
@anything
def test_slack_takes_it_and_nobody_can_write_into_it(
    report: Report, owner: str, states: list[Gone | None], data: st.DataObject
) -> None:
    for result in report.results:
        if result.open_findings:
            open_ = result.open_findings[: max(1, len(states))]
            gone = (states or [None])[: len(open_)]
            mine = structs.replace(
                alert(structs.replace(result, findings=open_[: len(gone)]), *gone),
                turns=data.draw(st.integers(1, 9)),
            )
            mentions = {owner: "U1", result.open_findings[0].owner: data.draw(st.sampled_from(["S1", owner]))}
            assert_safe(posted(report, result, mine, mentions), report.cluster)
            assert_safe(edited(report, result, mine), report.cluster)


@anything
@given(names, texts, texts, st.sampled_from(["C1", "D1", ""]) | texts)
def test_whoever_wants_alerts_is_told_safely_that_they_cannot_be_posted(
    cluster: str, why: str, hint: str, channel: str
) -> None:
    schedule = structs.replace(DAILY, channel=channel)
    for said in (hint, f"`/invite @{hint}`, or ask elsewhere"):
        assert_safe(untold(cluster, schedule, why, said), cluster)
