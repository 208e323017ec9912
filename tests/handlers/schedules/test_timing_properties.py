"""What holds of every timing, and of whatever else is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.errors import UsageError
from handlers.schedules.crontab import WEEK, crontab
from handlers.schedules.model import Timing
from handlers.schedules.timing import read, split, told

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Japan", "Etc/GMT-2"])
DAYS = st.lists(st.sampled_from(WEEK), min_size=1, unique=True).map(",".join)
NUMBERS = [st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12)]


@st.composite
def crontabs(draw: st.DrawFn) -> str:
    minutes = draw(st.lists(st.sampled_from(range(0, 60, 5)), min_size=1, unique=True))
    fields = [draw(st.just("*") | st.lists(one, min_size=1, unique=True).map(joined)) for one in NUMBERS[1:]]
    return " ".join(
        [joined(minutes), *fields, draw(st.just("*") | DAYS | st.sampled_from(["1-5", "0,3", "5-7"]))]
    )


def joined(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    zone = draw(ZONES)
    if draw(st.booleans()):
        return Timing(every=draw(st.integers(300, 366 * 86400)), zone=zone)
    time = f"{draw(st.integers(0, 23))}:{draw(st.integers(0, 59)):02}"
    return read(draw(crontabs() | DAYS.map(lambda days: f"{days} {time}")), zone)


@given(timings())
def test_what_is_told_is_read_as_the_same(timing: Timing) -> None:
    assert read(told(timing)) == timing


@given(timings(), st.lists(st.sampled_from(["cluster-a", "prod-*", "only-changes", "#ops", "label:a=b"])))
def test_what_is_told_is_found_behind_other_words(timing: Timing, others: list[str]) -> None:
    assert split([*others, *told(timing).split()]) == (timing, others)


@given(crontabs())
def test_a_crontab_is_written_in_one_way(text: str) -> None:
    once = crontab(text.split())
    assert crontab(once.split()) == once


PIECES = (
    "at on to every each daily mon thu, 9 9:00 am cron * */5 0 1-5 , @ @daily UTC Europe/ in and weekly 4h -"
)


@given(st.lists(st.sampled_from([*PIECES.split(), "x", '"', "(", ""]) | st.text(max_size=5), max_size=12))
def test_whatever_is_said_is_understood_or_refused(words: list[str]) -> None:
    try:
        timing, rest = split(words)
    except UsageError:
        return
    assert timing is None or read(told(timing)) == timing
    assert timing is not None or rest == words


def test_a_flood_of_words_is_refused_quickly() -> None:
    assert split(["and"] * 5000) == (None, ["and"] * 5000)
    with pytest.raises(UsageError):
        read("0 " * 5000)
