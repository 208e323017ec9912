"""How often a schedule fires, and when its last success is overdue."""

from datetime import timedelta

import pytest

from checks.schedules import LEAST, UNTOLD, longest_gap, overdue_after

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("schedule", "gap"),
    [
        ("* * * * *", MINUTE),
        ("*/15 * * * *", 15 * MINUTE),
        ("7 * * * *", HOUR),
        ("0 */6 * * *", 6 * HOUR),
        ("0 2/12 * * *", 12 * HOUR),
        ("30 1 * * *", DAY),
        ("0 1 * * ?", DAY),
        ("0 8-18 * * *", 14 * HOUR),
        ("0 8-18 * * 1-5", 3 * DAY),
        ("0 0 * * 1,4", 4 * DAY),
        ("0 0 * * SUN", 7 * DAY),
        ("0 0 * * 7", 7 * DAY),
        ("0 0 */10 * *", 10 * DAY),
        ("0 0 1 * *", 31 * DAY),
        ("0 0 1 JAN *", 12 * 31 * DAY),
        ("CRON_TZ=Europe/Paris 0 0,12 * * *", 12 * HOUR),
        ("@daily", DAY),
        ("@every 1h30m", 90 * MINUTE),
    ],
)
def test_the_coarsest_field_tells_the_longest_gap(schedule: str, gap: timedelta) -> None:
    assert longest_gap(schedule) == gap


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "daily",
        "0 0 L * *",
        "0 0 * *",
        "@every 5s",
        "@onDemand",
        "0 0 1-99999999999 * *",
        "5-1 * * * *",
        "0 99 * * *",
    ],
)
def test_what_is_not_understood_tells_nothing(schedule: str) -> None:
    assert longest_gap(schedule) is None
    assert overdue_after(schedule) == UNTOLD


def test_two_intervals_may_pass_and_never_less_than_an_hour() -> None:
    assert overdue_after("0 1 * * *") == 2 * DAY
    assert overdue_after("* * * * *") == LEAST
