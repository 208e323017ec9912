"""What turned, where a reading could not judge, or saw only a part."""

import pytest

from checks.model import Status
from checks.turning import Rules
from tests.checks.watching import Channel, alerted, begun, found, unread


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.ERROR])
def test_a_reading_that_could_not_judge_says_nothing(status: Status) -> None:
    channel = begun()
    channel.read(found(["cart"]))
    assert not channel.read(unread(status=status))
    assert channel.read(found(["cart"]))
    assert not channel.read(unread(status=status))
    assert not channel.edits


def test_a_reading_in_part_tells_what_it_found_and_mends_nothing() -> None:
    channel = alerted("cart", "web")
    assert not channel.read(found(["cart"], incomplete=True))
    channel.read(found(["cart", "new"], incomplete=True))
    channel.read(found(["cart", "new"], incomplete=True))
    assert [alert.total for _, alert in channel.posts] == [2, 1]
    assert not channel.edits


def test_a_reading_in_part_that_does_not_see_something_does_not_count_for_it() -> None:
    channel = begun(Rules(readings=3))
    for names in (["cart"], ["web"], ["cart"]):
        channel.read(found(names, incomplete=True))
    assert not channel.posts
    assert channel.read(found(["cart"], incomplete=True))


def test_what_is_new_after_a_reading_in_part_is_news() -> None:
    channel = begun(Rules(1), "web")
    channel.read(found(["web"], incomplete=True))
    assert channel.read(found(["web", "cart"]))


def test_what_could_not_be_read_at_first_is_no_news_when_it_can() -> None:
    channel = Channel(Rules(1))
    channel.read(unread())
    channel.read(found(["cart"], incomplete=True))
    channel.read(found(["cart", "hidden"]))
    assert not channel.posts
    assert channel.read(found(["cart", "hidden", "new"]))


def test_what_is_waived_in_a_reading_in_part_is_gone_all_the_same() -> None:
    channel = alerted("cart", "web")
    channel.read(found(waived=["cart"], incomplete=True))
    assert [(alert.standing, alert.waived) for _, alert in channel.edits] == [(1, ["ann"])]
