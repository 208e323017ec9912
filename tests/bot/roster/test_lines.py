"""How full the queues are."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.connection import Connection
from bot.jobs.pool import queue as pool_queue
from bot.jobs.queue import Queue
from bot.jobs.worker import Worker
from bot.presence import Presence
from bot.roster import Roster
from handlers.schedules.ports import Line
from tests.bot.jobs.build import QUICK, eventually
from tests.bot.roster.members import A, worker


async def lines(connection: Connection) -> dict[str, Line]:
    return {line.name: line for line in await Roster(connection).lines()}


async def test_how_full_queues_are(connection: Connection) -> None:
    go, name = asyncio.Event(), "readiness-pool-a"

    async def check(*_: str) -> None:
        await go.wait()

    began = datetime.now(UTC)
    async with pool_queue(connection, "a") as queue:
        assert {*await lines(connection)} == {"readiness", "readiness-digests"}
        async with Presence(connection, worker(A, pool="a", chosen=True)):
            assert (await lines(connection))[name] == Line(name=name, waiting=0, later=0, running=0)
            await queue.add("check", "1", "cluster-a", "r1")
            await queue.add("check", "2", "cluster-a", "r2")
            await queue.put_at(began + timedelta(hours=1), "check", "3", "cluster-a", "r3")
            seen = (await lines(connection))[name]
            assert (seen.waiting, seen.later, seen.running) == (2, 1, 0)
            assert seen.oldest
            assert abs(seen.oldest - began) < timedelta(seconds=20)
            working = Worker(queue, {"check": check}, at_once=1, pace=QUICK)
            running = asyncio.create_task(working.run())
            looked = lambda: lines(connection)  # noqa: E731
            seen = (await eventually(looked, lambda found: found[name].running == 1))[name]
            assert (seen.waiting, seen.later) == (1, 1)
            go.set()
            seen = (await eventually(looked, lambda found: found[name].running + found[name].waiting == 0))[
                name
            ]
            assert (seen.later, seen.oldest) == (1, None)
            await working.stop(1)
            await running
        # Nobody is left, but a job is.
        assert (await lines(connection))[name].later == 1
        await queue.cancel("3")
        assert name not in await lines(connection)


async def test_what_a_dead_worker_was_at_waits_and_so_does_what_is_overdue(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: str) -> None:
        await asyncio.Event().wait()

    looked = lambda: lines(connection)  # noqa: E731
    async with Queue(connection, "readiness", ("answer",)) as queue:
        now = datetime.now(UTC)
        await queue.add("answer", "1", "")
        async with queue.docket() as docket:
            docket.register(hang, names=["answer"])
            await connection.client.xgroup_create(docket.stream_key, docket.worker_group_name, "0")
            await connection.client.xreadgroup(docket.worker_group_name, "dead", {docket.stream_key: ">"})
        seen = (await lines(connection))["readiness"]
        assert (seen.waiting, seen.running) == (0, 1)
        monkeypatch.setattr("bot.lines.LOST", 0.01)
        seen = (await eventually(looked, lambda found: found["readiness"].waiting == 1))["readiness"]
        assert seen.running == 0
        assert seen.oldest
        await queue.put_at(now - timedelta(hours=1), "answer", "2", "")
        await queue.add_at(now + timedelta(hours=1), "answer", "3", "")
        seen = (await lines(connection))["readiness"]
        assert (seen.waiting, seen.later) == (2, 1)
