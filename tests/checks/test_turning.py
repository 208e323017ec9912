"""What turned bad on a cluster: what counts as that, and when it is told."""

from datetime import timedelta

import pytest

from checks.model import Ref, Severity, Status
from checks.turning import Rules
from checks.turns import State
from tests.checks.build import a_result
from tests.checks.watching import HOUR, Channel, alerted, begun, found, ref


def test_what_is_found_at_first_is_what_later_readings_are_compared_with() -> None:
    channel = begun(Rules(readings=1), "cart", "web")
    assert not channel.read(found(["cart", "web"]))
    assert channel.read(found(["cart", "web", "new"]))
    (_, alert), *_ = channel.posts
    assert [subject.ref for subject in alert.subjects] == [ref("new")]


@pytest.mark.parametrize("readings", [1, 2, 3])
def test_what_lasts_long_enough_is_told_once(readings: int) -> None:
    channel = begun(Rules(readings=readings))
    for _ in range(6):
        channel.read(found(["cart"]))
    assert [hour for hour, _ in channel.posts] == [1 + readings]
    assert not channel.edits
    assert channel.posts[0][1].since == channel.at - 5 * HOUR


def test_what_comes_and_goes_never_lasts() -> None:
    channel = begun()
    for _ in range(5):
        channel.read(found(["cart"]))
        channel.read(found())
    assert not channel.posts


def test_what_ripens_together_is_one_alert_a_check() -> None:
    channel = begun()
    channel.read(found(), found((), "b"))
    for _ in range(3):
        channel.read(found(["cart", "web"]), found(["cart"], "b"))
    assert [(alert.check, alert.total) for _, alert in channel.posts] == [("a", 2), ("b", 1)]
    channel.read(found(["cart", "web", "late"]), found(["cart"], "b"))
    channel.read(found(["cart", "web", "late"]), found(["cart"], "b"))
    assert [(alert.check, alert.total) for _, alert in channel.posts[2:]] == [("a", 1)]


def test_only_what_is_severe_enough_counts() -> None:
    channel = Channel(Rules(1, Severity.CRITICAL))
    channel.read(found(), found((), "b", severity=Severity.CRITICAL))
    channel.read(found(["cart"]), found(["cart"], "b", severity=Severity.CRITICAL))
    assert [alert.check for _, alert in channel.posts] == ["b"]
    assert channel.state
    assert [*channel.state.checks] == ["b"]


def test_a_check_that_is_new_in_the_catalogue_is_no_news_either() -> None:
    channel = begun(Rules(1))
    assert not channel.read(found(), found(["cart"], "b"))
    assert channel.read(found(), found(["cart", "new"], "b"))


def test_a_check_that_is_no_more_is_forgotten() -> None:
    channel = alerted("cart")
    channel.read(found((), "b"))
    assert channel.state
    assert [*channel.state.checks] == ["b"]
    assert not channel.edits


def test_a_cluster_that_was_made_anew_is_another_one() -> None:
    channel = alerted("cart")
    channel.read(found(["cart", "web"]), uid="other")
    channel.read(found(["cart", "web"]), uid="other")
    channel.read(found(["cart", "web"]), uid="")
    channel.read(found(["cart", "web"]), uid="other")
    assert (len(channel.posts), channel.edits) == (1, [])


def test_a_cluster_whose_uid_could_not_be_read_is_the_same() -> None:
    channel = begun()
    for uid in ("u", ""):
        channel.read(found(["cart"]), uid=uid)
    assert len(channel.posts) == 1
    for _ in range(2):
        channel.read(found(["cart", "web"]), uid="other")
    assert len(channel.posts) == 1


def test_a_late_reading_of_the_cluster_as_it_was_before_says_nothing() -> None:
    channel = begun(Rules(1))
    late = channel.reading(found(["cart"]), uid="before")
    channel.read(found(["web"]), uid="after")
    before = channel.state
    channel.look(late)
    assert channel.state == before


def test_of_two_readings_of_one_moment_the_first_counts() -> None:
    channel = begun()
    channel.read(found(["cart"]))
    assert not channel.read(found(["cart"]), after=timedelta())


def test_readings_out_of_order_change_nothing() -> None:
    channel = begun()
    early = channel.reading(found(["cart"]))
    channel.read(found(["cart"]))
    before = channel.state
    assert not channel.look(early)
    assert channel.state == before


def test_a_state_survives_its_bytes() -> None:
    channel = alerted("cart", "web")
    channel.read(found(["web"], waived=["cart"]))
    channel.read(found(["web", "new"]))
    assert channel.state
    content = channel.state.encode()
    read = State.decode(content)
    assert read == channel.state
    assert read.encode() == content
    assert State.decode(b"\xff{}") is None
    assert State.decode(b"") is None


def test_a_finding_of_the_cluster_itself_is_told_too() -> None:
    channel = Channel(Rules(1))
    channel.read(a_result("a"))
    channel.read(a_result("a", Status.FAIL, failing=1))
    assert [it.ref for it in channel.posts[0][1].subjects] == [Ref("Pod", "shop", "p0")]
