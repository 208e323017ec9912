"""What turned bad, and was told by a digest or waits for the channel to open."""

from checks.turning import Rules
from tests.checks.watching import alerted, begun, found, ref, unread


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
