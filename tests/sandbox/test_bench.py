"""The benchmark's parts that are quick: that they measure, not what."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from deploy.sandbox.bench.answering import Delay, asked
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
