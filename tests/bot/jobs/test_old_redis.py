"""A Redis before 7.2: a worker's questions to which there was no job leave no trace."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.connection import Connection
from bot.jobs.jobs import Jobs
from tests.bot.jobs.build import QUICK, Desk, eventually, request, ways, working

REPLACED = "the worker of readiness asks for no jobs any more and is replaced"


@pytest.fixture
def rows(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what changes each row about a worker on its way from the server."""
    ask: Callable[..., Awaitable[list[dict[str, Any]]]] = connection.client.xinfo_consumers

    def changed(change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> None:
        async def told(stream: str, group: str) -> list[dict[str, Any]]:
            return [new for row in await ask(stream, group) for new in change(row)]

        monkeypatch.setattr(connection.client, "xinfo_consumers", told)

    return changed


def of_7_0(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**{name: row[name] for name in ("name", "pending")}, "idle": 3_600_000}]


@pytest.mark.parametrize("change", [of_7_0, lambda _: []], ids=["an old row", "no row"])
async def test_an_idle_worker_is_left_alone(
    jobs: Jobs,
    desk: Desk,
    rows: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
    change: Callable[[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    caplog.set_level(logging.WARNING)
    rows(change)
    async with working(jobs, desk):
        await asyncio.sleep(2 * QUICK.deaf)
        await jobs.ask(request(1))
        await eventually(desk.done, bool)
    assert caplog.messages == []


async def test_one_that_waits_for_what_it_runs_is_replaced(
    jobs: Jobs, desk: Desk, connection: Connection, rows: Callable[..., None]
) -> None:
    rows(of_7_0)
    stream, client = "readiness:stream", connection.client
    async with working(jobs, desk):
        await jobs.ask(request(1, "hang"))
        await eventually(desk.begun, bool)
        await client.rename(stream, "aside")
        await client.set(stream, "of the wrong type")
        await asyncio.sleep(10 * QUICK.poll)  # docket asks, is refused, and waits for its jobs
        await client.rename("aside", stream)
        await jobs.ask(request(2))
        await eventually(desk.done, lambda done: {*done} == {"T1", "T2"})


async def test_replacing_it_on_purpose_does_not_take_longer_each_time(
    connection: Connection,
    desk: Desk,
    rows: Callable[..., None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows(lambda row: [{**row, "idle": 3_600_000}])

    async def replaced() -> int:
        return caplog.messages.count(REPLACED)

    pace = replace(QUICK, look=0.05, deaf=0.2)
    async with Jobs(connection, ways(tmp_path), pace=pace) as jobs, working(jobs, desk):
        # Doubled each time, the pauses before the twelfth would be two minutes together.
        await eventually(replaced, lambda times: times >= 12)
