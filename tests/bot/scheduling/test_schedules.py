"""What is kept of schedules: those of readiness.yaml and of Slack, and what became of them."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
import pytest
from msgspec import structs

from bot.connection import Connection
from bot.scheduling.schedules import Schedules
from checks.errors import UsageError
from handlers.schedules.model import Fired, Mode, Outcome, Selection, Timing
from tests.bot.scheduling.build import HOUR, Clock, Noted, configured, known, made, settings

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def fired(at: datetime = NOON, outcome: Outcome = Outcome.POSTED, **other: object) -> Fired:
    return structs.replace(Fired(nominal=at, at=at, outcome=outcome, runs={"prod": "r1"}), **other)


async def test_what_was_saved_is_found_and_listed_behind_what_is_configured(connection: Connection) -> None:
    noted = Noted()
    schedules = known(connection, configured("night"), configured("morning"), noted=noted)
    saved = await schedules.save(
        made(selection=Selection(("a*",), "production", {"tier": "gold"}), mode=Mode.CHANGES, alerts=False)
    )
    assert (saved.id[:2], len(saved.id)) == ("s-", 8)
    assert await schedules.find(saved.id) == saved
    assert await schedules.find("night") == configured("night")
    assert await schedules.find("nothing") is None
    assert [it.id for it in await schedules.all()] == ["morning", "night", saved.id]
    assert noted.changes == 1


async def test_a_job_done_twice_adds_one(connection: Connection) -> None:
    schedules = known(connection)
    first = await schedules.save(made())
    changed = await schedules.save(structs.replace(first, paused=True, channel="C2"))
    assert await schedules.save(made()) == changed
    assert await schedules.save(made(made=NOON + HOUR)) != changed
    assert await schedules.save(made(user="U2", channel="C3")) != changed
    assert len(await schedules.all()) == 3


async def test_of_two_who_ask_for_the_same_at_once_one_is_told_of_the_others(connection: Connection) -> None:
    replicas = [known(connection), known(connection)]
    people = [made(user=f"U{number}", made=NOON + number * HOUR) for number in range(10)]
    others = [made(user="U1", channel=f"D{number}") for number in range(3)]
    saved = await asyncio.gather(
        *(replicas[number % 2].save(it) for number, it in enumerate([*people, *others]))
    )
    assert len({it.id for it in saved[:10]}) == 1
    assert len(await replicas[0].all()) == 1 + len(others)


async def test_what_is_changed_to_what_there_is_stays_as_it_was(connection: Connection) -> None:
    schedules = known(connection, configured("morning", channel="C7"))
    one, two = [await schedules.save(made(channel=channel)) for channel in ("C1", "C2")]
    assert await schedules.save(structs.replace(two, channel="C1")) == one
    assert await schedules.save(made(channel="C7")) == configured("morning", channel="C7")
    assert await schedules.find(two.id) == two


async def test_twins_of_earlier_can_be_paused_each(connection: Connection) -> None:
    schedules = known(connection)
    one = await schedules.save(made())
    twin = structs.replace(one, id="s-twin00")
    await connection.client.hset("readiness:schedules", twin.id, msgspec.json.encode(twin))
    paused = structs.replace(twin, paused=True)
    assert await schedules.save(paused) == paused
    assert {it.paused for it in await schedules.all()} == {True, False}


async def test_a_change_keeps_the_id(connection: Connection) -> None:
    schedules = known(connection)
    saved = await schedules.save(made())
    assert await schedules.save(structs.replace(saved, channel="C2")) == structs.replace(saved, channel="C2")
    assert [it.channel for it in await schedules.all()] == ["C2"]
    await schedules.remove(saved.id, "T1")
    with pytest.raises(UsageError, match=saved.id):
        await schedules.save(saved)
    assert await schedules.all() == []


async def test_changes_at_the_same_time_all_end(connection: Connection) -> None:
    schedules = known(connection)
    saved = await schedules.save(made())
    wanted = [structs.replace(saved, channel=f"C{number}") for number in range(20)]
    assert await asyncio.gather(*map(schedules.save, wanted)) == wanted
    assert (await schedules.find(saved.id)) in wanted


async def test_what_was_removed_is_gone_but_for_who_did(connection: Connection) -> None:
    schedules = known(connection)
    saved = await schedules.save(made())
    await schedules.record(saved.id, fired())
    for _ in range(2):
        assert await schedules.remove(saved.id, "T1") == saved
    assert await schedules.remove(saved.id, "T2") is None
    assert await schedules.find(saved.id) is None
    assert await schedules.find(saved.id, "T2") is None
    assert await schedules.find(saved.id, "T1") == saved
    assert await schedules.last(saved.id) is None
    assert await schedules.nominals() == {}


async def test_a_later_outcome_is_not_overwritten_by_an_earlier_one(connection: Connection) -> None:
    schedules = known(connection)
    later = fired(NOON + timedelta(microseconds=1))
    await schedules.record("x", later)
    await schedules.record("x", fired(NOON))
    assert await schedules.last("x") == later
    assert await schedules.nominals() == {"x": later.nominal}
    again = fired(later.nominal, Outcome.HELD)
    await schedules.record("x", again)
    assert await schedules.last("x") == again


async def test_what_is_done_with_stays_as_it_ended_first(connection: Connection) -> None:
    schedules = known(connection)
    await schedules.record("x", fired(outcome=Outcome.HELD))
    assert not await schedules.sent("digest:x:1")
    await schedules.record("x", fired(ts="1.2"), sent="digest:x:1")
    await schedules.record("x", fired(ts="3.4"), sent="digest:x:1")
    assert await schedules.sent("digest:x:1")
    assert not await schedules.sent("digest:x:2")
    last = await schedules.last("x")
    assert last
    assert last.ts == "1.2"


async def test_what_is_skipped_keeps_from_where_the_next_one_counts(connection: Connection) -> None:
    schedules = known(connection)
    await schedules.record("x", fired(unread=("dev",)))
    await schedules.skip("x", NOON + HOUR, "older than 6 h")
    last = await schedules.last("x")
    assert last
    assert (last.outcome, last.detail, last.nominal) == (Outcome.SKIPPED, "older than 6 h", NOON + HOUR)
    assert (last.runs, last.unread) == ({"prod": "r1"}, ("dev",))


async def test_since_moves_with_the_timing_and_with_going_on(connection: Connection) -> None:
    clock = Clock(NOON)
    schedules = Schedules(settings(), connection, now=clock)
    saved = await schedules.save(made())

    async def since_after(at: datetime, **change: object) -> datetime | None:
        nonlocal saved
        clock.now = at
        saved = await schedules.save(structs.replace(saved, **change))
        return await schedules.since(saved)

    assert await schedules.since(saved) == NOON
    assert await since_after(NOON + HOUR, channel="C9") == NOON
    assert await since_after(NOON + HOUR, paused=True) == NOON
    assert await since_after(NOON + 2 * HOUR, paused=True, channel="C8") == NOON
    assert await since_after(NOON + 3 * HOUR, paused=False) == NOON + 3 * HOUR
    assert await since_after(NOON + 4 * HOUR, timing=Timing(cron="0 9 * * *")) == NOON + 4 * HOUR
    # The request may be answered twice.
    assert await since_after(NOON + 5 * HOUR) == NOON + 4 * HOUR


async def test_it_is_overdue_until_something_became_of_it(connection: Connection) -> None:
    schedules = Schedules(settings(), connection, now=Clock(NOON))
    saved = await schedules.save(made())
    due = NOON + HOUR
    assert await schedules.overdue(saved, None, due - timedelta(seconds=1)) is None
    assert await schedules.overdue(saved, None, due) == due
    for outcome in Outcome:
        assert await schedules.overdue(saved, fired(due, outcome), due + HOUR / 2) is None
    assert await schedules.overdue(saved, fired(due), due + 3 * HOUR) == due + HOUR
    assert await schedules.overdue(saved, fired(NOON - HOUR), due) == due
    assert await schedules.overdue(structs.replace(saved, paused=True), None, due) is None


async def test_a_configured_one_counts_from_when_it_was_first_seen_so(connection: Connection) -> None:
    daily, hourly = (
        configured("x", timing=timing) for timing in (Timing(cron="0 9 * * *"), Timing(every=60))
    )
    for schedule, now, since in [
        (daily, NOON, NOON),
        (daily, NOON + HOUR, NOON),
        (hourly, NOON + 2 * HOUR, NOON + 2 * HOUR),
        (structs.replace(hourly, channel="C9"), NOON + 3 * HOUR, NOON + 2 * HOUR),
    ]:
        restarted = Schedules(settings(schedule), connection, now=Clock(now))
        assert (await restarted.plan()).since == {"x": since}
        assert await restarted.since(schedule) == since


async def test_a_process_remembers_since_when_where_redis_was_emptied(connection: Connection) -> None:
    clock = Clock(NOON)
    schedules = Schedules(settings(configured("x")), connection, now=clock)
    before = await schedules.plan()
    assert await schedules.version() == before.version
    await connection.client.flushall()
    assert await schedules.version() == ""
    clock.now = NOON + HOUR
    after = await schedules.plan()
    assert after.since == {"x": NOON}
    assert before.version != after.version == await schedules.version()


async def test_every_change_is_another_version(connection: Connection) -> None:
    schedules, elsewhere = known(connection), known(connection)
    versions = [(await schedules.plan()).version]
    assert (await elsewhere.plan()).version == versions[0]
    saved = await elsewhere.save(made())
    versions.append(await schedules.version())
    await elsewhere.save(structs.replace(saved, channel="C2"))
    versions.append(await schedules.version())
    await elsewhere.remove(saved.id, "T1")
    versions.append(await schedules.version())
    assert len({*versions}) == 4
    await elsewhere.record("x", fired())
    assert await schedules.version() == versions[-1]


async def test_run_now_is_once_for_each_request(connection: Connection) -> None:
    noted = Noted()
    schedules = known(connection, configured("x"), noted=noted)
    for request in ("T1", "T1", "T2"):
        await schedules.run_now("x", request)
    assert len({fire.key for fire, _ in noted.fires}) == 2
    assert all(fire.now and fire.schedule == "x" for fire, _ in noted.fires)


async def test_rows_of_a_newer_version_are_left_out(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    schedules = known(connection)
    saved = await schedules.save(made())
    row = cast("bytes", await connection.client.hget("readiness:schedules", saved.id))
    newer = row.replace(b'"every":3600', b'"every":"full moon"')
    assert newer != row
    await connection.client.hset("readiness:schedules", "s-newer0", newer)
    more = row.replace(saved.id.encode(), b"s-more00").replace(b'{"id"', b'{"more":1,"id"')
    assert b'"more"' in more
    await connection.client.hset("readiness:schedules", "s-more00", more)
    await connection.client.hset("readiness:schedules:last", saved.id, b'{"outcome":"sung"}')
    assert {it.id for it in await schedules.all()} == {saved.id, "s-more00"}
    assert await schedules.find("s-newer0") is None
    assert await schedules.last(saved.id) is None
    assert "s-newer0 is skipped" in caplog.text


def test_a_paused_one_has_no_next_time(connection: Connection) -> None:
    schedules = known(connection)
    assert schedules.next_time(made(), NOON) == NOON + HOUR
    assert schedules.next_time(made(paused=True), NOON) is None
