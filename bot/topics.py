"""What conversations are about, in Redis: `handlers.ports.Topics`.

Keys are `readiness:topic:<channel>:<ts>`, without a ts for direct messages as a whole; their values are
`Topic` as JSON, kept for 30 days after the last answer.
"""

import logging

import msgspec

from bot.connection import Connection
from handlers.conversation.topic import Topic

DAYS_30 = 30 * 86_400

log = logging.getLogger(__name__)


class Topics:
    """See `handlers.ports.Topics`. Methods raise `StoreError`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call
        self._client = connection.client

    async def topic(self, channel: str, thread_ts: str) -> Topic | None:
        """Return what a thread is about; null where it is not ours."""
        found = await self._call(lambda: self._client.get(_key(channel, thread_ts)))
        if found is None:
            return None
        try:
            return msgspec.json.decode(found, type=Topic)
        except msgspec.DecodeError as error:
            log.warning("what %s in %s is about cannot be read: %s", thread_ts, channel, error)
            return Topic()

    async def set_topic(self, channel: str, thread_ts: str, topic: Topic) -> None:
        """Remember what it is about from now on."""
        told = msgspec.json.encode(topic)
        await self._call(lambda: self._client.set(_key(channel, thread_ts), told, ex=DAYS_30))


def _key(channel: str, thread_ts: str) -> str:
    return f"readiness:topic:{channel}:{thread_ts}"
