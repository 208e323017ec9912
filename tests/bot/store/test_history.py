"""What is remembered: the latest report, the history, whose it is, and for how long."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import Store, open_store
from checks.errors import UsageError
from checks.model import (
    Delta,
    Status,
    Verdict,
)
from checks.summary import Summary
from tests.bot.store.build import HOUR, NOON, hourly, ids, taken


async def test_a_report_comes_back_whole(store: Store) -> None:
    report = taken("a", uid="u", delta=Delta(NOON - HOUR, "before"), notes=("hello",))
    await store.save(report)
    assert await store.latest("prod") == report
    assert await store.report("prod", "a") == report
    assert await store.clusters() == ["prod"]
    assert await store.uid("prod") == "u"


async def test_nothing_is_known_at_first(store: Store) -> None:
    assert await store.latest("prod") is None
    assert await store.before("prod", NOON) is None
    assert await store.oldest("prod") is None
    assert await store.report("prod", "a") is None
    assert await store.history("prod") == []
    assert await store.clusters() == []
    assert await store.uid("prod") == ""


async def test_a_partial_report_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="partial"):
        await store.save(taken("a", partial=True))
    assert await store.clusters() == []


async def test_a_history_can_be_read_without_its_reports(store: Store) -> None:
    await store.save(taken("a"))
    assert await store.history("prod") == [
        Summary(
            run_id="a",
            taken_at=NOON,
            verdict=Verdict.NOT_READY,
            score=61,
            grade="D",
            coverage=90,
            failing=1,
            counts=dict.fromkeys(Status, 0) | {Status.FAIL: 1},
            failed={"etcd-backup": 1},
            unjudged=(),
        )
    ]


async def test_a_history_is_newest_first_and_can_be_cut(store: Store) -> None:
    for report in hourly(4):
        await store.save(report)
    assert ids(await store.history("prod")) == ["run-3", "run-2", "run-1", "run-0"]
    assert ids(await store.history("prod", limit=2)) == ["run-3", "run-2"]
    assert ids(await store.history("prod", since=NOON + 2 * HOUR)) == ["run-3", "run-2"]
    assert ids(await store.history("prod", since=NOON + HOUR, limit=1)) == ["run-3"]
    assert await store.history("staging") == []


async def test_the_latest_is_the_newest_whatever_the_order_of_saving(store: Store) -> None:
    await asyncio.gather(*(store.save(report) for report in reversed(hourly(30))))
    latest = await store.latest("prod")
    assert latest
    assert latest.run_id == "run-29"
    assert len(await store.history("prod")) == 30


async def test_saving_again_changes_nothing(store: Store) -> None:
    for report in (*hourly(2), hourly(2)[0]):
        await store.save(report)
    assert ids(await store.history("prod")) == ["run-1", "run-0"]


async def test_the_report_of_a_moment(store: Store) -> None:
    reports = hourly(3)
    for report in reports:
        await store.save(report)
    assert await store.before("prod", NOON + HOUR) == reports[1]
    assert await store.before("prod", NOON + HOUR - timedelta(microseconds=1)) == reports[0]
    assert await store.before("prod", NOON - HOUR) is None
    assert await store.oldest("prod") == reports[0]


async def test_a_run_by_the_beginning_of_its_id(store: Store) -> None:
    for run_id in ("abc", "abcd", "xyz"):
        await store.save(taken(run_id))
    assert await store.report("prod", "x") == taken("xyz")
    assert await store.report("prod", "abc") == taken("abc")
    assert await store.report("prod", "nope") is None
    with pytest.raises(UsageError, match="2 runs of prod begin with ab"):
        await store.report("prod", "ab")


@pytest.mark.parametrize(
    ("keep", "days", "left"),
    [(3, 90, ["run-5", "run-4", "run-3"]), (1000, 1, ["run-5", "run-4"]), (1, 1, ["run-5"])],
)
async def test_retention(tmp_path: Path, keep: int, days: int, left: list[str]) -> None:
    async with open_store(data_dir=tmp_path, keep=keep, days=days) as store:
        for number in range(6):
            await store.save(taken(f"run-{number}", NOON + number * 24 * HOUR))
        assert ids(await store.history("prod")) == left
        assert await store.report("prod", "run-0") is None
        for kind in ("summaries", "reports"):
            assert await store.connection.client.hlen(f"readiness:{kind}:prod:") == len(left)


async def test_another_uid_starts_a_new_history(store: Store) -> None:
    await store.save(taken("a", NOON, uid="old"))
    assert await store.latest("prod", uid="new") is None
    await store.save(taken("b", NOON + HOUR, uid="new"))
    assert ids(await store.history("prod")) == ["b"]
    assert await store.uid("prod") == "new"
    assert ids(await store.history("prod", uid="old")) == ["a"]
    assert await store.latest("prod", uid="old") == taken("a", NOON, uid="old")


async def test_a_history_whose_cluster_lost_its_name_expires(store: Store) -> None:
    client = store.connection.client
    await store.save(taken("a", NOON, uid="old"))
    await store.save(taken("b", NOON + HOUR, uid="new"))
    assert 0 < await client.ttl("readiness:reports:prod:old") <= 90 * 86400
    assert await client.ttl("readiness:reports:prod:new") == -1
    await store.save(taken("c", NOON + 2 * HOUR, uid="old"))
    assert await client.ttl("readiness:reports:prod:old") == -1
    assert ids(await store.history("prod")) == ["c", "a"]


async def test_a_late_report_of_the_former_cluster_does_not_take_the_name_back(store: Store) -> None:
    await store.save(taken("b", NOON + HOUR, uid="new"))
    await store.save(taken("a", NOON, uid="old"))
    assert await store.uid("prod") == "new"
    assert ids(await store.history("prod")) == ["b"]
    assert ids(await store.history("prod", uid="old")) == ["a"]
    assert await store.connection.client.ttl("readiness:index:prod:old") > 0


async def test_reports_without_a_uid_belong_to_the_cluster_that_is_known(store: Store) -> None:
    await store.save(taken("a", NOON))
    assert await store.latest("prod", uid="u") == taken("a", NOON)
    await store.save(taken("b", NOON + HOUR, uid="u"))
    await store.save(taken("c", NOON + 2 * HOUR))
    assert ids(await store.history("prod")) == ["c", "b", "a"]
    assert await store.uid("prod") == "u"


@given(names=st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True), uid=st.text(min_size=1))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_name_is_a_cluster_of_its_own(store: Store, names: list[str], uid: str) -> None:
    await store.connection.client.delete(*await store.connection.client.keys("readiness:*"), "x")
    for name in names:
        await store.save(taken("a", cluster=name, uid=uid))
    assert await store.clusters() == sorted(names)
    for name in names:
        assert await store.latest(name, uid=uid) == taken("a", cluster=name, uid=uid)
        assert await store.uid(name) == uid


@pytest.mark.parametrize(
    "name", ["arn:aws:eks:eu-west-1:1:cluster/a b", "a:b", "readiness:index", "%2F", "*"]
)
async def test_a_hostile_name(store: Store, name: str) -> None:
    await store.save(taken("a", cluster=name, uid="u:1"))
    await store.save(taken("b", cluster="a", uid="b:u:1"))
    assert ids(await store.history(name)) == ["a"]
    assert await store.clusters() == sorted([name, "a"])
