"""A list, page by page: the next page is on its way while one is decoded and folded."""

import asyncio
import re
from typing import Any, Protocol

from bot.cluster.client import Client
from bot.cluster.decode import decode_page
from bot.cluster.faults import UNREADABLE, ExpiredError, ReadError
from checks.folding import PodFolder
from checks.records.base import Kind, Record
from checks.records.pods import PODS, Pod

PAGE = 500
"""Objects a page. The resource version stays unset: with "0" the server ignores the limit."""

TOKEN = re.compile(rb'"continue":"([^"\\]+)"')
HEAD = 4096


class Holder(Protocol):
    """Takes the records of a list as its pages arrive."""

    def add(self, records: list[Record]) -> None:
        """Take one page."""

    def records(self) -> tuple[Record, ...]:
        """Return what is kept of the pages so far."""


class Kept:
    """Keeps records as they are."""

    def __init__(self) -> None:
        self._records: list[Record] = []

    def add(self, records: list[Record]) -> None:
        """Take one page."""
        self._records += records

    def records(self) -> tuple[Record, ...]:
        """Return the pages so far."""
        return tuple(self._records)


class Folded:
    """Folds pods into their owners."""

    def __init__(self) -> None:
        self._folder = PodFolder()

    def add(self, records: list[Record]) -> None:
        """Take one page."""
        self._folder.add(record for record in records if isinstance(record, Pod))

    def records(self) -> tuple[Record, ...]:
        """Return the owners so far."""
        return self._folder.groups()


class ListReading:
    """One reading of a list: what it holds stands even where the reading fails half-way."""

    def __init__(self, client: Client, kind: Kind[Any], path: str) -> None:
        self._client, self._kind, self._path = client, kind, path
        self._start_anew()

    def _start_anew(self) -> None:
        self.holder: Holder = Folded() if self._kind is PODS else Kept()
        self.objects = self.malformed = 0

    async def run(self) -> None:
        """Read to the end. Raises `ReadError` where that is not possible.

        A list that expires half-way is read anew; one that expires again is asked for in a single answer, as
        kubectl does.
        """
        for limit in (PAGE, PAGE, 0):
            self._start_anew()
            try:
                await self._read(limit)
            except ExpiredError as error:
                if limit == 0:
                    raise ReadError(str(error)) from error
            else:
                return

    async def _read(self, limit: int) -> None:
        query = {"limit": str(limit)} if limit else {}
        body = (await self._client.get(self._path, query)).body
        while True:
            token = next_token(body)
            ahead = asyncio.create_task(self._next(query, token)) if token else None
            try:
                token = self._take(body) or token
                # A page takes tens of milliseconds to decode: let the other kinds have their turn.
                await asyncio.sleep(0)
                if not token:
                    return
                body = await (ahead or self._next(query, token))
            finally:
                if ahead:
                    ahead.cancel()

    async def _next(self, query: dict[str, str], token: str) -> bytes:
        return (await self._client.get(self._path, {**query, "continue": token})).body

    def _take(self, body: bytes) -> str:
        """Keep a page and return the token of the next."""
        try:
            page = decode_page(self._kind, body)
        except UNREADABLE as error:
            raise ReadError(f"the answer is not a list: {error}") from error
        self.holder.add(page.records)
        self.objects += len(page.records) + page.malformed
        self.malformed += page.malformed
        return page.token


def next_token(body: bytes) -> str:
    """Find the token of the next page without decoding: a list's metadata precedes its items."""
    items = body.find(b'"items"', 0, HEAD)
    match = TOKEN.search(body, 0, items if items >= 0 else HEAD)
    return match[1].decode() if match else ""
