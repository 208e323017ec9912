"""The jobs `digest` and `alert`: what is posted, held back, given up, and put on record."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from msgspec import structs

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.jobs.lease import Leases
from bot.scheduling.digests import Alerts, Digests
from checks.errors import ReadinessError, StoreError
from handlers.desk import Desk
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, Timing
from handlers.schedules.ports import StillOurs
from tests.bot.scheduling.build import HOUR, configured, made
from tests.bot.scheduling.posting import DAILY, DAY, FIRE, KEY, MINUTE, NINE, Stage


@pytest.fixture
async def stage(connection: Connection) -> Stage:
    return await Stage(connection).known()


async def test_it_is_posted_once_and_on_record(stage: Stage) -> None:
    for _ in range(3):
        assert await stage.digests.digest(FIRE) is None
    (post,) = stage.poster.posts
    assert post == {
        "schedule": "morning",
        "nominal": NINE,
        "late": "",
        "key": KEY,
        "now": False,
        "look": True,  # nothing is on record yet of one of readiness.yaml
        "still": True,
    }
    assert await stage.last() == Fired(nominal=NINE, at=stage.clock.now, outcome=Outcome.POSTED, ts="1.2")


@pytest.mark.parametrize(
    ("minutes", "late"),
    [
        (5, ""),
        (5.1, "5 min late: it was due at Tue 09:00 UTC"),
        (130, "2 h late: it was due at Tue 09:00 UTC"),
    ],
)
async def test_what_comes_late_says_so(stage: Stage, minutes: float, late: str) -> None:
    stage.clock.now = NINE + minutes * MINUTE
    await stage.digests.digest(FIRE)
    assert stage.poster.posts[0]["late"] == late


async def test_it_is_looked_for_where_the_scheduler_or_the_record_cannot_tell(stage: Stage) -> None:
    await stage.schedules.record("morning", _before())
    await stage.digests.digest(FIRE)
    await stage.digests.digest(structs.replace(FIRE, key="digest:morning:other", look=True))
    assert [post["look"] for post in stage.poster.posts] == [False, True]


async def test_what_fails_is_tried_again_for_six_hours(stage: Stage) -> None:
    await stage.schedules.record("morning", _before())
    for late in (0, 5.9):
        stage.clock.now = NINE + late * HOUR
        stage.poster.ends = [ReadinessError("Slack is away")]
        with pytest.raises(ReadinessError, match="Slack is away"):
            await stage.digests.digest(FIRE)
        assert await stage.last() == _before()
    stage.clock.now = NINE + 6 * HOUR
    stage.poster.ends = [ReadinessError("Slack is away")]
    assert await stage.digests.digest(FIRE) is None
    last = await stage.last()
    assert (last.outcome, last.detail, last.runs) == (Outcome.FAILED, "Slack is away", {"prod": "r1"})
    await stage.digests.digest(FIRE)
    assert len(stage.poster.posts) == 3


async def test_what_is_older_is_not_even_tried(stage: Stage) -> None:
    stage.clock.now = NINE + 6 * HOUR + timedelta(seconds=1)
    assert await stage.digests.digest(FIRE) is None
    assert stage.poster.posts == []
    last = await stage.last()
    assert (last.outcome, last.detail) == (Outcome.SKIPPED, "older than 6 h")


async def test_a_mistake_of_ours_is_logged_and_not_repeated(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    stage.poster.ends = [ValueError("of this digest")]
    for _ in range(2):
        assert await stage.digests.digest(FIRE) is None
    last = await stage.last()
    assert last.outcome is Outcome.FAILED
    assert last.detail.removeprefix("something went wrong here: ") in caplog.text
    assert "of this digest" in caplog.text
    assert len(stage.poster.posts) == 1


async def test_quiet_hours_hold_it_back(stage: Stage) -> None:
    stage.hours.opens_at = opens = NINE + 10 * HOUR
    await stage.schedules.record("morning", _before())
    assert await stage.digests.digest(FIRE) == opens
    last = await stage.last()
    assert (last.outcome, last.nominal, last.runs) == (Outcome.HELD, NINE, {"prod": "r1"})
    assert last.detail == "held back by quiet hours until Tue 19:00 UTC"
    # The six hours count from when they end.
    stage.clock.now = opens + HOUR
    assert await stage.digests.digest(FIRE) is None
    assert stage.poster.posts[0]["late"] == "held back by quiet hours: it was due at Tue 09:00 UTC"
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


async def test_of_several_that_could_not_be_posted_the_last_is(connection: Connection) -> None:
    often = configured("morning", timing=Timing(every=300))
    stage = await Stage(connection, [often]).known()
    stage.clock.now = NINE + 12 * MINUTE
    for minutes in (0, 5, 10):
        await stage.digests.digest(Fire("morning", NINE + minutes * MINUTE, f"digest:morning:{minutes}"))
    assert [post["nominal"] for post in stage.poster.posts] == [NINE + 10 * MINUTE]


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


@pytest.mark.parametrize("change", ["removed", "paused", "moved", "resumed"])
async def test_what_is_no_longer_due_is_dropped(stage: Stage, change: str) -> None:
    saved = await stage.schedules.save(made(made=NINE - HOUR))
    stage.clock.now = NINE + MINUTE
    match change:
        case "removed":
            await stage.schedules.remove(saved.id, "T1")
        case "moved":
            await stage.schedules.save(structs.replace(saved, timing=Timing(every=7200)))
        case _:
            paused = await stage.schedules.save(structs.replace(saved, paused=True))
            if change == "resumed":
                await stage.schedules.save(structs.replace(paused, paused=False))
    assert await stage.digests.digest(Fire(saved.id, NINE, "digest:s:nine")) is None
    assert stage.poster.posts == []
    assert await stage.schedules.last(saved.id) is None


async def test_who_lost_the_claim_records_nothing_but_what_was_posted(stage: Stage) -> None:
    lost = _Losing(stage)
    digests = Digests(stage.desk, stage.schedules, stage.leases, lost)
    stage.poster.ends = [structs.replace(_before(), nominal=NINE, outcome=Outcome.UNCHANGED)]
    with pytest.raises(StoreError, match="somebody else"):
        await digests.digest(FIRE)
    assert await stage.schedules.last("morning") is None
    await digests.digest(FIRE)
    assert (await stage.last()).outcome is Outcome.POSTED


@dataclass
class _Losing:
    """Loses the claim while it posts."""

    stage: Stage

    async def __call__(
        self,
        desk: Desk,
        schedule: Schedule,
        nominal: datetime,
        late: str,
        still: StillOurs,
        /,
        *,
        key: str,
        now_: bool,
        look: bool,
    ) -> Fired:
        client = self.stage.connection.client
        (claim,) = await client.keys("readiness:digesting:*")
        await client.set(claim, "another's")
        fired = await self.stage.poster(desk, schedule, nominal, late, still, key=key, now_=now_, look=look)
        await client.pexpire(claim, 100)  # it is another's until after the job
        return fired


async def test_alerts_of_one_cluster_are_told_one_at_a_time(stage: Stage) -> None:
    told: list[tuple[str, str]] = []
    busy: set[str] = set()

    async def look(_: Desk, cluster: str, run_id: str, still: StillOurs) -> None:
        assert cluster not in busy
        busy.add(cluster)
        assert await still()
        told.append((cluster, run_id))
        busy.remove(cluster)

    replicas = [
        Alerts(stage.desk, Leases(stage.connection, seconds=10, kind="alerting", strict=True), look)
        for _ in range(2)
    ]
    runs = [("prod", "run-1"), ("prod", ""), ("dev", "run-2")]
    await asyncio.gather(*(replica.alert(*run) for replica in replicas for run in runs))
    assert sorted(told) == sorted(runs * 2)


def _before() -> Fired:
    """Return what became of the day before."""
    return Fired(nominal=NINE - DAY, at=NINE - DAY, outcome=Outcome.POSTED, runs={"prod": "r1"})
