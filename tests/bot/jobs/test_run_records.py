"""What Redis holds of runs: who may go on with one, what frees a cluster, and how long anything is kept."""

from pathlib import Path

from bot.connection import Connection
from bot.jobs import checking
from bot.jobs.jobs import Jobs
from bot.jobs.records import Records
from bot.store import Store
from deploy.sandbox.faults import Faults
from handlers.ports import Progress, State
from tests.bot.jobs.build import Desk, ended, eventually, sandbox, working


async def test_whoever_waits_for_a_queued_run_keeps_its_cluster(connection: Connection) -> None:
    records = Records(connection)
    run_id, _ = await records.open("prod", "U1", "T1")
    await connection.client.expire("readiness:running:prod", 30)
    await records.progress(run_id)
    assert await connection.client.ttl("readiness:running:prod") > 500
    await connection.client.set("readiness:running:prod", "another", ex=30)
    await records.progress(run_id)
    assert await connection.client.ttl("readiness:running:prod") <= 30


async def test_interrupted_too_often(
    jobs: Jobs, desk: Desk, connection: Connection, kubeconfig: Path
) -> None:
    records = Records(connection)
    run_id, _ = await records.open("prod", "U1", "T1")
    for _ in range(checking.ATTEMPTS):
        attempt = await records.begin("prod", run_id)
        assert attempt
        await records.placed(attempt)
    async with sandbox(kubeconfig) as cluster, working(jobs, desk):
        assert await jobs.runs.start("prod", "U1", "T1") == run_id
        progress = await ended(jobs, run_id)
        assert cluster.requests == []
    assert progress.error == "the run was interrupted three times"


async def test_what_only_waited_was_not_interrupted(
    jobs: Jobs, desk: Desk, connection: Connection, kubeconfig: Path
) -> None:
    records = Records(connection)
    run_id, _ = await records.open("prod", "U1", "T1")
    for _ in range(checking.ATTEMPTS):
        await records.begin("prod", run_id)
    async with sandbox(kubeconfig), working(jobs, desk):
        assert await jobs.runs.start("prod", "U1", "T1") == run_id
        progress = await ended(jobs, run_id)
    assert (progress.state, progress.attempts) == (State.DONE, checking.ATTEMPTS + 1)


async def test_killed_after_the_report_was_stored(
    jobs: Jobs, desk: Desk, connection: Connection, store: Store, kubeconfig: Path
) -> None:
    async with sandbox(kubeconfig) as cluster, working(jobs, desk):
        run_id = await jobs.runs.start("prod", "U1", "T1")
        await ended(jobs, run_id)
        asked = len(cluster.requests)
        await connection.client.hset(f"readiness:run:{run_id}", "state", "judging")

        async def asked_again() -> Progress | None:
            # Until its first job has ended altogether, the same request puts in no other.
            await jobs.runs.start("prod", "U1", "T1")
            return await jobs.runs.progress(run_id)

        await eventually(asked_again, lambda seen: seen and seen.state is State.DONE)
        assert len(cluster.requests) == asked
    assert len(await store.history("prod")) == 1


async def test_an_attempt_that_no_longer_counts(connection: Connection) -> None:
    records = Records(connection)
    run_id, _ = await records.open("prod", "U1", "T1")
    first = await records.begin("prod", run_id)
    second = await records.begin("prod", run_id)
    assert first
    assert second
    assert (first.number, second.number) == (1, 2)
    assert not await records.tell(first, {"reads": 9})
    assert (await records.placed(first), await records.placed(second)) == (0, 1)
    await records.end(first, State.FAILED, "stale")
    assert await records.tell(second, {"reads": 2})
    progress = await records.progress(run_id)
    assert progress
    assert (progress.state, progress.reads) == (State.QUEUED, 2)
    # Its report is stored, so the run is done whoever stored it.
    await records.end(first, State.DONE)
    assert not await records.tell(second, {"reads": 3})
    assert await records.begin("prod", run_id) is None


async def test_only_its_own_run_frees_a_cluster(connection: Connection) -> None:
    records = Records(connection)
    old, _ = await records.open("prod", "U1", "T1")
    attempt = await records.begin("prod", old)
    assert attempt
    await connection.client.delete("readiness:running:prod")
    new, _ = await records.open("prod", "U2", "T2")
    assert new != old
    await records.end(attempt, State.DONE)
    assert (await records.open("prod", "U3", "T3"))[0] == new


async def test_a_run_that_is_forgotten_does_not_block_its_cluster(connection: Connection) -> None:
    records = Records(connection)
    lost, _ = await records.open("prod", "U1", "T1")
    await connection.client.delete(f"readiness:run:{lost}")
    assert await records.open("prod", "U1", "T1") == (lost, False)
    new, due = await records.open("prod", "U2", "T2")
    assert new != lost
    assert due


async def test_nothing_is_kept_for_ever(
    jobs: Jobs, desk: Desk, connection: Connection, kubeconfig: Path
) -> None:
    client = connection.client
    async with sandbox(kubeconfig, Faults(stall={"pods"})) as cluster, working(jobs, desk):
        run_id = await jobs.runs.start("a/b c", "U1", "T1")
        await ended(jobs, run_id)
        run_id = await jobs.runs.start("prod", "U1", "T2")
        await eventually(lambda: jobs.runs.progress(run_id), lambda seen: seen and seen.reads)
        ours = [
            key
            for kind in ("running", "asked", "run", "askers")
            async for key in client.scan_iter(f"readiness:{kind}:*")
        ]
        assert len(ours) == 1 + 2 + 2 + 2
        assert all([0 < await client.ttl(key) <= 86_400 for key in ours])
        assert 0 < await client.ttl("readiness:running:prod") <= 600
        cluster.faults = Faults()
    assert await jobs.runs.progress("unheard-of") is None
