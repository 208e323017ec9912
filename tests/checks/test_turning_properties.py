"""What holds of alerts, however a cluster changes and whatever could be read of it."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from checks.model import Report, Result, fingerprint
from checks.turning import Rules
from checks.turns import SPAN
from tests.checks.watching import HOUR, Channel, found, ref, unread

NAMES = "pqr"
CHECKS = "ab"
UNREAD = "unread"
PART = "part"


class Said(NamedTuple):
    """What a reading said of each check, and how long after the one before it was made."""

    results: tuple[Result, ...]
    after: timedelta


@st.composite
def result(draw: st.DrawFn, check_id: str) -> Result:
    how = draw(st.sampled_from(["whole"] * 4 + [PART, UNREAD]))
    if how == UNREAD:
        return unread(check_id)
    shown = draw(st.sets(st.sampled_from(NAMES)))
    waived = draw(st.sets(st.sampled_from(NAMES), max_size=1)) - shown
    return found(sorted(shown), check_id, waived=sorted(waived), incomplete=how == PART)


spans = st.sampled_from([HOUR, HOUR, HOUR, 13 * HOUR, 25 * HOUR])
readings = st.builds(Said, st.tuples(*map(result, CHECKS)), spans)
stories = st.lists(readings, min_size=1, max_size=14)
numbers = st.sampled_from([1, 2, 3])
MANY = settings(max_examples=40, deadline=None)


def reports(story: Sequence[Said]) -> list[Report]:
    maker = Channel()
    return [maker.reading(*said.results, after=said.after) for said in story]


def lived(reports: Sequence[Report], number: int) -> tuple[Channel, list[tuple[str, str, bool, int, int]]]:
    """Let readings come; return the channel, and what was said there after which reading."""
    channel, said = Channel(Rules(number)), []
    for report in reports:
        for turn in channel.look(report):
            alert = turn.alert
            said.append((report.run_id, alert.check, bool(alert.ts), alert.standing, alert.turns))
    return channel, said


@given(stories, numbers, st.randoms(use_true_random=False))
@MANY
def test_readings_that_come_again_or_late_change_nothing(
    story: list[Said], number: int, chance: random.Random
) -> None:
    every = reports(story)
    again = [it for at, report in enumerate(every) for it in (report, chance.choice(every[: at + 1]))]
    once, twice = lived(every, number), lived(again, number)
    assert twice[1] == once[1]
    assert twice[0].state == once[0].state


@given(stories, numbers)
@MANY
def test_what_could_not_be_judged_is_as_if_it_had_not_been_read(story: list[Said], number: int) -> None:
    every = reports(story)
    blind = [structs.replace(report, results=tuple(map(unread, CHECKS))) for report in every]
    half = timedelta(minutes=30)
    mixed = []
    for report, nothing in zip(every, blind, strict=True):
        mixed += [
            report,
            structs.replace(nothing, run_id=f"{report.run_id}-", taken_at=report.taken_at + half),
        ]
    assert lived(mixed, number)[1] == lived(every, number)[1]


@given(stories, numbers, st.randoms(use_true_random=False))
@MANY
def test_the_order_in_which_a_reading_tells_its_findings_means_nothing(
    story: list[Said], number: int, chance: random.Random
) -> None:
    def shuffled(report: Report) -> Report:
        results = [
            structs.replace(it, findings=tuple(chance.sample(it.findings, len(it.findings))))
            for it in report.results
        ]
        return structs.replace(report, results=tuple(chance.sample(results, len(results))))

    every = reports(story)
    assert lived([*map(shuffled, every)], number)[1] == lived(every, number)[1]


@given(stories, numbers)
@MANY
def test_nothing_is_posted_twice_within_a_day(story: list[Said], number: int) -> None:
    channel, _ = lived(reports(story), number)
    last: dict[str, float] = {}
    for hour, alert in channel.posts:
        for print_ in alert.findings:
            assert hour - last.get(print_, -100.0) > SPAN / HOUR
            last[print_] = hour


@pytest.mark.parametrize("number", [1, 2, 3])
@given(st.integers(1, 3), st.integers(1, 3), st.integers(4, 40))
@settings(max_examples=30, deadline=None)
def test_what_alternates_is_one_message_at_most(number: int, bad: int, good: int, times: int) -> None:
    channel = Channel(Rules(number))
    channel.read(found())
    for _ in range(times):
        for names in [["p"]] * bad + [[]] * good:
            channel.read(found(names))
    assert len(channel.posts) == (bad >= number)
    assert len(channel.edits) == (2 * times - 1 if bad >= number else 0)


@given(stories, numbers)
@MANY
def test_what_is_posted_lasted_and_was_not_always_there(story: list[Said], number: int) -> None:
    every = reports(story)
    channel, _ = lived(every, number)
    runs = [report.run_id for report in every]
    for _, alert in channel.posts:
        seen = every[: runs.index(alert.run_id) + 1]
        for print_ in alert.findings:
            there = [it for it in (present(report, alert.check, print_) for report in seen) if it is not None]
            assert there[-number:] == [True] * number
            assert False in there or None in [present(report, alert.check, print_) for report in seen]


def present(report: Report, check_id: str, print_: str) -> bool | None:
    """Whether a finding is open; null where the reading cannot tell."""
    result = next(it for it in report.results if it.id == check_id)
    for finding in result.findings:
        if finding.fingerprint == print_:
            return finding.waiver is None
    return None if result.incomplete or result.status == "unknown" else False


@given(stories, numbers)
@MANY
def test_every_message_says_in_the_end_what_is_so(story: list[Said], number: int) -> None:
    """The last word of a message is of the last reading that could tell, for as long as it goes on."""
    every = reports(story)
    end = [found(NAMES[:1], check_id) for check_id in CHECKS]
    maker = Channel(at=every[-1].taken_at, runs=len(every))
    every.append(maker.reading(*end))
    channel, _ = lived(every, number)
    there = {fingerprint(check_id, ref("p"), "") for check_id in CHECKS}
    last = {alert.ts: alert for _, alert in channel.edits}
    assert channel.state
    for seen in channel.state.checks.values():
        for alert in seen.alerts:
            assert not alert.due
            assert set(alert.open) == alert.findings.keys() & there
            if alert.ts in last:
                assert last[alert.ts].open == alert.open


@given(st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=8), numbers, st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_what_is_remembered_is_bounded_whatever_is_found(
    story: list[set[int]], number: int, most: int
) -> None:
    channel = Channel(Rules(number))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("checks.turning.MOST", most)
        patch.setattr("checks.ripening.SPARE", 0)
        patch.setattr("checks.ripening.WAVE", 5)
        for numbers in story:
            names = [f"w{number:02}" for number in sorted(numbers)]
            channel.read(found(names), found(names[::2], "b"))
            assert channel.state
            assert sum(len(seen.prints - {"rest"}) for seen in channel.state.checks.values()) <= most
            assert len(channel.posts) <= 2 * (channel.runs - 1)  # of each check one, after the first
