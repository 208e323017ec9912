"""Reports that are stored as what tells them from an earlier one: they come back whole, or not at all."""

import asyncio
import logging
import random
from typing import NamedTuple, cast

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot import packing
from bot.packing import MARK, Base, pack, unpack
from bot.store import Store
from checks.errors import UsageError
from checks.model import CLUSTER, Finding, Report
from tests.bot.store.build import HOUR, NOON, RESULT, ids, taken

KINDS = ("index", "summaries", "reports", "bases", "uses", "newest")


def a_report(run: str, hours: int = 0, *, of: int = 0, uid: str = "", findings: int = 20) -> Report:
    """Make a report; those `of` the same number are alike."""
    chance = random.Random(of)  # noqa: S311 - repeatable, not secret
    found = [Finding(CLUSTER, f"{number} {chance.getrandbits(256):x}") for number in range(findings)]
    result = structs.replace(RESULT, findings=tuple(found))
    return taken(run, NOON + hours * HOUR, uid=uid, results=(result,))


async def rows(store: Store, kind: str = "reports", uid: str = "") -> dict[str, bytes]:
    found = cast("dict[bytes, bytes]", await store.connection.client.hgetall(f"readiness:{kind}:prod:{uid}"))
    return {key.decode(): value for key, value in found.items()}


async def test_reports_that_are_alike_take_little(store: Store) -> None:
    reports = [a_report(f"run-{number}", number) for number in range(4)]
    for report in reports:
        await store.save(report)
    found = await rows(store)
    assert [found[f"run-{number}"][:7] == b"\x01run-0\x00" for number in range(4)] == [
        False,
        True,
        True,
        True,
    ]
    assert all(len(found[f"run-{number}"]) < len(found["run-0"]) / 4 for number in (1, 2, 3))
    assert (await rows(store, "bases")).keys() == {"run-0"}
    assert await rows(store, "uses") == {"run-0": b"3"}
    assert [await store.report("prod", report.run_id) for report in reports] == reports
    assert await store.latest("prod") == reports[3]
    assert await store.before("prod", NOON + 2 * HOUR) == reports[2]
    assert await store.oldest("prod") == reports[0]


async def test_rows_of_earlier_versions_are_read(store: Store) -> None:
    await store.save(a_report("a"))
    frame = zstandard.compress(msgspec.json.encode(a_report("b")))
    client = store.connection.client
    await client.hset("readiness:reports:prod:", "a", frame)
    await client.delete("readiness:bases:prod:", "readiness:uses:prod:", "readiness:newest:prod:")
    assert await store.latest("prod") == a_report("b")
    await store.save(a_report("c", 1))
    assert await store.latest("prod") == a_report("c", 1)
    assert (await rows(store, "bases")).keys() == {"c"}


async def test_another_one_is_the_next_base_and_the_last_to_need_a_base_takes_it_away(store: Store) -> None:
    store._keep = (3, 90 * 86400)
    for number, of in enumerate([0, 0, 1, 1, 1]):
        await store.save(a_report(f"run-{number}", number, of=of))
        bases = (await rows(store, "bases")).keys()
        assert bases == [{"run-0"}, {"run-0"}, {"run-0", "run-2"}, {"run-0", "run-2"}, {"run-2"}][number]
    assert await rows(store, "uses") == {"run-2": b"2"}


async def test_a_run_that_is_saved_again_with_another_text_leaves_those_that_need_it(store: Store) -> None:
    for number in range(2):
        await store.save(a_report(f"run-{number}", number))
    again = a_report("run-0", of=1)
    for _ in range(2):
        await store.save(again)
    assert await store.report("prod", "run-0") == again
    assert await store.report("prod", "run-1") == a_report("run-1", 1)


async def test_a_base_that_goes_while_a_report_is_saved(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.save(a_report("a"))
    gone = Base(b"gone", zstandard.compress(msgspec.json.encode(a_report("gone"))))
    monkeypatch.setattr(store, "_newest_base", lambda _: asyncio.sleep(0, gone))
    await store.save(a_report("b", 1))
    assert not (await rows(store))["b"].startswith(MARK)
    assert await store.latest("prod") == a_report("b", 1)


@pytest.mark.parametrize("damage", [None, b"garbage", zstandard.compress(b"another " * 200), MARK])
async def test_without_its_base_a_report_cannot_be_read(
    store: Store, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    reports = [a_report(f"run-{number}", number) for number in range(2)]
    for report in reports:
        await store.save(report)
    client = store.connection.client
    if damage is None:
        await client.hdel("readiness:bases:prod:", "run-0")
    else:
        await client.hset("readiness:bases:prod:", "run-0", damage)
    with caplog.at_level(logging.WARNING), pytest.raises(UsageError, match="run-1 of prod cannot be read"):
        await store.report("prod", "run-1")
    assert "run run-1 is skipped, it cannot be read" in caplog.text
    assert await store.latest("prod") == reports[0]
    later = a_report("run-2", 2)
    await store.save(later)
    assert await store.latest("prod") == later


async def test_bases_go_with_the_cluster_that_has_lost_its_name(store: Store) -> None:
    client = store.connection.client
    for number in range(2):
        await store.save(a_report(f"run-{number}", number))
    await store.save(a_report("run-2", 2, uid="old"))
    assert await client.keys("readiness:*:prod:") == []
    assert [await store.report("prod", f"run-{number}") is None for number in range(3)] == [False] * 3
    await store.save(a_report("run-3", 3, uid="new"))
    times = [await client.ttl(f"readiness:{kind}:prod:old") for kind in KINDS]
    assert all(0 < seconds <= 90 * 86400 for seconds in times)
    assert [await client.ttl(f"readiness:{kind}:prod:new") for kind in KINDS if kind != "uses"] == [-1] * 5
    await store.save(a_report("run-4", 4, uid="old"))
    assert [await client.ttl(f"readiness:{kind}:prod:old") for kind in KINDS] == [-1] * 6


class Saved(NamedTuple):
    """A report to save."""

    run: int
    hours: int
    of: int
    uid: str
    findings: int


SAVED = st.builds(
    Saved,
    st.integers(0, 12),
    st.integers(0, 72),
    st.integers(0, 2),
    st.sampled_from(["", "", "u", "v"]),
    st.sampled_from([0, 1, 20]),
)


@given(work=st.lists(SAVED, max_size=25), keep=st.integers(1, 5), hours=st.sampled_from([12, 24 * 90]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_report_that_is_kept_comes_back(
    store: Store, work: list[Saved], keep: int, hours: int
) -> None:
    client = store.connection.client
    await client.delete(*await client.keys("readiness:*"), "x")
    store._keep = (keep, hours * 3600)
    saved: dict[tuple[str, str], Report] = {}
    known = ""
    for run, at, of, uid, findings in work:
        report = a_report(f"run-{run}", at, of=of, uid=uid, findings=findings)
        await store.save(report)
        if not known and (known := await store.uid("prod")):
            saved = {(known, name): earlier for (_, name), earlier in saved.items()}
        saved[uid or known, report.run_id] = report
        known = await store.uid("prod")
        for history in {owner for owner, _ in saved}:
            kept = ids(await store.history("prod", uid=history))
            for name in kept:
                assert await store.report("prod", name, uid=history) == saved[history, name]
            await counted(store, history)


async def counted(store: Store, uid: str) -> None:
    """Every base is needed as often as is written down, or it is the newest."""
    needed: dict[str, int] = {}
    for row in (await rows(store, uid=uid)).values():
        if row.startswith(MARK):
            base = row[1:].partition(b"\0")[0].decode()
            needed[base] = needed.get(base, 0) + 1
    newest = cast("bytes", await store.connection.client.get(f"readiness:newest:prod:{uid}") or b"")
    uses = {base: int(count) for base, count in (await rows(store, "uses", uid)).items() if int(count)}
    assert uses == needed
    assert (await rows(store, "bases", uid)).keys() == needed.keys() | ({newest.decode()} - {""})


async def test_many_at_once(store: Store) -> None:
    store._keep = (5, 90 * 86400)
    reports = [a_report(f"run-{number:02}", number, of=number // 3) for number in range(30)]
    random.Random(1).shuffle(reports)  # noqa: S311 - repeatable, not secret
    await asyncio.gather(*(store.save(report) for report in reports))
    newest = sorted(reports, key=lambda report: report.taken_at)[-5:]
    assert [await store.report("prod", report.run_id) for report in newest] == newest
    await counted(store, "")


def test_large_ones_are_packed_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"text " * 100
    base = Base(b"a", zstandard.compress(raw))
    monkeypatch.setattr(packing, "LARGEST", len(raw))
    assert pack(raw + b".", base) == (zstandard.compress(raw + b"."), b"", False)
    assert pack(raw, None) == (zstandard.compress(raw), b"", True)


def test_another_base_of_the_same_length_is_noticed() -> None:
    chance = random.Random(0)  # noqa: S311 - repeatable, not secret
    one, other = (chance.randbytes(4000) for _ in range(2))
    packed = pack(one, Base(b"a", zstandard.compress(one)))
    assert packed.needs == b"a"
    assert unpack(packed.row, zstandard.compress(one)) == one
    with pytest.raises(zstandard.ZstdError):
        unpack(packed.row, zstandard.compress(other))
