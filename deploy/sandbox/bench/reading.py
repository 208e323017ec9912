"""Reading lists with the program's client, raw and as the program does: whole processes that are measured.

python -m deploy.sandbox.bench.reading raw|read KUBECONFIG
"""

import asyncio
import sys

from bot.cluster import kubeconfig
from bot.cluster.collect import collect
from bot.cluster.credentials import connect
from bot.cluster.discovery import discover
from bot.cluster.paging import PAGE
from checks.catalogue import CATALOGUE
from checks.reads import List

LISTS = {read.key: read.kind for check in CATALOGUE for read in check.reads if isinstance(read, List)}


async def read_raw(path: str) -> None:
    """Read every page of every list that the checks read, and decode nothing but where a page ends."""
    known = kubeconfig.load(path)
    async with connect(known, known.current) as client:
        found = await discover(client, {kind.group for kind in LISTS.values()})
        for kind in LISTS.values():
            address, token = found.path(kind), ""
            while address:
                query = {"limit": str(PAGE), **({"continue": token} if token else {})}
                body = (await client.get(address, query)).body
                token = end_of(body)
                if not token:
                    break


def end_of(body: bytes) -> str:
    """Find a page's continue token, wherever it stands."""
    at = body.find(b'"continue":"')
    return body[at + 12 : body.index(b'"', at + 12)].decode() if at >= 0 else ""


async def read(path: str) -> None:
    """Read as the program does."""
    known = kubeconfig.load(path)
    async with connect(known, known.current) as client:
        await collect(client, "large", [List(kind) for kind in LISTS.values()], seconds=120)


if __name__ == "__main__":
    asyncio.run({"raw": read_raw, "read": read}[sys.argv[1]](sys.argv[2]))
