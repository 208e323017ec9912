"""The benchmark's parts that are quick: that they measure, not what."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from msgspec import structs

from deploy.sandbox.bench.answering import Delay, asked
from deploy.sandbox.bench.fleet_history import weigh
from deploy.sandbox.bench.fleet_planning import Where, at_minute, keys, planned
from deploy.sandbox.bench.fleet_run import check
from deploy.sandbox.bench.messages import largest
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.samples import fresh

pytestmark = pytest.mark.e2e


def test_a_delay_sums_up_a_sample() -> None:
    delay = Delay.of([number / 100 for number in range(101)], 202)
    assert delay == pytest.approx((0.5, 0.99, 1.0, 2.0))


async def test_acknowledgements_and_root_messages_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.sandbox.bench.answering.ROOTS", 2)
    cores = os.sched_getaffinity(0)
    kubeconfig = tmp_path / "kubeconfig"
    async with SandboxCluster(fresh.fresh(datetime.now(UTC))) as cluster:
        kubeconfig.write_text(yaml.safe_dump(cluster.kubeconfig()))
        async with asked(kubeconfig, "deploy.sandbox.bench.echo") as echo:
            bare = await echo.acknowledgements(1)
        async with asked(kubeconfig) as bot:
            roots = await bot.roots()
            busy = await bot.acknowledgements(1)
    for delay in (bare, roots, busy):
        assert 0 < delay.median <= delay.p99 <= delay.longest
    assert bare.cpu < busy.cpu
    assert os.sched_getaffinity(0) == cores


async def test_every_message_of_a_very_large_report_keeps_the_bound() -> None:
    found = await largest()
    assert found.messages > 200
    assert found.size <= 9_000


async def test_a_history_is_weighed() -> None:
    one = await weigh(runs_a_day=1, clusters=2, days=3)
    assert (one.clusters, one.reports) == (2, 6)
    assert 1_000 < one.each < 100_000
    assert one.of(200) == 100 * one.total


async def test_a_fleet_is_checked_by_two_workers() -> None:
    found = await check(clusters=3, rounds=1)
    [digest] = found.rounds
    assert digest.runs == 3
    assert 0 < digest.running < digest.seconds
    assert found.before.keys() == digest.memory.keys() == {"worker-0", "worker-1"}
    assert all(size > 10_000_000 for sizes in digest.memory.values() for size in sizes)


def test_what_is_due_is_known_by_key() -> None:
    minute = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    schedule = structs.replace(planned(at_minute(minute), ["a"], Where("C1", "U1"), 0), id="s-0")
    until = minute + timedelta(hours=1, seconds=59)
    assert keys([schedule], minute, until) == {
        "digest:s-0:2026-11-21T09:30:00Z": minute,
        "digest:s-0:2026-11-21T10:30:00Z": minute + timedelta(hours=1),
    }
