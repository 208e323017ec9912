"""The jobs `digest` and `alert`: what is posted, held back, given up, and put on record."""

import asyncio
import logging
from datetime import timedelta

import pytest
from msgspec import structs

from bot.connection import Connection
from bot.jobs.duties import Fire
from bot.jobs.lease import Leases
from bot.scheduling.digests import Alerts, Digests
from checks.errors import ReadinessError, StoreError
from handlers.desk import Desk
from handlers.schedules.model import Fired, Outcome, Timing
from handlers.schedules.ports import StillOurs
from tests.bot.scheduling.build import HOUR, configured, made
from tests.bot.scheduling.posting import BEFORE, FIRE, KEY, MINUTE, NINE, Stage, Told, posting


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
    await stage.schedules.record("morning", BEFORE)
    await stage.digests.digest(FIRE)
    await stage.digests.digest(structs.replace(FIRE, key="digest:morning:other", look=True))
    assert [post["look"] for post in stage.poster.posts] == [False, True]


async def test_what_fails_is_tried_again_for_six_hours(stage: Stage) -> None:
    await stage.schedules.record("morning", BEFORE)
    for late in (0, 5.9):
        stage.clock.now = NINE + late * HOUR
        stage.poster.ends = [ReadinessError("Slack is away")]
        with pytest.raises(ReadinessError, match="Slack is away"):
            await stage.digests.digest(FIRE)
        assert await stage.last() == BEFORE
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


@pytest.mark.parametrize("where", ["find", "since", "opens", "holiday", "record"])
async def test_a_mistake_outside_of_the_post_is_on_record_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    await stage.schedules.record("morning", BEFORE)
    stage.hours.opens_at = NINE + timedelta(seconds=1)
    stage.clock.now = NINE + MINUTE
    broken = stage.hours if where in ("opens", "holiday") else stage.schedules
    works, mistakes = getattr(broken, where), iter([KeyError("of ours")])

    def mistaken(*said: object, **more: object) -> object:
        for mistake in mistakes:
            raise mistake
        return works(*said, **more)

    monkeypatch.setattr(broken, where, mistaken)
    assert await stage.digests.digest(FIRE) is None
    last = await stage.last()
    assert (last.outcome, last.nominal, last.runs) == (Outcome.FAILED, NINE, {"prod": "r1"})
    assert last.detail.startswith("something went wrong here: error ")
    posts = len(stage.poster.posts)
    assert await stage.digests.digest(FIRE) is None
    assert len(stage.poster.posts) == posts


async def test_a_mistake_that_cannot_be_put_on_record_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mistaken(_: str) -> None:
        raise KeyError("of ours")

    async def away(_: str) -> None:
        raise StoreError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(stage.schedules, "find", mistaken)
        patch.setattr(stage.schedules, "last", away)
        with pytest.raises(StoreError, match="away"):
            await stage.digests.digest(FIRE)
    await stage.digests.digest(FIRE)
    assert (await stage.last()).outcome is Outcome.POSTED


async def test_of_several_that_could_not_be_posted_the_last_is(connection: Connection) -> None:
    often = configured("morning", timing=Timing(every=300))
    stage = await Stage(connection, [often]).known()
    stage.clock.now = NINE + 12 * MINUTE
    for minutes in (0, 5, 10):
        await stage.digests.digest(Fire("morning", NINE + minutes * MINUTE, f"digest:morning:{minutes}"))
    assert [post["nominal"] for post in stage.poster.posts] == [NINE + 10 * MINUTE]


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

    async def losing(told: Told) -> Fired:
        client = stage.connection.client
        (claim,) = await client.keys("readiness:digesting:*")
        await client.set(claim, "another's")
        fired = await stage.poster.post(told)
        await client.pexpire(claim, 100)  # it is another's until after the job
        return fired

    digests = Digests(stage.desk, stage.schedules, stage.leases, posting(losing))
    stage.poster.ends = [structs.replace(BEFORE, nominal=NINE, outcome=Outcome.UNCHANGED)]
    with pytest.raises(StoreError, match="somebody else"):
        await digests.digest(FIRE)
    assert await stage.schedules.last("morning") is None
    await digests.digest(FIRE)
    assert (await stage.last()).outcome is Outcome.POSTED


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
