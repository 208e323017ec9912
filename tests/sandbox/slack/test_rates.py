import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.rates import LIMITS, Rates
from deploy.sandbox.slack.scopes import METHODS


def let_in(rates: Rates, method: str, calls: int, now: float, channel: str = "C1") -> int:
    """How many of some calls at the same moment are let in."""
    return sum(rates.refuse(method, channel, now) is None for _ in range(calls))


def test_every_method_has_a_limit() -> None:
    assert LIMITS.keys() == METHODS.keys()


@pytest.mark.parametrize(
    ("method", "burst", "wait", "a_minute"),
    [
        ("apps.connections.open", 10, 60, 1),
        ("users.list", 20, 3, 20),
        ("chat.update", 50, 2, 50),
        ("views.open", 100, 1, 100),
        ("auth.test", 600, 1, 600),
    ],
)
def test_tiers(method: str, burst: int, wait: int, a_minute: int) -> None:
    rates = Rates()

    assert let_in(rates, method, 700, now=1000.0) == burst
    assert rates.refuse(method, "C1", 1000.0) == wait
    assert let_in(rates, method, 700, now=1060.0) == a_minute
    assert let_in(rates, method, 700, now=100_000.0) == burst


def test_a_message_a_second_in_a_channel() -> None:
    rates = Rates()

    assert let_in(rates, "chat.postMessage", 30, now=0.0) == 10
    assert rates.refuse("chat.postMessage", "C1", 0.0) == 1
    assert rates.refuse("chat.postMessage", "C2", 0.0) is None
    assert rates.refuse("chat.update", "C1", 0.0) is None
    assert [let_in(rates, "chat.postMessage", 5, now=second) for second in (1.0, 2.0, 4.0)] == [1, 1, 2]


def test_three_hundred_messages_a_minute_in_a_workspace() -> None:
    rates = Rates()
    everywhere = [rates.refuse("chat.postMessage", f"C{number}", 0.0) for number in range(301)]

    assert everywhere == [None] * 300 + [1]
    assert let_in(rates, "chat.postMessage", 10, now=1.0, channel="C1000") == 5


def test_refused_messages_cost_the_workspace_nothing() -> None:
    rates = Rates()
    let_in(rates, "chat.postMessage", 1000, now=0.0)

    assert rates.refuse("chat.postMessage", "C2", 0.0) is None


def test_methods_do_not_share() -> None:
    rates = Rates()
    let_in(rates, "users.list", 100, now=0.0)

    assert rates.refuse("usergroups.list", "", 0.0) is None


@pytest.mark.parametrize("door", ["response_url", "upload"])
def test_other_doors_are_not_counted(door: str) -> None:
    assert let_in(Rates(), door, 1000, now=0.0) == 1000


def test_switched_off() -> None:
    assert let_in(Rates(enforce=False), "apps.connections.open", 1000, now=0.0) == 1000


@given(
    st.sampled_from(sorted(LIMITS)),
    st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.floats(0, 5)), max_size=150),
    st.floats(0, 2e9),
)
def test_who_waits_as_told_is_let_in(method: str, calls: list[tuple[str, float]], start: float) -> None:
    rates = Rates()
    now = start
    for channel, pause in calls:
        now += pause
        if wait := rates.refuse(method, channel, now):
            assert rates.refuse(method, channel, now + wait) is None
            now += wait


def test_a_clock_that_goes_back_lets_nobody_in_for_free() -> None:
    rates = Rates()
    let_in(rates, "chat.postMessage", 10, now=100.0)

    assert rates.refuse("chat.postMessage", "C1", 90.0) == 11
