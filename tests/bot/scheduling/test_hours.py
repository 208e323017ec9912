"""When something may be posted in a channel."""

from datetime import UTC, date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.hours import Hours
from bot.settings_schedules import ChannelEntry
from tests.bot.scheduling.plans import at

OPS = "C024BE91L"


def hours(**said: object) -> Hours:
    return Hours([ChannelEntry.model_validate({"channel": OPS, "zone": "Europe/Berlin", **said})])


NIGHT = {"quiet": "20:00-07:00"}


@pytest.mark.parametrize(
    ("said", "moment", "opens"),
    [
        ({}, "2026-11-21T03:00", "2026-11-21T03:00+00:00"),
        # Over midnight, on both sides of it, and to the minute.
        (NIGHT, "2026-11-18T22:00", "2026-11-19T07:00+01:00"),
        (NIGHT, "2026-11-19T01:00", "2026-11-19T07:00+01:00"),
        (NIGHT, "2026-11-19T05:59", "2026-11-19T07:00+01:00"),
        (NIGHT, "2026-11-19T06:00", "2026-11-19T06:00+00:00"),
        (NIGHT, "2026-11-19T18:59", "2026-11-19T18:59+00:00"),
        (NIGHT, "2026-11-19T19:00", "2026-11-20T07:00+01:00"),
        ({"quiet": "12:00-13:30"}, "2026-11-19T11:15", "2026-11-19T13:30+01:00"),
        ({"quiet": "12:00-13:30"}, "2026-11-19T12:30", "2026-11-19T12:30+00:00"),
        ({"quiet": "20:00-24:00"}, "2026-11-19T20:15", "2026-11-20T00:00+01:00"),
        ({"quiet": "00:00-07:00"}, "2026-11-19T03:15", "2026-11-19T07:00+01:00"),
        # From Friday evening, over the weekend.
        ({"weekends": True}, "2026-11-20T22:59", "2026-11-20T22:59+00:00"),
        ({"weekends": True}, "2026-11-20T23:00", "2026-11-23T00:00+01:00"),
        ({"weekends": True, **NIGHT}, "2026-11-20T22:00", "2026-11-23T07:00+01:00"),
        # Good Friday, the weekend, Easter Monday.
        ({"weekends": True, "holidays": "DE", **NIGHT}, "2026-04-02T19:00", "2026-04-07T07:00+02:00"),
        ({"holidays": "DE", **NIGHT}, "2026-04-02T19:00", "2026-04-04T07:00+02:00"),
        ({"holidays": "DE-BE"}, "2026-03-08T10:00", "2026-03-09T00:00+01:00"),
        ({"holidays": "DE-BY"}, "2026-03-08T10:00", "2026-03-08T10:00+00:00"),
        # A week of days off, and a holiday behind it.
        (
            {"days_off": [date(2026, 12, day) for day in range(18, 25)], "holidays": "DE"},
            "2026-12-18T10:00",
            "2026-12-27T00:00+01:00",
        ),
        # Quiet hours end, and begin, where the clock changes.
        ({"quiet": "20:00-02:30"}, "2026-03-28T23:00", "2026-03-29T03:00+02:00"),
        ({"quiet": "20:00-02:30"}, "2026-10-24T23:00", "2026-10-25T02:30+02:00"),
        ({"quiet": "20:00-02:30"}, "2026-10-25T01:10", "2026-10-25T02:30+01:00"),
        ({"zone": "America/Havana", "weekends": True}, "2026-11-01T05:30", "2026-11-02T00:00-05:00"),
        # The day begins at 01:00.
        (
            {"zone": "Africa/Cairo", "days_off": [date(2026, 4, 23)]},
            "2026-04-23T10:00",
            "2026-04-24T01:00+03:00",
        ),
    ],
)
def test_it_opens(said: dict[str, object], moment: str, opens: str) -> None:
    assert hours(**said).opens(OPS, at(moment)).isoformat(timespec="minutes") == opens


def test_a_channel_without_an_entry_is_always_open() -> None:
    moment = at("2026-12-25T03:00")
    assert hours(holidays="DE", **NIGHT).opens("C2", moment) is moment
    assert hours(holidays="DE").holiday("C2", date(2026, 12, 25)) == ""
    assert hours(holidays="DE").put_off("C2", moment) is moment
    assert hours(holidays="DE").works("C2", date(2026, 4, 6))


def test_a_channel_that_never_opens_is_waited_for_a_year_at_most() -> None:
    moment = at("2026-01-01T00:00")
    closed = hours(days_off=[moment.date() + timedelta(days=number) for number in range(800)])
    opens = closed.opens(OPS, moment)
    assert timedelta(days=365) < opens - moment < timedelta(days=368)


def test_holidays_have_names() -> None:
    german = hours(holidays="DE", days_off=[date(2026, 12, 24)])
    assert german.holiday(OPS, date(2026, 12, 25)) == "Christmas Day"
    assert german.holiday(OPS, date(2026, 12, 24)) == "a day off"
    assert german.holiday(OPS, date(2026, 12, 23)) == ""
    assert german.holiday(OPS, date(2031, 12, 25)) == "Christmas Day"
    assert hours().holiday(OPS, date(2026, 12, 25)) == ""


def test_they_are_told_in_english_whatever_the_machine_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert hours(holidays="DE").holiday(OPS, date(2033, 12, 25)) == "Christmas Day"


def test_a_country_without_translations_has_holidays_too() -> None:
    assert hours(holidays="IE").holiday(OPS, date(2026, 12, 25)) == "Christmas Day"


@pytest.mark.parametrize(
    ("said", "moment", "put_off"),
    [
        (NIGHT, "2026-11-19T10:00", "2026-11-19T10:00+00:00"),
        (NIGHT, "2026-11-19T19:00", "2026-11-20T07:00+01:00"),
        # Saturday and Sunday, at the time of day that somebody chose.
        ({"weekends": True}, "2026-11-21T08:00", "2026-11-23T09:00+01:00"),
        ({"weekends": True}, "2026-11-22T08:00", "2026-11-23T09:00+01:00"),
        ({"weekends": True}, "2026-11-22T22:30", "2026-11-23T23:30+01:00"),
        ({"weekends": True, **NIGHT}, "2026-11-22T08:00", "2026-11-23T09:00+01:00"),
        # A time of day that is quiet on the next day too.
        ({"weekends": True, **NIGHT}, "2026-11-22T03:00", "2026-11-23T07:00+01:00"),
        ({"weekends": True, **NIGHT}, "2026-11-22T21:00", "2026-11-23T07:00+01:00"),
        ({"weekends": True, "quiet": "12:00-13:30"}, "2026-11-22T11:30", "2026-11-23T13:30+01:00"),
        # Late on Friday it is not the day that is off.
        ({"weekends": True, **NIGHT}, "2026-11-20T22:00", "2026-11-23T07:00+01:00"),
        # A Sunday before Easter Monday.
        ({"weekends": True, "holidays": "DE"}, "2026-04-05T07:00", "2026-04-07T09:00+02:00"),
        # 02:30 is left out in that night.
        ({"days_off": [date(2026, 3, 28)]}, "2026-03-28T01:30", "2026-03-29T03:00+02:00"),
    ],
)
def test_a_digest_of_a_day_off_comes_at_its_time_of_day(
    said: dict[str, object], moment: str, put_off: str
) -> None:
    assert hours(**said).put_off(OPS, at(moment)).isoformat(timespec="minutes") == put_off


@pytest.mark.parametrize(
    ("said", "day", "works"),
    [
        ({"holidays": "DE"}, date(2026, 4, 6), False),  # Easter Monday
        ({"holidays": "DE"}, date(2026, 4, 7), True),
        ({"days_off": [date(2026, 4, 7)]}, date(2026, 4, 7), False),
        ({"weekends": True}, date(2026, 4, 12), False),  # a Sunday
        ({}, date(2026, 4, 12), True),
    ],
)
def test_a_day_works_unless_it_is_off(said: dict[str, object], day: date, *, works: bool) -> None:
    assert hours(**said).works(OPS, day) is works


CLOCKS = st.times().map(lambda it: it.replace(second=0, microsecond=0))
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/Santiago", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"]
)


@given(
    CLOCKS,
    CLOCKS,
    ZONES,
    st.booleans(),
    st.integers(0, 365 * 24 * 60),
)
def test_when_it_opens_it_is_open(begin: time, end: time, zone: str, weekends: object, minutes: int) -> None:
    if begin == end:
        return
    quiet = f"{begin:%H:%M}-{end:%H:%M}"
    open_ = hours(quiet=quiet, zone=zone, weekends=weekends)
    moment = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    opens, put_off = open_.opens(OPS, moment), open_.put_off(OPS, moment)
    assert moment <= opens <= put_off < moment + timedelta(days=5)
    assert (open_.opens(OPS, opens), open_.opens(OPS, put_off)) == (opens, put_off)
    if opens > moment:
        between = opens.astimezone(UTC) - timedelta(minutes=1)
        assert open_.opens(OPS, between) > between
