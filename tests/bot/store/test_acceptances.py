"""What people accept: in readiness.yaml and in Slack."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from bot import acceptances
from bot.acceptances import Acceptances
from bot.settings import AttestationEntry, Settings, WaiverEntry
from bot.store import Store
from checks.errors import StoreError, UsageError
from checks.waivers import note
from handlers.ports import Acceptance
from tests.bot.store.build import lose
from tests.checks.build import CART, a_finding

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def made(cluster: str = "prod", *, days: int = 14, **other: object) -> Acceptance:
    accepted = Acceptance(
        cluster=cluster, by="ann", user="UANN", reason="known", until=NOW + days * DAY, check="replicas"
    )
    return structs.replace(accepted, **other)


SETTINGS = Settings(
    waivers=(
        WaiverEntry(by="ada", reason="r", until=NOW + 2 * DAY, check="replicas", cluster="prod*"),
        WaiverEntry(by="ada", reason="r", until=NOW - DAY, check="image-tags"),
        WaiverEntry(
            by="ada", reason="r", until=NOW + 30 * DAY, fingerprint="0123456789abcdef", cluster="dev"
        ),
    ),
    attestations=(
        AttestationEntry(check="tracing", by="bob", reason="r", until=NOW + 3 * DAY, link="http://x"),
    ),
)


class Announcer:
    """Writes down what is to be announced."""

    def __init__(self) -> None:
        self.due: dict[str, datetime] = {}

    async def schedule(self, acceptance: Acceptance) -> None:
        self.due[acceptance.id] = acceptance.until

    async def cancel(self, acceptance_id: str) -> None:
        del self.due[acceptance_id]


@pytest.fixture
def announcer() -> Announcer:
    return Announcer()


@pytest.fixture
def known(store: Store, announcer: Announcer) -> Acceptances:
    return Acceptances(Settings(), store.connection, announcer)


async def test_what_was_saved_is_found_under_its_id(known: Acceptances, announcer: Announcer) -> None:
    waiver = await known.save(made(subject="Deployment shop/cart", fingerprint="f" * 16, thread_ts="1.2"))
    signed = await known.save(made(attestation=True, check="tracing", link="https://x", days=3))
    assert (waiver.id[:2], len(waiver.id), signed.id[:2]) == ("w-", 8, "a-")
    assert [await known.find(waiver.id), await known.find(signed.id)] == [waiver, signed]
    assert await known.all() == [signed, waiver]
    assert announcer.due == {waiver.id: waiver.until, signed.id: signed.until}
    assert await known.find("w-000000") is None


async def test_only_those_of_the_cluster_that_hold_the_first_to_end_first(store: Store) -> None:
    known = Acceptances(SETTINGS, store.connection)
    own = await known.save(made(days=1))
    await known.save(made("dev", days=1))
    await known.save(made(days=-1))
    found = await known.all("prod")
    assert [(item.by, item.check, item.cluster) for item in found] == [
        ("ann", "replicas", "prod"),
        ("ada", "replicas", "prod*"),
        ("bob", "tracing", "*"),
    ]
    assert found[0] == own
    assert [item.id for item in found[1:]] == ["", ""]
    assert (found[2].attestation, found[2].link) == (True, "http://x")
    assert len(await known.all()) == 5


async def test_a_job_done_twice_adds_one(known: Acceptances, announcer: Announcer) -> None:
    first = await known.save(made(made=NOW))
    again = await asyncio.gather(*(known.save(made(made=NOW + DAY)) for _ in range(5)))
    assert again == [first] * 5
    assert await known.all() == [first]
    assert await known.save(made(reason="other words")) != first
    assert len(announcer.due) == 2


async def test_ids_that_begin_alike_are_told_apart(
    known: Acceptances, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptances, "SHORTEST_ID", 0)
    saved = [await known.save(made(reason=f"reason {number}")) for number in range(40)]
    assert len({item.id for item in saved}) == 40
    assert {item.reason for item in await known.all()} == {f"reason {number}" for number in range(40)}


async def test_a_change_keeps_the_id_and_moves_the_end(known: Acceptances, announcer: Announcer) -> None:
    saved = await known.save(made())
    changed = await known.save(structs.replace(saved, reason="still known", until=NOW + 90 * DAY))
    assert changed.id == saved.id
    assert await known.all() == [changed]
    assert announcer.due == {saved.id: NOW + 90 * DAY}


async def test_what_was_withdrawn_is_gone(known: Acceptances, announcer: Announcer) -> None:
    saved = await known.save(made())
    assert await known.withdraw(saved.id, "T1") == saved
    assert announcer.due == {}
    assert (await known.all(), await known.find(saved.id)) == ([], None)
    announcer.due = {saved.id: NOW}
    assert await known.withdraw(saved.id, "T2") is None
    # Whoever had its form open cannot bring it back without knowing.
    with pytest.raises(UsageError, match=f"no waiver or attestation {saved.id} any more"):
        await known.save(saved)
    assert await known.all() == []


async def test_a_withdrawal_that_is_delivered_twice_is_the_same(store: Store) -> None:
    known = Acceptances(Settings(), store.connection)
    saved = await known.save(made())
    for _ in range(2):
        assert await known.withdraw(saved.id, "T1") == saved
        assert await known.find(saved.id, "T1") == saved
    assert (await known.all(), await known.find(saved.id), await known.find(saved.id, "T2")) == (
        [],
        None,
        None,
    )
    assert await known.withdraw(saved.id, "T2") is None
    assert await known.find("w-000000", "T1") is None
    keys = await store.connection.client.keys("readiness:acceptances:withdrawn:*")
    assert [await store.connection.client.ttl(key) > 3600 for key in keys] == [True]


async def test_what_has_ended_can_be_found_and_prolonged_for_a_while(
    known: Acceptances, store: Store
) -> None:
    ended = await known.save(made(days=-80))
    assert await known.all() == []
    assert await known.find(ended.id) == ended
    long_gone = await known.save(made(days=-91))
    await known.save(made())
    assert await known.find(long_gone.id) is None
    assert await known.find(ended.id) == ended
    prolonged = structs.replace(ended, until=NOW + 5 * DAY)
    assert await known.save(prolonged) in await known.all("prod")
    assert await store.connection.client.zcard(acceptances.KEYS[1]) == 2


async def test_what_cannot_be_read_is_skipped_and_said(
    known: Acceptances, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    saved = await known.save(made())
    await store.connection.client.hset(acceptances.KEYS[0], "w-bad", b"(\xb5/")
    with caplog.at_level(logging.WARNING):
        assert await known.all() == [saved]
        assert await known.find("w-bad") is None
    assert "w-bad is skipped" in caplog.text


async def test_what_checks_are_told(store: Store) -> None:
    known = Acceptances(SETTINGS, store.connection)
    await known.save(made("prod[1]", days=60, namespace="shop", name="c*"))
    await known.save(made("prod[1]", attestation=True, check="alerting"))
    await known.save(made("prod1"))
    waivers, signed = await known.waivers("prod[1]"), await known.attestations("prod[1]")
    assert waivers[:3] == SETTINGS.accepted()
    assert signed[:1] == SETTINGS.signed()
    assert [(item.by, item.configured) for item in waivers[3:]] == [("ann (in Slack)", False)]
    assert [(item.by, item.check) for item in signed[1:]] == [("ann (in Slack)", "alerting")]
    # The name of a cluster is no pattern.
    finding = a_finding("replicas", CART)
    assert note(waivers[3:], "prod[1]", "replicas", finding, NOW)
    assert not note(waivers[3:], "prod1", "replicas", finding, NOW)
    # Where both accept a finding, the configuration is shown, although it ends first.
    shown = note(waivers, "prod[1]", "replicas", finding, NOW)
    assert shown
    assert shown.by == "ada"


async def test_an_end_that_cannot_be_announced_is_told_and_a_withdrawal_is_done(
    known: Acceptances,
    announcer: Announcer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    saved = await known.save(made())

    async def broken(_: object) -> None:
        raise StoreError("the queue is gone")

    monkeypatch.setattr(announcer, "schedule", broken)
    monkeypatch.setattr(announcer, "cancel", broken)
    with pytest.raises(StoreError, match="the queue is gone"):
        await known.save(made(reason="another"))
    assert await known.withdraw(saved.id, "T1") == saved
    assert f"the end of {saved.id} stays to be announced" in caplog.text


async def test_a_store_that_is_gone_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lose(store, monkeypatch)
    known = Acceptances(SETTINGS, store.connection)
    for work in (
        known.all(),
        known.find("w-1"),
        known.save(made()),
        known.withdraw("w-1", "T1"),
        known.waivers("a"),
    ):
        with pytest.raises(StoreError):
            await work
