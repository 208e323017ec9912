"""Very much that turned at once: one alert with a count, and a state that stays small."""

from checks.ripening import WAVE
from checks.turning import MOST, Rules
from checks.turns import NAMED, REST
from tests.checks.watching import DAY, Channel, begun, found, ref


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
