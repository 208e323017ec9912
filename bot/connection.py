"""The way to Redis: by REDIS_URL or, without it, to the embedded server. Errors become sentences here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from redis import exceptions as refused
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from checks.errors import StoreError

if TYPE_CHECKING:
    from bot.embedded import Embedded

T = TypeVar("T")

CONNECT = 2.0
"""Seconds to connect."""
COMMAND = 5.0
"""Seconds to answer."""
AT_ONCE = 50
"""Calls under way at one time, each with a connection of its own: redis-py refuses the 101st."""
PROBE = 0.1
"""Seconds between two questions whether a server that did not answer does so again."""
NO_SERVER = "set REDIS_URL to a Redis of your own, or run with --no-store"
NOT_A_URL = ("REDIS_URL is not the URL of a Redis", "write it as redis://…, rediss://… or unix://…")


class Connection:
    """A client of the server, which is the embedded one where `embedded` is set; `connect` makes one.

    `url` may hold a password; `where` names the server to people.
    """

    def __init__(self, url: str, where: str, embedded: "Embedded | None") -> None:
        self.url = url
        self.where = where
        self.embedded = embedded
        try:
            # `call` bounds what a command may take. With a timeout of its own redis-py sends through
            # asyncio.wait_for, which up to Python 3.11 swallows a cancellation now and then.
            self.client = Redis.from_url(
                url, socket_connect_timeout=CONNECT, socket_timeout=None, retry=Retry(NoBackoff(), 0)
            )
        except ValueError:
            # The cause may quote the password.
            raise StoreError(*NOT_A_URL) from None
        self._probe: asyncio.Task[None] | None = None
        self._seats = asyncio.Semaphore(AT_ONCE)

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work that may be done twice: it is tried again once where the connection breaks.

        An embedded server that is gone is started before. Raises `StoreError`, where the server does not
        answer after 10 seconds at the latest, 30 with an embedded one; at once where it did not answer the
        last time, until it does. Of very many calls some wait for their turn.
        """
        with sentences(self.where):
            async with self._seats:
                return await self._answered(work)

    async def _answered(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work, unless the server did not answer the last time."""
        if self._probe is not None and not self._probe.done():
            raise TimeoutError
        try:
            return await self._tried(work)
        except (TimeoutError, refused.TimeoutError):
            if self._probe is None or self._probe.done():
                self._probe = asyncio.create_task(self._answers())
            raise

    async def _tried(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(COMMAND):
                return await work()
        except refused.ConnectionError:
            if self.embedded is not None:
                await self.embedded.ensure()
            async with asyncio.timeout(COMMAND):
                # The idle ones are most likely broken too.
                await self.client.connection_pool.disconnect(inuse_connections=False)
                return await work()

    async def _answers(self) -> None:
        """Ask the server until it answers, be it with a refusal."""
        while True:
            with suppress(refused.RedisError, OSError):
                await self.client.connection_pool.disconnect(inuse_connections=False)
            try:
                async with asyncio.timeout(COMMAND):
                    await self.client.echo("up")
            except (TimeoutError, refused.TimeoutError):
                await asyncio.sleep(PROBE)
            except (refused.RedisError, OSError):
                return  # the next call learns of it
            else:
                return

    async def greet(self) -> None:
        """Connect for the first time. Raises `StoreError`."""
        with sentences(self.where):
            try:
                # Not PING, which is refused while the disk is full; one can still read.
                async with asyncio.timeout(COMMAND):
                    await self.client.echo("up")
            except TypeError:
                # redis-py hands the URL's options on to a connection only now.
                raise StoreError(*NOT_A_URL) from None

    async def disconnect(self) -> None:
        """Close what leads to the server."""
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.wait([self._probe])
        await self.client.aclose()

    async def close(self) -> None:
        """Disconnect, and leave the embedded server."""
        await self.disconnect()
        if self.embedded is not None:
            await self.embedded.leave()


@asynccontextmanager
async def connect(url: str | None = None, data_dir: Path | None = None) -> AsyncIterator[Connection]:
    """Connect to a URL (redis://, rediss://, unix://) or, without one, to the server of a data directory.

    `data_dir` is by default the user's own (XDG). Raises `StoreError`.
    """
    if url:
        connection = Connection(url, _public(url), None)
    else:
        embedded = _embedded(data_dir)
        await embedded.enter()
        connection = Connection(embedded.url, str(embedded.data_dir), embedded)
    try:
        await connection.greet()
        yield connection
    finally:
        await connection.close()


def _embedded(data_dir: Path | None) -> "Embedded":
    try:
        from bot.embedded import Embedded, default_data_dir  # noqa: PLC0415 - Windows lacks its locks
    except ImportError as error:
        raise StoreError("there is no embedded store for this platform", NO_SERVER) from error
    return Embedded(data_dir or default_data_dir())


def _public(url: str) -> str:
    """Return a URL without its password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise StoreError(*NOT_A_URL) from None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def sentences(where: str) -> Iterator[None]:
    """Turn what redis-py and the system raise into a `StoreError`."""
    try:
        yield
    except (refused.RedisError, OSError) as error:
        raise StoreError(f"the store at {where} {_said(error)}") from error


def _said(error: Exception) -> str:
    match error:
        case refused.AuthenticationError() | refused.AuthorizationError() | refused.NoPermissionError():
            return f"refuses the user or the password: {error}"
        case TimeoutError() | refused.TimeoutError():
            return "does not answer in time"
        case refused.ConnectionError() | OSError():
            return f"cannot be reached: {error}"
        case refused.OutOfMemoryError():
            return f"has no memory left; what was stored stays: {error}"
        case _ if "MISCONF" in str(error):
            return f"cannot write to its disk, which may be full; what was stored stays: {error}"
        case _:
            return f"refuses: {error}"
