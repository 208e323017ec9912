"""One declared read and its outcome."""

from dataclasses import dataclass, field

import msgspec

from bot.cluster.client import Client
from bot.cluster.decode import decode_object
from bot.cluster.discovery import Discovery
from bot.cluster.faults import UNREADABLE, NotFoundError, ReadError, UnauthorizedError
from bot.cluster.paging import ListReading
from checks.model import Unread
from checks.reads import Get, List, Path, Read
from checks.records.base import Record

HEALTH = ("/readyz", "/livez", "/healthz")


@dataclass
class Collected:
    """What the tasks file as they go."""

    records: dict[str, tuple[Record, ...]] = field(default_factory=dict)
    objects: dict[str, Record | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)


class Reader:
    """One read and its outcome. `reason` is empty where it was read whole."""

    def __init__(self, client: Client, found: Discovery, read: Read) -> None:
        self.read = read
        self.reason = ""
        self.settled = self.unauthorized = self.answered = False
        self._client = client
        self._list: ListReading | None = None
        self._object: Record | None = None
        self._text: str | None = None
        self._path = read.path if isinstance(read, Path) else found.path(read.kind)
        self._served = isinstance(read, Path) or read.kind.resource in found.groups.get(read.kind.group, ())
        self._stale = not isinstance(read, Path) and read.kind.group in found.stale

    @property
    def objects(self) -> int:
        """Objects read so far."""
        return self._list.objects if self._list else 0

    def turn(self) -> int:
        """Sort key: the longest lists first."""
        return 0 if self.read.key == "pods" else 1

    async def run(self) -> None:
        """Read, and keep the reason where it fails."""
        try:
            await self._run()
        except UnauthorizedError as error:
            self.reason, self.unauthorized = str(error), True
        except ReadError as error:
            self.reason = str(error)
        self.settled = True

    async def _run(self) -> None:
        if self._stale or not self._served:
            return
        if self._path is None:
            self.reason = "only versions are served that this program does not know"
            return
        match self.read:
            case List(kind):
                self._list = ListReading(self._client, kind, self._path)
                await self._list.run()
                if self._list.malformed:
                    self.reason = (
                        f"{self._list.malformed} of {self._list.objects} objects could not be decoded"
                    )
                self.answered = True
            case Get():
                await self._get(self.read, self._path)
            case Path(path):
                name, _, query = path.partition("?")
                # A failing health check answers 500 with the same text: that is the answer.
                also = frozenset({500}) if name.startswith(HEALTH) else frozenset()
                answer = await self._client.get(name, {query: ""} if query else None, also=also, accept="*/*")
                self._text = _text(name, answer.body)

    async def _get(self, read: Get, path: str) -> None:
        root, _, resource = path.rpartition("/")
        scope = f"/namespaces/{read.namespace}" if read.namespace else ""
        try:
            answer = await self._client.get(f"{root}{scope}/{resource}/{read.name}")
        except NotFoundError:
            return
        self._object = decode_object(read.kind, answer.body)
        self.answered = True
        if self._object is None:
            self.reason = "the object could not be decoded"

    def file(self, collected: Collected) -> None:
        """File the outcome under the read's key."""
        key = self.read.key
        if self.reason:
            collected.unread[key] = self.read.unread(self.reason)
        if self._list:
            collected.records[key] = self._list.holder.records()
        elif isinstance(self.read, Get):
            collected.objects[key] = self._object
        elif self._text is not None:
            collected.texts[key] = self._text


def _text(path: str, body: bytes) -> str:
    """Return the answer as text; of `/version` only the gitVersion."""
    if path != "/version":
        return body.decode(errors="replace")
    try:
        version: str = msgspec.json.decode(body)["gitVersion"]
    except (*UNREADABLE, KeyError, TypeError) as error:
        raise ReadError("the answer names no version") from error
    return version
