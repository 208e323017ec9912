"""When a schedule is due next, on both changes of the clock too."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.triggers import jitter, key, next_time, trigger
from tests.bot.scheduling.plans import (
    CHANGES,
    MADE,
    SECONDS,
    WORDS,
    at,
    daily,
    minutes_around,
    moments,
    schedule,
)


@pytest.mark.parametrize(
    ("words", "after", "fires"),
    [
        (
            "daily 02:30 Europe/Berlin",
            "2026-03-28T12:00",
            ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"],
        ),
        (
            "daily 02:30 Europe/Berlin",
            "2026-10-24T12:00",
            ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
        ),
        # Between the two 02:30 of that night.
        ("daily 02:30 Europe/Berlin", "2026-10-25T00:45", ["2026-10-26T02:30+01:00"]),
        ("daily 02:30 Europe/Berlin", "2026-10-25T01:15", ["2026-10-26T02:30+01:00"]),
        (
            "daily 03:00 Europe/Berlin",
            "2026-03-28T12:00",
            ["2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00"],
        ),
        (
            "daily 02:15 Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"],
        ),
        (
            "daily 01:45 Australia/Lord_Howe",
            "2026-04-04T12:00",
            ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"],
        ),
        (
            "daily 02:30 Asia/Kolkata",
            "2026-03-28T12:00",
            ["2026-03-29T02:30+05:30", "2026-03-30T02:30+05:30"],
        ),
        ("weekdays 08:30", "2026-11-20T08:30", ["2026-11-23T08:30+00:00", "2026-11-24T08:30+00:00"]),
        ("0 9 1 * mon", "2026-04-28T00:00", ["2026-05-01T09:00+00:00", "2026-05-04T09:00+00:00"]),
        ("0 9 */10 * mon", "2026-04-28T00:00", ["2026-05-11T09:00+00:00", "2026-06-01T09:00+00:00"]),
        ("0 0 29 2 *", "2026-04-28T00:00", ["2028-02-29T00:00+00:00", "2032-02-29T00:00+00:00"]),
        (
            "0 */2 * * * Europe/Berlin",
            "2026-03-28T23:30",
            ["2026-03-29T04:00+02:00", "2026-03-29T06:00+02:00"],
        ),
        (
            "0 2,14 * * * Europe/Berlin",
            "2026-03-28T23:30",
            ["2026-03-29T03:00+02:00", "2026-03-29T14:00+02:00"],
        ),
        (
            "*/20 2 * * * Europe/Berlin",
            "2026-03-28T23:30",
            ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"],
        ),
        (
            "0 2,14 * * * Europe/Berlin",
            "2026-10-24T23:30",
            ["2026-10-25T02:00+02:00", "2026-10-25T14:00+01:00"],
        ),
        (
            "*/30 * * * * Europe/Berlin",
            "2026-10-25T00:10",
            [
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:00+01:00",
                "2026-10-25T02:30+01:00",
                "2026-10-25T03:00+01:00",
            ],
        ),
        # Due for the first time when the clock shows an hour twice, months away.
        (
            "*/30 */2 25 10 * Europe/Berlin",
            "2026-01-01T00:00",
            ["2026-10-25T00:00+02:00", "2026-10-25T00:30+02:00", "2026-10-25T02:00+02:00"],
        ),
    ],
)
def test_next_times(words: str, after: str, fires: list[str]) -> None:
    moment = at(after)
    for fire in fires:
        found = next_time(schedule(words), moment)
        assert found
        assert found.isoformat(timespec="minutes") == fire
        moment = found


@given(
    st.sampled_from(CHANGES),
    st.integers(0, 23),
    st.integers(0, 59) | st.sampled_from([0, 15, 30, 45]),
    st.sampled_from([1, 24 * 60 - 1, 61, 30]),
)
def test_a_daily_time_is_due_as_the_clock_on_the_wall_has_it(
    change: tuple[str, datetime], hour: int, minute: int, before: int
) -> None:
    zone, moment = change
    begin, end = moment - timedelta(minutes=before), moment + timedelta(days=2)
    found = moments(schedule(f"daily {hour}:{minute:02} {zone}"), begin, end)
    assert found == daily(minutes_around(zone, moment), begin, end, hour, minute)


@given(
    st.sampled_from(CHANGES),
    st.sets(st.sampled_from(range(0, 60, 5)), min_size=1, max_size=4),
    st.sampled_from(["*", "*/2", "*/3", "*/6"]),
    st.integers(0, 300),
)
def test_what_is_due_at_any_hour_is_due_whenever_the_clock_shows_it(
    change: tuple[str, datetime], minutes: set[int], hours: str, before: int
) -> None:
    zone, moment = change
    begin, end = moment - timedelta(minutes=before), moment + timedelta(hours=8)
    plan = schedule(f"{','.join(map(str, minutes))} {hours} * * * {zone}")
    step = int(hours.partition("/")[2] or 1)
    expected = [
        it
        for it, wall in minutes_around(zone, moment)
        if begin < it <= end and wall.minute in minutes and wall.hour % step == 0
    ]
    assert moments(plan, begin, end) == expected


@given(WORDS, st.sampled_from(CHANGES), SECONDS, st.sampled_from([None, MADE]))
def test_next_times_rise(words: str, change: tuple[str, datetime], away: int, made: datetime | None) -> None:
    zone, moment = change
    plan = schedule(f"{words} {zone}", made)
    begin = moment + timedelta(seconds=away, microseconds=abs(away) % 3)
    found: list[datetime] = [begin]
    for _ in range(12):
        after = next_time(plan, found[-1])
        assert after
        found.append(after)
    assert all(before < after for before, after in pairwise(found))
    keys = [key(plan, moment) for moment in found[1:]]
    assert len(set(keys)) == len(keys)


@given(WORDS, st.sampled_from(CHANGES), SECONDS)
def test_a_scheduler_is_woken_at_each_fire_time(words: str, change: tuple[str, datetime], away: int) -> None:
    zone, moment = change
    plan, now = schedule(f"{words} {zone}"), moment + timedelta(seconds=away)
    wakes = trigger(plan)
    expected = next_time(plan, now)
    assert expected
    assert wakes.get_next_fire_time(None, now) in (now, expected)
    for late in (0, 2, 0):
        found = wakes.get_next_fire_time(expected, expected + timedelta(seconds=late))
        assert found > expected
        expected = next_time(plan, expected)
        assert found == expected


def test_a_long_sleep_is_one_wake() -> None:
    wakes = trigger(schedule("*/5 * * * *"))
    now = at("2026-11-21T09:02")
    assert wakes.get_next_fire_time(now - timedelta(days=90), now) == at("2026-11-21T09:05")


def test_intervals_count_from_when_they_were_made() -> None:
    made = at("2026-11-21T09:00:07.25")
    first = next_time(schedule("every 4h", made), made)
    assert first == at("2026-11-21T13:00:07")
    assert next_time(schedule("every 4h", made), made - timedelta(days=1)) == first
    assert next_time(schedule("every 4h"), made) == at("2026-11-21T12:00")


def test_a_paused_schedule_has_no_next_time() -> None:
    assert next_time(schedule("daily 09:00", paused=True), MADE) is None


def test_the_key_of_a_daily_time_is_what_the_clock_shows() -> None:
    plan = schedule("daily 02:30 Europe/Berlin")
    first, second = at("2026-10-25T00:30"), at("2026-10-25T01:30")
    assert key(plan, first) == key(plan, second) == "2026-10-25T02:30[Europe/Berlin]"
    often = schedule("*/30 * * * * Europe/Berlin")
    assert (key(often, first), key(often, second)) == ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")


def test_jitter_is_the_same_everywhere_and_spread() -> None:
    found = [jitter(f"s-{number:06x}").total_seconds() for number in range(2000)]
    assert jitter("morning") == jitter("morning")
    assert set(found) == set(range(60))
    assert max(found.count(second) for second in range(60)) < 70
