"""What has come and is not done: late, early, and after a long time away."""

from datetime import datetime, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.triggers import LATEST, Due, due, key, missed, next_time
from tests.bot.scheduling.plans import CHANGES, MADE, SECONDS, WORDS, at, moments, schedule


@given(WORDS, st.sampled_from(CHANGES), SECONDS, st.integers(0, 8 * 3600), st.integers(0, 8 * 3600))
def test_what_is_due_is_the_latest_that_is_not_done(
    words: str, change: tuple[str, datetime], away: int, done: int, known: int
) -> None:
    zone, moment = change
    plan, now = schedule(f"{words} {zone}", MADE), moment + timedelta(seconds=away)
    last, since = now - timedelta(seconds=done), now - timedelta(seconds=known)
    found = due(plan, last, since, now)
    begin = max(last, since, now - LATEST - timedelta(microseconds=1))
    expected = moments(plan, begin, now)
    assert (found.nominal if found else None) == (expected[-1] if expected else None)
    if found:
        assert max(last, since) < found.nominal <= now
        assert now - found.nominal <= LATEST
        assert found.late == (now - found.nominal).total_seconds()
        assert found.skipped == len(expected) - 1
        assert found.key == key(plan, expected[-1])
        assert due(plan, found.nominal, since, now) is None


@given(WORDS, st.sampled_from(CHANGES), SECONDS, st.integers(1, 5))
def test_clocks_that_are_seconds_apart_find_the_same(
    words: str, change: tuple[str, datetime], away: int, apart: int
) -> None:
    zone, moment = change
    plan = schedule(f"{words} {zone}")
    nominal = next_time(plan, moment + timedelta(seconds=away))
    assert nominal
    since = nominal - timedelta(days=1)
    behind, ahead = (due(plan, None, since, nominal + timedelta(seconds=it)) for it in (0, apart))
    assert behind
    assert ahead
    assert (behind.nominal, behind.key) == (ahead.nominal, ahead.key)
    before = due(plan, behind.nominal, since, nominal - timedelta(seconds=apart))
    assert before is None


def test_due_says_what_has_come() -> None:
    plan = schedule("every 1h")
    since = at("2026-11-20T00:00")
    assert due(plan, None, since, at("2026-11-21T09:10:30")) == Due(
        at("2026-11-21T09:00"), "2026-11-21T09:00:00Z", 630.0, 5
    )
    assert due(plan, at("2026-11-21T08:00"), since, at("2026-11-21T09:00")) == Due(
        at("2026-11-21T09:00"), "2026-11-21T09:00:00Z", 0.0, 0
    )


def test_nothing_is_due_from_before_it_was_made() -> None:
    plan = schedule("daily 09:00")
    made = at("2026-11-21T09:00:00.5")
    assert due(plan, None, made, at("2026-11-21T10:00")) is None
    assert due(plan, None, made - timedelta(seconds=1), at("2026-11-21T10:00"))


def test_what_is_older_than_six_hours_is_missed_and_not_due() -> None:
    plan, since = schedule("daily 09:00"), at("2026-11-01T00:00")
    nine = at("2026-11-21T09:00")
    assert due(plan, None, since, nine + LATEST)
    assert missed(plan, nine - timedelta(days=1), since, nine + LATEST) is None
    later = nine + LATEST + timedelta(milliseconds=1)
    assert due(plan, None, since, later) is None
    assert missed(plan, None, since, later) == nine
    assert missed(plan, nine, since, later) is None
    assert missed(plan, None, nine, later) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("every 5m", "2026-11-21T05:55"),
        ("*/5 * * * *", "2026-11-21T05:55"),
        ("mon 09:00", "2026-11-16T09:00"),
        ("0 9 1 1 *", "2026-01-01T09:00"),
        ("0 9 29 2 *", "2024-02-29T09:00"),
    ],
)
def test_the_latest_that_was_missed_is_found_however_long_ago(words: str, expected: str) -> None:
    now = at("2026-11-21T12:00")
    assert missed(schedule(words), None, at("2020-01-01T00:00"), now) == at(expected)


def test_after_ninety_days_away_it_is_found_quickly() -> None:
    now = at("2026-11-21T09:02")
    begun = process_time()
    for words in ("every 5m", "*/5 * * * * Europe/Berlin", "daily 09:00 Europe/Berlin", "0 0 29 2 *") * 10:
        due(schedule(words), None, now - timedelta(days=90), now)
        missed(schedule(words), None, now - timedelta(days=90), now)
    assert process_time() - begun < 4  # walking the days takes a hundred times as long
