"""Runs: one for each cluster, told as it goes, ended whatever happens."""

import asyncio
from pathlib import Path

import pytest

from bot import service
from bot.clusters import Cluster
from bot.connection import Connection
from bot.jobs import checking
from bot.jobs.checking import Ways
from bot.jobs.jobs import Jobs
from bot.jobs.records import Records
from bot.settings import Settings
from bot.store import Store
from checks.catalogue import CATALOGUE
from checks.errors import ClusterError, UsageError
from deploy.sandbox.faults import Faults
from handlers.ports import State
from tests.bot.cluster.test_credentials import CREDENTIAL, plugin
from tests.bot.jobs.build import QUICK, Desk, ended, eventually, sandbox, ways, working


async def test_a_run_is_told_and_its_report_stored(
    jobs: Jobs, desk: Desk, store: Store, kubeconfig: Path
) -> None:
    async with sandbox(kubeconfig), working(jobs, desk):
        run_id = await jobs.runs.start("prod", "U1", "T1")
        progress = await ended(jobs, run_id)
    assert (progress.state, progress.cluster, progress.askers) == (State.DONE, "prod", ("U1",))
    assert progress.reads == progress.reads_total > 90
    assert progress.checks == progress.checks_total == len(CATALOGUE)
    assert (progress.attempts, progress.error) == (1, "")
    assert progress.asked <= progress.beat
    report = await store.latest("prod")
    assert report
    assert report.run_id == run_id


async def test_thirty_ask_at_once(jobs: Jobs, desk: Desk, store: Store, kubeconfig: Path) -> None:
    async with sandbox(kubeconfig, Faults(latency=0.05)) as cluster, working(jobs, desk):
        asking = (jobs.runs.start("prod", f"U{number}", f"T{number}") for number in range(30))
        (run_id,) = set(await asyncio.gather(*asking))
        assert await jobs.runs.start("prod", "U7", "again") == run_id
        progress = await ended(jobs, run_id)
        assert [seen.path for seen in cluster.requests].count("/api/v1/pods") == 1
    assert sorted(progress.askers) == sorted(f"U{number}" for number in range(30))
    assert len(await store.history("prod")) == 1


async def test_a_request_has_one_run_however_often_it_is_delivered(
    jobs: Jobs, desk: Desk, store: Store, kubeconfig: Path
) -> None:
    async with sandbox(kubeconfig), working(jobs, desk):
        first = await jobs.runs.start("prod", "U1", "T1")
        await ended(jobs, first)
        assert await jobs.runs.start("prod", "U1", "T1") == first
        second = await jobs.runs.start("prod", "U1", "T2")
        assert second != first
        await ended(jobs, second)
    assert len(await store.history("prod")) == 2


async def test_whoever_asked_first_died_before_there_was_a_job(
    jobs: Jobs, desk: Desk, connection: Connection, kubeconfig: Path
) -> None:
    run_id, due = await Records(connection).open("prod", "U1", "T1")
    assert due
    async with sandbox(kubeconfig), working(jobs, desk):
        assert await jobs.runs.start("prod", "U2", "T2") == run_id
        assert (await ended(jobs, run_id)).askers == ("U1", "U2")


@pytest.mark.parametrize(
    ("faults", "sentence", "hint"),
    [
        (Faults(unauthorized=True), "does not accept the credentials (401)", "log in again"),
        (Faults(stall={"*", "/*"}), "did not answer within", ""),
    ],
)
async def test_a_run_that_fails_says_why_and_frees_the_cluster(
    connection: Connection, desk: Desk, kubeconfig: Path, faults: Faults, sentence: str, hint: str
) -> None:
    async with (
        sandbox(kubeconfig, faults) as cluster,
        Jobs(connection, ways(kubeconfig, seconds=1), pace=QUICK) as jobs,
        working(jobs, desk),
    ):
        run_id = await jobs.runs.start("prod", "U1", "T1")
        progress = await ended(jobs, run_id)
        assert progress.state is State.FAILED
        assert sentence in progress.error
        assert hint in progress.hint
        cluster.faults = Faults()
        assert await jobs.runs.start("prod", "U1", "T2") != run_id


async def test_credentials_of_a_plugin(jobs: Jobs, desk: Desk, kubeconfig: Path) -> None:
    user = plugin(kubeconfig.parent, CREDENTIAL)
    async with sandbox(kubeconfig, Faults(token="secret"), user), working(jobs, desk):  # noqa: S106
        progress = await ended(jobs, await jobs.runs.start("prod", "U1", "T1"))
    assert (progress.state, progress.error) == (State.DONE, "")


async def test_what_is_wrong_with_a_name_is_in_the_log_alone(
    jobs: Jobs, desk: Desk, kubeconfig: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with sandbox(kubeconfig), working(jobs, desk):
        progress = await ended(jobs, await jobs.runs.start("prdo", "U1", "T1"))
    assert progress.error == "prdo is not configured properly"
    hidden = "did you mean prod?"
    assert hidden not in progress.hint
    [line] = [line for line in caplog.text.splitlines() if "there is no cluster prdo" in line]
    assert hidden in line
    error_id = progress.hint.split("`")[1]
    assert error_id in line


async def test_a_mistake_of_ours_has_an_id_that_the_log_has_too(
    connection: Connection, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(name: str) -> Cluster:
        raise KeyError(name)

    async with (
        Jobs(connection, Ways(Settings(), broken, CATALOGUE), pace=QUICK) as jobs,
        working(jobs, desk),
    ):
        progress = await ended(jobs, await jobs.runs.start("prod", "U1", "T1"))
    assert progress.state is State.FAILED
    error_id = progress.error.split()[-1]
    (line,) = (line for line in caplog.messages if error_id in line)
    assert progress.run_id in line
    assert "KeyError" in caplog.text


async def test_what_hangs_beyond_the_reading(
    connection: Connection, desk: Desk, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "JUDGING", 0.5)
    monkeypatch.setattr(checking, "STORING", 0)
    monkeypatch.setattr(service, "read", lambda *_, **__: asyncio.sleep(1000))
    async with (
        sandbox(kubeconfig),
        Jobs(connection, ways(kubeconfig, seconds=0.5), pace=QUICK) as jobs,
        working(jobs, desk),
    ):
        progress = await ended(jobs, await jobs.runs.start("prod", "U1", "T1"))
    assert progress.error == "prod was not read and judged within 1 s"


async def lives(jobs: Jobs, run_id: str) -> None:
    """Wait for another sign of life."""
    before = await jobs.runs.progress(run_id)
    assert before
    await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.beat > before.beat)


async def test_so_many_at_once_and_the_others_give_signs_of_life(
    connection: Connection, desk: Desk, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BEAT", 0.1)
    async with (
        sandbox(kubeconfig, Faults(stall={"pods"})) as cluster,
        Jobs(connection, ways(kubeconfig), runs_at_once=1, pace=QUICK) as jobs,
        working(jobs, desk),
    ):
        first = await jobs.runs.start("prod", "U1", "T1")
        await eventually(lambda: jobs.runs.progress(first), lambda seen: seen and seen.reads)
        second = await jobs.runs.start("prdo", "U1", "T2")
        waits = await eventually(lambda: jobs.runs.progress(second), lambda seen: seen and seen.attempts)
        assert waits
        await lives(jobs, first)
        await lives(jobs, second)
        still = await jobs.runs.progress(second)
        assert still
        assert still.state is State.QUEUED
        cluster.faults = Faults()
        assert (await ended(jobs, second)).error == "prdo is not configured properly"
        assert (await ended(jobs, first)).state is State.DONE


async def test_what_was_read_waits_for_a_store_that_takes_nothing(
    jobs: Jobs,
    desk: Desk,
    connection: Connection,
    kubeconfig: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(checking, "AGAIN", 0.05)

    async def waits() -> bool:
        return "a run waits for the store" in caplog.text

    async with sandbox(kubeconfig, Faults(stall={"pods"})) as cluster, working(jobs, desk):
        run_id = await jobs.runs.start("prod", "U1", "T1")
        await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.reads > 50)
        await connection.client.config_set("maxmemory", 1)
        cluster.faults = Faults()
        await eventually(waits, bool)
        await connection.client.config_set("maxmemory", 0)
        progress = await ended(jobs, run_id)
        assert [seen.path for seen in cluster.requests].count("/api/v1/nodes") == 1
    assert (progress.state, progress.attempts) == (State.DONE, 1)
    report = await Store(connection, 100, 90).latest("prod")
    assert report
    assert report.run_id == run_id
    assert report.notes == ()


async def test_a_store_that_stays_away_fails_the_run(
    jobs: Jobs, desk: Desk, connection: Connection, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "AGAIN", 0.05)
    monkeypatch.setattr(checking, "STORING", 0.2)
    await connection.client.set("readiness:reports:prod:", "of the wrong type")
    await connection.client.set("readiness:summaries:prod:", "of the wrong type")
    async with sandbox(kubeconfig), working(jobs, desk):
        progress = await ended(jobs, await jobs.runs.start("prod", "U1", "T1"))
    assert progress.state is State.FAILED
    assert "not remembered" in progress.error


async def test_alone_without_the_store(jobs: Jobs, store: Store, kubeconfig: Path) -> None:
    async with sandbox(kubeconfig) as cluster:
        report = await jobs.runs.alone("prod")
        assert report.cluster == "prod"
        assert report.notes == ("no history: the store cannot be used at present",)
        with pytest.raises(UsageError):
            await jobs.runs.alone("prdo")
        cluster.faults = Faults(unauthorized=True)
        with pytest.raises(ClusterError):
            await jobs.runs.alone("prod")
    assert await store.latest("prod") is None
