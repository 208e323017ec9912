"""What is offered where a schedule says no time, or a wrong one: sentences that do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar import OTHERWISE, parse
from handlers.intents import Unclear
from handlers.ports import Cluster
from handlers.schedules.intents import Plan
from tests.handlers.sayings.unclear import TWO, unclear

NO_TIME = "is neither a cluster nor a time"
NO_ZONE = "is neither a cluster nor a time zone"


@pytest.mark.parametrize(
    ("said", "why", "time"),
    [
        ("dayly 9", f"`dayly` {NO_TIME}: did you mean `daily`?", "daily 09:00 UTC"),
        ("dayly 9 Europe/Berlin", f"`dayly` {NO_TIME}", "daily 09:00 Europe/Berlin"),
        ("dayly 9 Europe/Berln", f"`dayly` {NO_TIME}", "daily 09:00 Europe/Berlin"),
        ("evry 4h", f"`evry` {NO_TIME}: did you mean `every`?", "every 4 h"),
        ("hourli", f"`hourli` {NO_TIME}", "hourly UTC"),
        ("mondy 9", f"`mondy` {NO_TIME}", "mon 09:00 UTC"),
        ("week days 8:30", "`days` alone is no day", "weekdays 08:30 UTC"),
        ("mon,thr 9am", "`thr` is no day", "mon, thu 09:00 UTC"),
        ("every 4 huors", "every 4 of what?", "every 4 h"),
        ("every 4", "every 4 of what?", "every 4 h"),
        ("* * * * *", "it would be due 1 min", "cron */5 * * * * UTC"),
        ("cron 0 9 * *", "a crontab has five fields, not 4", "daily 09:00 UTC"),
        ("9", f"`9` {NO_TIME}: did you mean `daily 09:00`?", "daily 09:00 UTC"),
        ("daily 09.30", "daily at what time?", "daily 09:30 UTC"),
        ("daily 9h", "daily at what time?", "daily 09:00 UTC"),
        ("daily 0930", "`0930` is no time of day", "daily 09:30 UTC"),
        ("weekly 17:00", "weekly on which day?", "mon 17:00 UTC"),
        ("monthly", "monthly on which day?", "cron 0 9 1 * * UTC"),
        ("tomorrow", f"`tomorrow` {NO_TIME}: did you mean `daily 09:00`?", "daily 09:00 UTC"),
        ("tomorrow 7:15", f"`tomorrow` {NO_TIME}: did you mean `daily`?", "daily 07:15 UTC"),
        ("every morning", f"`every` {NO_TIME}: did you mean `daily 09:00`?", "daily 09:00 UTC"),
        ("in the morning", f"`morning` {NO_TIME}: did you mean `daily 09:00`?", "daily 09:00 UTC"),
        ("daily 9 Berln", f"`Berln` {NO_ZONE}: did you mean `Europe/Berlin`?", "daily 09:00 Europe/Berlin"),
        ("daily 9 in Berlin", "there is no time zone Berlin", "daily 09:00 Europe/Berlin"),
        ("daily 9 New York", "there is no time zone New York", "daily 09:00 America/New_York"),
        ("daily 9 CEST", f"`CEST` {NO_ZONE}: did you mean `Europe/Berlin`?", "daily 09:00 Europe/Berlin"),
        ('at:"dayly 9"', "`dayly 9` says no time", "daily 09:00 UTC"),
        ("daily 9 zone:Berln", "there is no time zone Berln", "daily 09:00 Europe/Berlin"),
    ],
)
def test_the_sentence_with_the_right_time_is_offered(said: str, why: str, time: str) -> None:
    meant = unclear(f"schedule a {said} in #ops only-changes")
    assert meant.why.startswith(why)
    assert meant.meanings[0] == f'schedule cluster-a at:"{time}" in #ops only-changes'


@pytest.mark.parametrize("said", ["every 2 years", "daily 25:00", "cron 0 25 * * *", "daily 9 UTC+2"])
def test_where_nothing_can_be_meant_it_is_told_how_to_say_it(said: str) -> None:
    assert unclear(f"schedule a {said}").meanings == ("help schedule",)


def test_a_zone_by_its_distance_from_utc_is_not_left_out_silently() -> None:
    assert unclear("schedule a daily 9 UTC+2").why.startswith("there is no time zone `UTC+2`: write it as")


def test_what_is_left_out_of_an_option_is_told_as_one() -> None:
    meant = unclear("schedule a daily 9 only-chages")
    assert meant.why == "`only-chages` is neither a cluster nor an option: did you mean `only-changes`?"
    assert meant.meanings[0] == 'schedule cluster-a at:"daily 09:00 UTC" only-changes'


def test_how_often_a_day_is_a_time_too() -> None:
    for said, time in (("once a day", "daily 09:00 UTC"), ("twice a day", "cron 0 9,17 * * * UTC")):
        meant = unclear(f"schedule prod {said}", (Cluster("prod"),))
        assert meant.meanings[0] == f'schedule prod at:"{time}"'


def test_a_schedule_in_the_place_of_a_cluster_is_told_as_one() -> None:
    meant = unclear("run now s-7f3a9c")
    assert meant.why == "`s-7f3a9c` is a schedule, no cluster"
    assert meant.meanings[0] == "trigger s-7f3a9c"


def test_both_the_cluster_and_the_time_may_be_misspelt() -> None:
    meant = unclear("schedule cluser-a dayly 9")
    assert meant.why == "there is no cluster `cluser-a`"
    assert meant.meanings[0] == 'schedule cluster-a at:"daily 09:00 UTC"'


def test_a_cluster_that_is_called_like_a_time_stays_one() -> None:
    clusters = (*TWO, Cluster("dayly"))
    meant = parse("schedule dayly daily 9", clusters)
    assert isinstance(meant, Plan)
    assert meant.selection.clusters == ("dayly",)
    assert unclear("schedule web", clusters).why == "there is no cluster `web`"


WORDS = st.sampled_from(
    [
        *(
            "a",
            "cluser-a",
            "dayly",
            "daily",
            "evry",
            "every",
            "mondy",
            "mon,thr",
            "tomorrow",
            "weekly",
            "once",
        ),
        *("once", "day", "the", "in", "#ops", "only-chages", "cron", "*", "0", "2", "4", "4h", "9", "09.30"),
        *("25:00", "huors", "Berln", "Europe/Berln", "CEST", "zone:Paris", "at:evry"),
    ]
)


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_whatever_is_offered_is_clear(said: str) -> None:
    meant = parse(f"schedule {said}", TWO)
    for offered in meant.meanings if isinstance(meant, Unclear) else ():
        assert offered in OTHERWISE or not isinstance(parse(offered, TWO), Unclear)
