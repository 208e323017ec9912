"""Which cluster it is that a kubeconfig leads to now, by the UID of its namespace kube-system."""

import asyncio

import msgspec

from bot.cluster.client import Client
from bot.cluster.credentials import connect
from bot.cluster.faults import UNREADABLE, ReadError
from bot.cluster.kubeconfig import Kubeconfig
from checks.errors import ReadinessError
from checks.shapes import decoder

PATH = "/api/v1/namespaces/kube-system"


class _Metadata(msgspec.Struct):
    uid: str = ""


class _Namespace(msgspec.Struct):
    metadata: _Metadata


async def uid(known: Kubeconfig, context: str, *, seconds: float) -> str:
    """Return the UID of a cluster; empty where it cannot be had within so many seconds."""
    try:
        async with asyncio.timeout(seconds), connect(known, context) as client:
            return await _uid(client)
    except (TimeoutError, ReadinessError, ReadError, *UNREADABLE):
        return ""


async def _uid(client: Client) -> str:
    answer = await client.get(PATH)
    return decoder(_Namespace).decode(answer.body).metadata.uid
