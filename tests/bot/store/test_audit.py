"""The audit log: what is kept of who did what."""

import logging
from datetime import datetime

import pytest
from msgspec import structs
from structlog.testing import capture_logs

from bot import audit
from bot.audit import STREAM, AuditLog
from bot.store import Store
from checks.errors import StoreError
from handlers.intents import Verb
from handlers.ports import Entry
from tests.bot.store.build import HOUR, NOON, lose


def an_entry(what: str = "check prod", cluster: str = "prod", *, at: datetime = NOON) -> Entry:
    return Entry(
        at=at, user="UANN", channel="COPS", verb=Verb.RUN, what=what, outcome="done", cluster=cluster
    )


async def whats(log: AuditLog, cluster: str = "", limit: int = 20) -> list[str]:
    return [entry.what for entry in await log.entries(cluster, limit=limit)]


async def test_the_newest_lines_come_first_as_they_were_recorded(store: Store) -> None:
    log = AuditLog(store.connection)
    lines = [an_entry(f"check c{number}", at=NOON + number * HOUR) for number in range(5)]
    for line in lines:
        await log.record(structs.replace(line, detail="said: ünïcode"))
    found = await log.entries(limit=3)
    assert found == [structs.replace(line, detail="said: ünïcode") for line in reversed(lines[2:])]


async def test_lines_of_one_cluster(store: Store) -> None:
    log = AuditLog(store.connection)
    for what, cluster in [("a", "prod"), ("b", "dev"), ("c", "dev, prod"), ("d", ""), ("e", "prod-eu")]:
        await log.record(an_entry(what, cluster))
    assert await whats(log, "prod") == ["c", "a"]
    assert await whats(log, "prod", limit=1) == ["c"]
    assert await whats(log) == ["e", "d", "c", "b", "a"]
    assert await whats(log, "nowhere") == []


async def test_a_look_through_many_lines_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 3)
    monkeypatch.setattr(audit, "SCANNED", 9)
    log = AuditLog(store.connection)
    await log.record(an_entry("too long ago"))
    await log.record(an_entry("found"))
    for number in range(8):
        await log.record(an_entry(f"{number}", "dev"))
    assert await whats(log, "prod") == ["found"]
    assert await whats(log, "dev", limit=5) == ["7", "6", "5", "4", "3"]


async def test_the_log_is_trimmed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "KEPT", 10)
    log = AuditLog(store.connection)
    for number in range(250):
        await log.record(an_entry(str(number)))
    # Trimming is approximate: whole nodes of a hundred lines go.
    assert await store.connection.client.xlen(STREAM) < 150
    assert await whats(log, limit=1) == ["249"]


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234-abcd",
        "xapp-1-A0-1",
        "https://hooks.slack.com/actions/T0/1/abc",
        "redis://user:pass@redis.example.com",
    ],
)
async def test_no_secret_is_kept(secret: str, store: Store) -> None:
    log = AuditLog(store.connection)
    with capture_logs() as logged:
        await log.record(structs.replace(an_entry(f"check {secret}"), detail=f"refused: {secret}"))
    (found,) = await log.entries()
    (line,) = logged
    for text in (found.what, found.detail, line["what"], line["detail"]):
        assert secret not in text
        assert "…" in text


async def test_what_somebody_wrote_is_kept_to_a_length(store: Store) -> None:
    log = AuditLog(store.connection)
    await log.record(an_entry("x" * 50_000))
    (found,) = await log.entries()
    assert (len(found.what), found.what[-1]) == (1_000, "…")


async def test_a_line_that_cannot_be_read_is_skipped_and_said(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    log = AuditLog(store.connection)
    await log.record(an_entry("good"))
    newer = (
        b'{"at":"2026-11-01T12:00:00Z","user":"U","channel":"C","verb":"run","what":"newer",'
        b'"outcome":"done","weather":"fine"}'
    )
    for name, row in (
        ("entry", b"(\xb5/\xfd"),
        ("entry", newer.replace(b'"run"', b'"dance"')),
        ("note", b"hello"),
        ("entry", newer),
    ):
        await store.connection.client.xadd(STREAM, {name: row})
    with caplog.at_level(logging.WARNING):
        assert await whats(log) == ["newer", "good"]
    assert sum("is skipped" in message for message in caplog.messages) == 3


async def test_without_the_store_the_line_is_logged_and_nothing_is_raised(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(store, monkeypatch)
    log = AuditLog(store.connection)
    with capture_logs() as logged:
        await log.record(an_entry())
    assert (logged[0]["what"], logged[0]["user"], logged[0]["verb"]) == ("check prod", "UANN", "run")
    with pytest.raises(StoreError):
        await log.entries()
