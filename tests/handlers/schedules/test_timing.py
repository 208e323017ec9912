"""What people say of time, and what is made of it."""

import pytest

from checks.errors import UsageError
from handlers.schedules.model import Timing
from handlers.schedules.timing import read, split, told

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("words", "cron"),
    [
        ("daily 09:00", "0 9 * * *"),
        ("Daily at 9", "0 9 * * *"),
        ("9:00", "0 9 * * *"),
        ("at noon", "0 12 * * *"),
        ("midnight", "0 0 * * *"),
        ("every day at 9:05pm", "5 21 * * *"),
        ("12am", "0 0 * * *"),
        ("12:30 pm", "30 12 * * *"),
        ("weekdays 08:30", "30 8 * * mon-fri"),
        ("8:30 on weekdays", "30 8 * * mon-fri"),
        ("every weekday at 8:30", "30 8 * * mon-fri"),
        ("monday to friday 8:30", "30 8 * * mon-fri"),
        ("weekends 10:00", "0 10 * * sat,sun"),
        ("mon,thu 09:00", "0 9 * * mon,thu"),
        ("mon, thu 09:00", "0 9 * * mon,thu"),
        ("THU and Mondays, 09:00", "0 9 * * mon,thu"),
        ("sat\u2013mon 09:00", "0 9 * * mon,sat,sun"),
        ("monday 9am", "0 9 * * mon"),
        ("weekly tuesday 9 am", "0 9 * * tue"),
        ("hourly", "0 * * * *"),
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@weekly", "0 0 * * sun"),
        ("@monthly", "0 0 1 * *"),
        ("0 9 * * 1-5", "0 9 * * mon-fri"),
        ('cron "0 9 * * mon-fri"', "0 9 * * mon-fri"),
        ("\u201c0 9 * * MON-Fri\u201d", "0 9 * * mon-fri"),
        ("`00 09 * * 0`", "0 9 * * sun"),
        ("0 9 * * 7", "0 9 * * sun"),
        ("0 9 * * 0,7", "0 9 * * sun"),
        ("0 9 * * 0-2", "0 9 * * mon,tue,sun"),
        ("0 9 * * 5-7", "0 9 * * fri-sun"),
        ("0 9 * * fri-mon", "0 9 * * mon,fri-sun"),
        ("0 9 * * 1-5/2", "0 9 * * mon,wed,fri"),
        ("0 9 * * */2", "0 9 * * tue,thu,sat,sun"),
        ("0 9 * * 0-6", "0 9 * * *"),
        ("0 9 * jan-mar,DEC *", "0 9 * 1-3,12 *"),
        ("0 9 * nov-feb *", "0 9 * 1,2,11,12 *"),
        ("cron 0 9 1 * *", "0 9 1 * *"),
        ("0 9 1 * mon", "0 9 1 * mon"),
        ("0 9 */2 * mon", "0 9 */2 * mon"),
        ("0,15,30,45 8-18/2 * * *", "*/15 8,10,12,14,16,18 * * *"),
        ("5/20 * * * *", "5,25,45 * * * *"),
        ("0 0 29 2 *", "0 0 29 2 *"),
    ],
)
def test_times_of_day_and_crontabs(words: str, cron: str) -> None:
    assert read(words) == Timing(cron=cron)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("every 4h", 4 * 3600),
        ("every 30m", 1800),
        ("every 5 min", 300),
        ("every 2 hours", 7200),
        ("every hour", 3600),
        ("every 1d", 86400),
        ("every 2 weeks", 14 * 86400),
    ],
)
def test_intervals(words: str, seconds: int) -> None:
    assert read(words) == Timing(every=seconds)


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("daily 09:00", "UTC"),
        ("daily 09:00 utc", "UTC"),
        ("daily 09:00 europe/BERLIN", BERLIN),
        ("daily 09:00 in Europe/Berlin", BERLIN),
        ("daily 09:00 (Europe/Berlin)", BERLIN),
        ("Europe/Berlin daily 09:00", BERLIN),
        ("0 9 * * mon america/new_york", "America/New_York"),
        ("daily 09:00 japan", "Japan"),
        ("every 4h Asia/Kolkata", "Asia/Kolkata"),
    ],
)
def test_zones(words: str, zone: str) -> None:
    assert read(words).zone == zone


def test_a_zone_may_stand_apart() -> None:
    assert read("daily 09:00", "europe/berlin").zone == BERLIN
    assert read("daily 09:00 Europe/Berlin", BERLIN).zone == BERLIN
    with pytest.raises(UsageError, match="two time zones are said, UTC and Europe/Berlin"):
        read("daily 09:00 UTC", BERLIN)
    with pytest.raises(UsageError, match="there is no time zone Mars/Phobos"):
        read("daily 09:00", "Mars/Phobos")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "when?: say for example `daily 09:00 Europe/Berlin`"),
        ("soon", "`soon` says no time: say for example"),
        ("daily", "daily at what time?: for example `daily 09:00 Europe/Berlin`"),
        ("mon, thu Europe/Berlin", "mon, thu at what time?: for example"),
        ("mon thx 09:00", "mon at what time?: did you mean thu, where thx stands?"),
        ("mon,thx 09:00", "`thx` is no day: did you mean thu?"),
        ("mondey 09:00", "`mondey` is no day: did you mean monday?"),
        ("dayly 09:00", "`dayly` is no day: did you mean daily?"),
        ("every other day 09:00", "`day` alone is no day: say `daily 09:00`, or `every 2d`"),
        ("every month", "`every month` says no time: say for example"),
        ("every wekdays", "`every wekdays` says no time: did you mean weekdays?"),
        ("weekly", "weekly on which day?: for example"),
        ("monthly", "monthly on which day?: for example `cron 0 9 1 * *`"),
        ("daily 25:00", "`25:00` is no time of day: write it as 09:00"),
        ("daily 09:60", "`09:60` is no time of day"),
        ("daily 9:00:00", "`9:00:00` is no time of day"),
        ("daily 13pm", "`13pm` is no time of day"),
        ("daily 0900", "`0900` is no time of day"),
        ("daily 09:00 and 17:00", "more than one time is said: for several a day write a crontab"),
        ("every 4h at 9:00", "an interval has no time of day"),
        ("every 4 min", "every 4 min is too often: the shortest is `every 5m`"),
        ("every 90s", "every 90 s is too often"),
        ("every 367d", "every 367 d is too seldom"),
        ("every 999999999 weeks", "every 999999999 weeks is too seldom"),
        ("every 0h", "every 0 h is too often"),
        ("every 1.5h", "`1.5h` is no interval"),
        ("every 3 moons", "every 3 of what?"),
        ("every 3", "every 3 of what?"),
        ("daily 09:00 Europe/Berln", "there is no time zone Europe/Berln: did you mean Europe/Berlin"),
        ("daily 09:00 Europa/Berlin", "there is no time zone Europa/Berlin: did you mean Europe/Berlin"),
        ("daily 09:00 berlin", "there is no time zone berlin: did you mean Europe/Berlin?"),
        ("daily 09:00 New York", "there is no time zone New York: did you mean America/New_York?"),
        ("daily 09:00 CEST", "there is no time zone CEST: did you mean CET"),
        ("daily 09:00 UTC+2", "there is no time zone UTC+2: write it as Europe/Berlin"),
        ("daily 09:00 ../../etc/passwd", "there is no time zone ../../etc/passwd"),
        ("*/4 * * * *", "it would be due 4 min after the time before: the shortest is 5 min"),
        ("0,58 * * * *", "it would be due 2 min after the time before"),
        ("1,59 23,0 * * *", "it would be due 2 min after the time before"),
        ("* * * * *", "it would be due 1 min after the time before"),
        ("0 0 30 feb *", "no month of these has a day 30: it would never be due"),
        ("0 0 31 2,4,6,9,11 *", "no month of these has a day 31: it would never be due"),
        ("0 0 9 * * mon", "a crontab has five fields, not more"),
        ("0 0 9 1 1 1", "a crontab has five fields, not more"),
        ("0 9 * *", "a crontab has five fields, not 4"),
        ("cron", "a crontab has five fields, not 0"),
        ("61 9 * * *", "61 is no minute: they go from 0 to 59"),
        ("0 24 * * *", "24 is no hour: they go from 0 to 23"),
        ("0 9 0 * *", "0 is no day of the month: they go from 1 to 31"),
        ("0 9 * 13 *", "13 is no month: they go from 1 to 12"),
        ("0 9 * * 8", "8 is no weekday: they go from 0 to 7"),
        ("0 9 * * mondey", "`mondey` is no weekday: did you mean monday"),
        ("0 9 * janury *", "`janury` is no month: did you mean january?"),
        ("0 22-2 * * *", "`22-2` runs backwards: write 22-23,0-2"),
        ("*/0 9 * * *", "`*/0` has a step of 0"),
        ("*/75 9 * * *", "`*/75` has a step of 75"),
        ("0 9 1 * */2", "crontabs disagree about 1 for the days and */2 for the weekdays together"),
        ("@reboot", "@reboot is no time of day"),
    ],
)
def test_what_is_wrong_is_said(words: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(words)
    assert f"{caught.value}: {caught.value.hint}".startswith(problem)


@pytest.mark.parametrize(
    ("words", "canonical"),
    [
        ("9am Europe/Berlin", "daily 09:00 Europe/Berlin"),
        ("30 8 * * 1-5", "weekdays 08:30 UTC"),
        ("sun,sat 10:00", "weekends 10:00 UTC"),
        ("thursday, monday 09:00", "mon, thu 09:00 UTC"),
        ("mon-wed,sun 09:00", "mon-wed, sun 09:00 UTC"),
        ("every 240 min", "every 4 h"),
        ("every 90m", "every 90 min"),
        ("every 301s Asia/Kolkata", "every 301 s Asia/Kolkata"),
        ("@hourly", "hourly UTC"),
        ("0 9 1 * *", "cron 0 9 1 * * UTC"),
    ],
)
def test_a_timing_is_told_in_one_way(words: str, canonical: str) -> None:
    assert told(read(words)) == canonical


@pytest.mark.parametrize(
    ("words", "canonical", "rest"),
    [
        ("cluster-a daily 09:00 Europe/Berlin in #ops", "daily 09:00 Europe/Berlin", "cluster-a in #ops"),
        ("cluster-a daily 09:00 in #ops Europe/Berlin", "daily 09:00 Europe/Berlin", "cluster-a in #ops"),
        (
            "cluster-a daily 09:00 in Europe/Berlin in <#C1|x>",
            "daily 09:00 Europe/Berlin",
            "cluster-a in <#C1|x>",
        ),
        ("prod-* weekdays 08:30", "weekdays 08:30 UTC", "prod-*"),
        ("environment:production every 4h only-changes", "every 4 h", "environment:production only-changes"),
        ("all cron 0 9 * * mon-fri", "weekdays 09:00 UTC", "all"),
        ("* daily 9:00", "daily 09:00 UTC", "*"),
        ("a and b every monday at 9am no-alerts", "mon 09:00 UTC", "a and b no-alerts"),
        ("a on mon thu 9:00", "mon, thu 09:00 UTC", "a"),
        (
            "arn:aws:eks:eu-west-1:1234:cluster/a 9:00",
            "daily 09:00 UTC",
            "arn:aws:eks:eu-west-1:1234:cluster/a",
        ),
        ("daily 09:00 team/cluster", "daily 09:00 UTC", "team/cluster"),
        # What a cluster is called is that cluster.
        ("japan daily 09:00", "daily 09:00 UTC", "japan"),
        ("daily 09:00 japan", "daily 09:00 UTC", "japan"),
        ("sun 09:00", "daily 09:00 UTC", "sun"),
    ],
)
def test_a_timing_is_found_among_other_words(words: str, canonical: str, rest: str) -> None:
    timing, left = split(words.split(), names={"japan", "sun", "a", "b", "cluster-a"})
    assert timing
    assert (told(timing), left) == (canonical, rest.split())


def test_words_may_come_quoted_or_one_by_one() -> None:
    assert split(["a", "cron", "0 9 * * mon-fri"]) == (Timing(cron="0 9 * * mon-fri"), ["a"])
    assert split(["mon", "thu", "9:00", "a"]) == (Timing(cron="0 9 * * mon,thu"), ["a"])
    assert split(["daily", ",", "9:00"]) == (Timing(cron="0 9 * * *"), [])


def test_without_a_time_the_words_are_left() -> None:
    assert split(["cluster-a", "in", "#ops"]) == (None, ["cluster-a", "in", "#ops"])
    assert split([]) == (None, [])


def test_half_a_timing_among_other_words_is_asked_for() -> None:
    with pytest.raises(UsageError, match="daily at what time"):
        split(["cluster-a", "daily", "in", "#ops"])
    with pytest.raises(UsageError, match="`dayly` is no day"):
        split(["cluster-a", "dayly", "9:00"])
