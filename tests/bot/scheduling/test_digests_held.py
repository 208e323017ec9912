"""What is not posted at once: quiet hours, weekends and holidays, and what comes whatever the hour."""

from datetime import timezone
from typing import cast

import pytest
from msgspec import structs

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.scheduling.hours import Hours
from bot.settings_schedules import ChannelEntry
from handlers.schedules.model import Mode, Outcome, Timing
from tests.bot.scheduling.build import HOUR, configured, made
from tests.bot.scheduling.posting import BEFORE, DAILY, DAY, FIRE, NINE, Stage
from tests.handlers.planned import FixedHours


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    return await Stage(connection).known()


async def test_on_a_quiet_weekend_the_last_one_waits_for_its_time_of_day(connection: Connection) -> None:
    weekly = configured("morning", timing=Timing(cron="0 9 * * sun"), channel="C024BE91L")
    quiet = Hours([ChannelEntry(channel=weekly.channel, weekends=True)])
    stage = await Stage(connection, [weekly], hours=cast("FixedHours", quiet)).known()
    sunday = NINE + 5 * DAY
    fire = Fire("morning", sunday, "digest:morning:sunday")
    stage.clock.now = sunday
    for hours in (0, 15, 16):
        stage.clock.now = sunday + hours * HOUR
        assert await stage.digests.digest(fire) == sunday + DAY
    assert (await stage.last()).detail == "quiet until Mon 09:00 UTC"
    stage.clock.now = sunday + DAY
    assert await stage.digests.digest(fire) is None
    assert (
        stage.poster.posts[0]["late"] == "held back while the channel was quiet: it was due at Sun 09:00 UTC"
    )


async def test_what_its_maker_was_told_outlasts_quiet_hours_and_holidays(stage: Stage) -> None:
    told = "I am not in this channel"
    await stage.schedules.record("morning", structs.replace(BEFORE, told=told))
    stage.hours.opens_at = NINE + 10 * HOUR
    await stage.digests.digest(FIRE)
    held = await stage.last()
    stage.hours.holidays = {NINE.date(): "Culture Day"}
    await stage.digests.digest(FIRE)
    skipped = await stage.last()
    assert [(it.outcome, it.told) for it in (held, skipped)] == [
        (Outcome.HELD, told),
        (Outcome.SKIPPED, told),
    ]


async def test_quiet_hours_hold_it_back(stage: Stage) -> None:
    stage.hours.opens_at = opens = NINE + 10 * HOUR
    await stage.schedules.record("morning", BEFORE)
    assert await stage.digests.digest(FIRE) == opens
    last = await stage.last()
    assert (last.outcome, last.nominal, last.runs) == (Outcome.HELD, NINE, {"prod": "r1"})
    assert last.detail == "quiet until Tue 19:00 UTC"
    # The six hours count from when they end.
    stage.clock.now = opens + HOUR
    assert await stage.digests.digest(FIRE) is None
    late = "held back while the channel was quiet, then 1 h late: it was due at Tue 09:00 UTC"
    assert stage.poster.posts[0]["late"] == late
    assert (await stage.last()).outcome is Outcome.POSTED


async def test_of_several_that_were_held_back_the_last_is_posted(stage: Stage) -> None:
    stage.hours.opens_at = opens = NINE + 30 * HOUR
    tomorrow = Fire("morning", NINE + DAY, "digest:morning:tomorrow")
    assert await stage.digests.digest(FIRE) == opens
    stage.clock.now = NINE + DAY
    assert await stage.digests.digest(tomorrow) == opens
    stage.clock.now = opens
    assert await stage.digests.digest(FIRE) is None
    assert await stage.digests.digest(tomorrow) is None
    assert [post["nominal"] for post in stage.poster.posts] == [NINE + DAY]
    assert (await stage.last()).nominal == NINE + DAY


async def test_a_holiday_is_left_in_peace(stage: Stage) -> None:
    # There it is the next day already.
    stage.hours.holidays = {NINE.date() + DAY: "Culture Day"}
    stage.hours.opens_at = (NINE + DAY).astimezone(timezone(16 * HOUR))
    assert await stage.digests.digest(FIRE) is None
    last = await stage.last()
    assert (last.outcome, last.detail) == (Outcome.SKIPPED, "Culture Day")
    stage.clock.now = NINE + DAY
    assert await stage.digests.digest(FIRE) is None
    assert stage.poster.posts == []


async def test_what_only_reads_does_so_at_any_hour(connection: Connection) -> None:
    stage = await Stage(connection, [structs.replace(DAILY, mode=Mode.ALERTS)]).known()
    stage.hours.holidays = {NINE.date(): "Culture Day"}
    stage.hours.opens_at = NINE + DAY
    assert await stage.digests.digest(FIRE) is None
    assert len(stage.poster.posts) == 1


async def test_run_now_comes_whatever_the_hour(stage: Stage) -> None:
    stage.hours.holidays = {NINE.date(): "Culture Day"}
    stage.hours.opens_at = NINE + DAY
    saved = await stage.schedules.save(made(paused=True))
    for schedule in ("morning", saved.id):
        fire = Fire(schedule, NINE, f"digest:{schedule}:now:T1", now=True)
        assert await stage.digests.digest(fire) is None
    assert [(post["schedule"], post["now"], post["late"]) for post in stage.poster.posts] == [
        ("morning", True, ""),
        (saved.id, True, ""),
    ]
