"""One embedded server for all who use it: started, shared, adopted, stopped by the last."""

import asyncio
import os
import signal
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from bot.embedded import Embedded
from checks.errors import StoreError
from tests.bot.store.processes import another_user, command, gone, leaves, server_of, using


async def test_the_last_to_leave_stops_the_server(tmp_path: Path) -> None:
    async with another_user(tmp_path) as other:
        pid = server_of(tmp_path)
        async with using(tmp_path) as server:
            assert server_of(tmp_path) == pid
            await leaves(other)
            assert await command(server, "SET a 1") == b"+OK"
        assert await gone(pid)
    async with using(tmp_path) as server:
        assert await command(server, "GET a") == b"$1"


async def test_a_short_command_does_not_end_the_server_of_a_long_one(tmp_path: Path) -> None:
    async with using(tmp_path) as server:
        async with another_user(tmp_path) as other:
            await leaves(other)
        assert await command(server, "PING") == b"+PONG"


async def test_those_who_come_at_once_share_one_server(tmp_path: Path) -> None:
    servers = [Embedded(tmp_path) for _ in range(8)]
    await asyncio.gather(*(server.enter() for server in servers))
    assert len({server.url for server in servers}) == 1
    pid = server_of(tmp_path)
    await asyncio.gather(*(server.leave() for server in servers))
    assert await gone(pid)


async def test_a_killed_user_leaves_a_server_that_is_adopted(tmp_path: Path) -> None:
    async with another_user(tmp_path) as other:
        pid = server_of(tmp_path)
        other.kill()
        await other.wait()
    async with using(tmp_path) as server:
        assert server_of(tmp_path) == pid
        assert await command(server, "PING") == b"+PONG"
    assert await gone(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP])
async def test_a_signal_to_the_starters_group_spares_the_server(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with another_user(tmp_path) as other, using(tmp_path) as server:
        os.killpg(other.pid, number)
        await asyncio.sleep(0.05)
        with suppress(ProcessLookupError):
            other.kill()
        await other.wait()
        assert await command(server, "PING") == b"+PONG"


async def test_a_killed_server_is_started_again_with_its_data(tmp_path: Path) -> None:
    async with using(tmp_path) as server:
        assert await command(server, "SET a 1") == b"+OK"
        os.kill(server_of(tmp_path), signal.SIGKILL)
        await server.ensure()
        assert await command(server, "GET a") == b"$1"
        url = server.url
        await server.ensure()
        assert server.url == url


async def test_both_killed_the_data_is_back(tmp_path: Path) -> None:
    async with another_user(tmp_path) as other:
        async with using(tmp_path) as server:
            await command(server, "SET a 1")
        pid = server_of(tmp_path)
        other.kill()
        os.kill(pid, signal.SIGKILL)
        await other.wait()
    async with using(tmp_path) as server:
        assert server_of(tmp_path) != pid
        assert await command(server, "GET a") == b"$1"


async def test_two_directories_have_two_servers(tmp_path: Path) -> None:
    async with using(tmp_path / "a") as one, using(tmp_path / "b") as two:
        assert one.url != two.url
        await command(one, "SET a 1")
        assert await command(two, "GET a") == b"$-1"


async def test_users_find_each_other_whatever_their_runtime_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with using(tmp_path) as one:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        async with using(tmp_path) as two:
            assert two.url == one.url
            assert await command(two, "PING") == b"+PONG"


async def test_any_path_will_do(tmp_path: Path) -> None:
    async with using(tmp_path / 'John "Ä" Doe' / ("long " * 40)) as server:
        assert await command(server, "PING") == b"+PONG"


async def test_only_the_user_can_reach_it(tmp_path: Path, runtime: Path) -> None:
    async with using(tmp_path / "new"):
        places = [tmp_path / "new", runtime / "readiness", *(runtime / "readiness").iterdir()]
        assert [stat.S_IMODE(path.stat().st_mode) for path in places] == [0o700] * 3


async def test_a_runtime_directory_open_to_others_is_not_used(tmp_path: Path, runtime: Path) -> None:
    (runtime / "readiness").mkdir()
    (runtime / "readiness").chmod(0o755)
    async with using(tmp_path) as server:
        assert str(runtime) not in server.url


async def test_a_runtime_directory_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    async with using(tmp_path) as server:
        assert "missing" not in server.url


async def test_no_short_place_for_the_socket(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = runtime / ("long" * 30)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with pytest.raises(StoreError, match="no private place with a short path") as caught:
        await Embedded(tmp_path).enter()
    assert "XDG_RUNTIME_DIR" in caught.value.hint
