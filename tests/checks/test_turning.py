"""What turned bad on a cluster, and what became of that."""

from datetime import timedelta

import pytest

from checks.model import Ref, Severity, Status
from checks.ripening import WAVE
from checks.turning import MOST, Rules, step
from checks.turns import NAMED, REST, State
from tests.checks.build import a_result
from tests.checks.watching import HOUR, Channel, found, ref, unread

DAY = timedelta(days=1)


def begun(rules: Rules | None = None, *names: str) -> Channel:
    """A channel that knows the cluster as it is when only these fail."""
    channel = Channel(rules or Rules())
    assert not channel.read(found(names))
    return channel


def alerted(*names: str) -> Channel:
    """A channel in which an alert of these was posted, an hour after they were first seen."""
    channel = begun()
    for _ in range(2):
        channel.read(found(names or ("cart",)))
    assert len(channel.posts) == 1
    return channel


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


def test_recovery_edits_the_message() -> None:
    channel = alerted("cart", "web")
    channel.read(found(["web"]))
    channel.read(found())
    assert [alert.ts for _, alert in channel.edits] == ["1", "1"]
    assert [(alert.standing, alert.total) for _, alert in channel.edits] == [(1, 2), (0, 2)]
    assert max(channel.edits[1][1].left) == channel.at
    assert not channel.read(found())


def test_what_is_waived_is_told_as_such() -> None:
    channel = alerted("cart", "web")
    channel.read(found(waived=["cart"]))
    (_, alert) = channel.edits[0]
    assert (alert.standing, alert.waived) == (0, ["ann"])


def test_what_is_waived_in_a_reading_in_part_is_gone_all_the_same() -> None:
    channel = alerted("cart", "web")
    channel.read(found(waived=["cart"], incomplete=True))
    assert [(alert.standing, alert.waived) for _, alert in channel.edits] == [(1, ["ann"])]


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


def test_what_a_digest_told_is_not_told_again() -> None:
    channel = begun()
    digest = channel.reading(found(["cart"]))
    channel.look(digest)
    assert not channel.read(found(["cart", "web"]), told=digest)
    channel.read(found(["cart", "web"]), told=digest)
    assert [alert.subjects[0].ref for _, alert in channel.posts] == [ref("web")]


def test_what_was_posted_goes_on_although_a_digest_told_it_too() -> None:
    channel = alerted("cart")
    digest = channel.reading(found(["cart"]))
    channel.look(digest, digest)
    channel.read(found(), told=digest)
    assert [alert.standing for _, alert in channel.edits] == [0]


def test_what_came_back_since_a_digest_is_told() -> None:
    channel = begun()
    digest = channel.reading(found(["cart"]))
    channel.look(digest, digest)
    channel.read(found(), told=digest)
    for _ in range(2):
        channel.read(found(["cart"]), told=digest)
    assert len(channel.posts) == 1


def test_what_waits_to_be_posted_is_not_after_a_digest_told_it() -> None:
    channel = begun(Rules(1))
    channel.open = False
    digest = channel.reading(found(["cart", "web"]))
    channel.look(digest)
    later = channel.reading(found(["cart", "web", "late"]))
    channel.look(later)
    channel.open = True
    channel.look(later, digest)
    assert [[it.ref.name for it in alert.subjects] for _, alert in channel.posts] == [["late"]]
    assert channel.posts[0][1].total == 1


def test_what_waits_to_be_posted_takes_in_what_ripens_meanwhile() -> None:
    channel = begun(Rules(1))
    channel.open = False
    channel.read(found(["cart"]))
    channel.read(found(["cart", "web"]))
    channel.read(found(["web", "late"]))
    channel.open = True
    assert channel.last
    channel.look(channel.last)
    ((_, alert),) = channel.posts
    assert [it.ref.name for it in alert.subjects] == ["web", "late"]
    assert (alert.total, alert.standing, alert.run_id) == (2, 2, "r-2")
    assert not channel.look(channel.last)


def test_what_waits_to_be_posted_and_was_not_seen_in_a_reading_in_part_is_not() -> None:
    channel = begun(Rules(1), "web")
    channel.open = False
    channel.read(found(["web", "cart"]))
    channel.open = True
    assert not channel.read(found(["web"], incomplete=True))
    assert channel.read(found(["web", "cart"], incomplete=True))


def test_what_waits_to_be_posted_and_is_gone_or_unseen_is_not() -> None:
    channel = begun(Rules(1))
    channel.open = False
    channel.read(found(["cart"]))
    channel.open = True
    assert not channel.read(unread())
    assert not channel.read(found())
    assert not channel.read(found())
    assert not channel.posts


def test_an_edit_that_failed_comes_again_with_the_next_reading_that_judges() -> None:
    channel = alerted("cart")
    channel.state, turns = step(channel.state, channel.reading(found()), channel.rules)
    assert [turn.alert.standing for turn in turns] == [0]
    assert not channel.read(unread())
    assert [turn.alert for turn in channel.read(found())] == [turns[0].alert]
    assert not channel.read(found())


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


def test_a_storm_is_one_alert_with_a_count() -> None:
    channel = begun()
    many = [f"web-{number:05}" for number in range(3 * MOST)]
    for _ in range(3):
        channel.read(found(many))
    ((_, alert),) = channel.posts
    assert alert.total == 3 * MOST
    assert len(alert.subjects) == NAMED
    assert channel.state
    assert len(channel.state.checks["a"].prints - {REST}) == WAVE
    assert len(channel.state.encode()) < 50_000
    channel.read(found())
    assert [alert.standing for _, alert in channel.edits] == [0]
    channel.read(found(many))
    assert [alert.standing for _, alert in channel.edits] == [0, 3 * MOST]
    for _ in range(3):
        channel.read(found(many))
    assert len(channel.posts) == 1


def test_of_very_many_only_more_are_news() -> None:
    many = [f"web-{number:05}" for number in range(MOST + 500)]
    channel = begun(None, *many)
    for _ in range(3):
        channel.read(found(many[::-1]))
    assert channel.state
    assert len(channel.state.encode()) < 50_000
    assert not channel.posts
    for _ in range(3):
        channel.read(found([*many, "a", "b"]))
    assert [alert.total for _, alert in channel.posts] == [2]
    channel.read(found(many))
    assert [alert.standing for _, alert in channel.edits] == [0]
    channel.read(found(many[:10]), after=2 * DAY)
    channel.read(found(many[:10]))
    for _ in range(2):
        channel.read(found([*many[:10], "new"]))
    assert [alert.subjects[0].ref.name for _, alert in channel.posts[1:]] == ["new"]


def test_of_very_many_those_that_are_mended_are_news_when_there_are_more_again() -> None:
    many = [f"web-{number:05}" for number in range(MOST + 500)]
    channel = begun(Rules(1), *many)
    channel.read(found(many[:-400]))
    channel.read(found(many[:-300]))
    assert [alert.total for _, alert in channel.posts] == [100]


def test_a_storm_that_comes_back_is_the_same_alert_although_there_is_more_room() -> None:
    few = [f"cart-{number:05}" for number in range(500)]
    many = [f"web-{number:05}" for number in range(3 * MOST)]
    channel = Channel(Rules(1))
    channel.read(found(), found(few, "b"))
    channel.read(found(many), found(few, "b"))
    channel.read(found(), found((), "b"))
    channel.read(found(many), found((), "b"))
    assert [alert.standing for _, alert in channel.edits] == [0, 3 * MOST]
    assert len(channel.posts) == 1


def test_a_storm_of_one_check_leaves_the_others_their_places() -> None:
    many = [f"web-{number:05}" for number in range(3 * MOST)]
    channel = Channel(Rules(1))
    channel.read(found(many), found(["cart"], "b"))
    assert not channel.read(found(many), found(["cart"], "b"))
    channel.read(found(many), found(["cart", "new"], "b"))
    assert [(alert.check, alert.subjects[0].ref) for _, alert in channel.posts] == [("b", ref("new"))]


def test_a_storm_that_a_digest_told_is_not_told_again() -> None:
    many = [f"web-{number:05}" for number in range(3 * MOST)]
    channel = begun()
    digest = channel.reading(found(many))
    channel.look(digest)
    for _ in range(3):
        channel.read(found(many), told=digest)
    assert not channel.posts


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
