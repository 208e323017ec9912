"""What became of what turned bad: mended, waived, back again."""

from datetime import timedelta

import pytest

from checks.turning import step
from tests.checks.watching import DAY, alerted, found, unread


def test_recovery_edits_the_message() -> None:
    channel = alerted("cart", "web")
    channel.read(found(["web"]))
    channel.read(found())
    assert [alert.ts for _, alert in channel.edits] == ["1", "1"]
    assert [(alert.standing, alert.total) for _, alert in channel.edits] == [(1, 2), (0, 2)]
    assert max(channel.edits[1][1].left) == channel.at
    assert not channel.read(found())


def test_an_edit_that_failed_comes_again_with_the_next_reading_that_judges() -> None:
    channel = alerted("cart")
    channel.state, turns = step(channel.state, channel.reading(found()), channel.rules)
    assert [turn.alert.standing for turn in turns] == [0]
    assert not channel.read(unread())
    assert [turn.alert for turn in channel.read(found())] == [turns[0].alert]
    assert not channel.read(found())


def test_what_is_waived_is_told_as_such() -> None:
    channel = alerted("cart", "web")
    channel.read(found(waived=["cart"]))
    (_, alert) = channel.edits[0]
    assert (alert.standing, alert.waived) == (0, ["ann"])


def test_a_waiver_that_ends_is_no_turn_but_what_it_was_about_is_told_again() -> None:
    channel = alerted("cart")
    for _ in range(3):
        channel.read(found(waived=["cart"]))
        channel.read(found(["cart"]))
    assert len(channel.posts) == 1
    assert not channel.edits[-1][1].flapping
    channel.read(found(waived=["cart"]))
    channel.read(found(waived=["cart"]), after=2 * DAY)
    channel.read(found(["cart"]))
    channel.read(found(["cart"]))
    assert len(channel.posts) == 2


def test_what_comes_back_within_a_day_is_the_same_message() -> None:
    channel = alerted("cart")
    turns = []
    for _ in range(3):
        channel.read(found())
        channel.read(found(["cart"]))
        turns.append((channel.edits[-1][1].turns, channel.edits[-1][1].flapping))
    assert turns == [(2, False), (3, True), (4, True)]
    assert len(channel.posts) == 1
    assert {alert.since for _, alert in channel.edits} == {channel.posts[0][1].since}


@pytest.mark.parametrize(("after", "posts"), [(DAY, 1), (DAY + timedelta(seconds=1), 2)])
def test_what_comes_back_later_is_a_new_one(after: timedelta, posts: int) -> None:
    channel = alerted("cart")
    channel.read(found())
    channel.read(found(["cart"]), after=after)
    channel.read(found(["cart"]))
    assert len(channel.posts) == posts


def test_one_of_several_that_comes_back_later_is_a_new_one() -> None:
    channel = alerted("cart", "web")
    channel.read(found(["cart"]))
    channel.read(found(["cart"]), after=2 * DAY)
    for _ in range(2):
        channel.read(found(["cart", "web"]))
    assert [alert.total for _, alert in channel.posts] == [2, 1]
