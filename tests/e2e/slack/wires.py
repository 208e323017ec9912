"""Ways to Redis and to the workspace that can be cut: of a process, or of a network namespace."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest

HOME = "127.0.0.1"
PIECE = 1 << 16


class Wire:
    """A way to a port of this machine."""

    def __init__(self, target: int, host: str) -> None:
        self.host, self.port = host, 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()
        self._whole = asyncio.Event()

    async def mend(self) -> None:
        """Let everything through, also what was held back."""
        self._whole.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self, *, silently: bool) -> None:
        """End what is connected and refuse what comes; or `silently` let nothing arrive."""
        if silently:
            self._whole.clear()
            return
        if self._server:
            self._server.close()
            self._server = None
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # In a task of its own: the server's own one complains of being cancelled.
        pipe = asyncio.create_task(self._pipe(reader, writer))
        self._pipes.add(pipe)
        pipe.add_done_callback(self._pipes.discard)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(HOME, self._target)
        flows = [asyncio.create_task(self._flow(*way)) for way in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(flows, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for flow in flows:
                flow.cancel()
            await asyncio.wait(flows)
            for end in (writer, back):
                end.transport.abort()

    async def _flow(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(PIECE):
                await self._whole.wait()
                sink.write(data)
                await sink.drain()


@asynccontextmanager
async def wires(*targets: int, host: str = HOME) -> AsyncIterator[list[Wire]]:
    """Yield ways to ports of this machine."""
    made = [Wire(target, host) for target in targets]
    for wire in made:
        await wire.mend()
    try:
        yield made
    finally:
        for wire in made:
            await wire.cut(silently=False)


class Namespace:
    """A network namespace: `host` is this machine's address as seen from there."""

    host, _guest = "198.18.77.1", "198.18.77.2"

    def __init__(self) -> None:
        self.name = f"readiness-{os.getpid()}"
        self._end = f"rdy{os.getpid()}"

    def plug(self) -> None:
        """Connect it."""
        _ip("link", "set", self._end, "up")

    def unplug(self) -> None:
        """Let no packet in or out."""
        _ip("link", "set", self._end, "down")

    def begin(self) -> None:
        """Make it. Raises OSError or `subprocess.SubprocessError` where that is not allowed here."""
        other = f"{self._end}g"
        _ip("netns", "add", self.name)
        _ip("link", "add", self._end, "type", "veth", "peer", "name", other, "netns", self.name)
        _ip("address", "add", f"{self.host}/30", "dev", self._end)
        _ip("-n", self.name, "address", "add", f"{self._guest}/30", "dev", other)
        _ip("-n", self.name, "link", "set", other, "up")
        self.plug()

    def end(self) -> None:
        """Remove what there is of it."""
        for words in (("link", "del", self._end), ("netns", "del", self.name)):
            with suppress(OSError, subprocess.SubprocessError):
                _ip(*words)


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Yield a network namespace; skips where none can be made."""
    made = Namespace()
    try:
        try:
            made.begin()
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"no network namespace can be made here: {error}")
        yield made
    finally:
        made.end()


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)  # noqa: S603, S607 - words of ours
