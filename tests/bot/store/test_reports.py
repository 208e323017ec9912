"""Stored reports as they are shown: with what is accepted today."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from bot import reports as module
from bot.acceptances import Acceptances
from bot.packing import unpack
from bot.reports import Reports
from bot.settings import Settings
from bot.store import Store
from checks.engine import assess, rewaived
from checks.model import Finding, Report, Verdict
from checks.registry import Check
from checks.waivers import Waiver
from handlers.ports import Acceptance
from tests.bot.store.build import ids
from tests.checks.build import CART, NOW, a_check, a_snapshot, saying

HOUR = timedelta(hours=1)
CHECK = a_check(saying(Finding(CART, "broken")))


def judged(run_id: str = "20261101-120000-aaaa", hours: int = 0) -> Report:
    report = assess(a_snapshot(), [CHECK], now=NOW, run_id=run_id)
    return structs.replace(report, taken_at=NOW + hours * HOUR)


def a_waiver(hours: int = 9, reason: str = "known") -> Acceptance:
    return Acceptance(cluster="test", by="ann", reason=reason, until=NOW + hours * HOUR, check="a")


class Clock:
    """A clock that is set."""

    now = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def known(store: Store, clock: Clock) -> Acceptances:
    return Acceptances(Settings(), store.connection, now=lambda: clock.now)


@pytest.fixture
def reports(store: Store, known: Acceptances, clock: Clock) -> Reports:
    return Reports(store, known, now=lambda: clock.now, checks={CHECK.id: CHECK})


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the reports that were unpacked since."""
    sizes: list[int] = []

    def counting(row: bytes, frame: bytes | None) -> bytes:
        sizes.append(len(row))
        return unpack(row, frame)

    monkeypatch.setattr("bot.store.unpack", counting)
    return sizes


async def test_every_report_has_the_waivers_of_today(
    reports: Reports, store: Store, known: Acceptances, clock: Clock
) -> None:
    first, last = judged("20261101-110000-bbbb", -1), judged()
    for report in (first, last):
        await store.save(report)
    assert await reports.latest("test") == last
    await known.save(a_waiver())
    found = [
        await reports.latest("test"),
        await reports.report("test", "20261101-12"),
        await reports.before("test", NOW),
        await reports.oldest("test"),
    ]
    assert [report.run_id for report in found if report] == [last.run_id] * 3 + [first.run_id]
    assert {report.verdict for report in found if report} == {Verdict.READY}
    clock.now = NOW + 9 * HOUR
    assert await reports.latest("test") == last
    assert await reports.oldest("test") == first
    assert ids(await reports.history("test", limit=1)) == [last.run_id]


async def test_what_is_not_there_is_not_there(reports: Reports) -> None:
    assert await reports.latest("test") is None
    assert await reports.report("test", "2026") is None
    assert await reports.before("test", NOW) is None
    assert await reports.oldest("test") is None
    assert await reports.history("test") == []


async def test_a_report_that_is_known_is_not_decoded_again(
    reports: Reports, store: Store, known: Acceptances, decoded: list[int]
) -> None:
    report = judged()
    await store.save(report)
    first = await reports.latest("test")
    assert len(decoded) == 1
    # The very same: nothing is computed where nothing has changed.
    assert await reports.latest("test") is first
    assert await reports.report("test", report.run_id) is first
    await known.save(a_waiver())
    changed = await reports.latest("test")
    assert changed
    assert changed.results[0].waived
    assert await reports.report("test", report.run_id) is changed
    assert len(decoded) == 1
    await store.save(judged("20261101-130000-cccc", 1))
    newer = await reports.latest("test")
    assert newer
    assert newer.run_id == "20261101-130000-cccc"
    assert len(decoded) == 2


async def test_a_large_one_is_made_anew_where_it_delays_nobody(
    reports: Reports, store: Store, known: Acceptances, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noted(
        report: Report, waivers: Sequence[Waiver], now: datetime, checks: Mapping[str, Check]
    ) -> Report:
        threads.append(threading.current_thread())
        return rewaived(report, waivers, now, checks)

    monkeypatch.setattr(module, "rewaived", noted)
    await store.save(judged())
    assert await reports.latest("test") == judged()
    monkeypatch.setattr(module, "LARGE", 1)
    await known.save(a_waiver())
    for _ in range(2):
        changed = await reports.latest("test")
        assert changed
        assert changed.results[0].waived
    here, apart = threads
    assert here is threading.current_thread()
    assert apart is not here


async def test_few_are_kept(
    reports: Reports, store: Store, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    runs = [f"20261101-1{hours}0000-aaaa" for hours in range(3)]
    for hours, run in enumerate(runs):
        await store.save(judged(run, hours))
    for run in [runs[0], runs[1], runs[0], runs[2]]:
        await reports.report("test", run)
    assert len(decoded) == 3
    await reports.report("test", runs[0])  # used last before the third came
    assert len(decoded) == 3
    await reports.report("test", runs[1])
    assert len(decoded) == 4
