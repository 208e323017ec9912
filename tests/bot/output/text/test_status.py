"""How bots and workers are, in a terminal and for scripts."""

import json
from datetime import timedelta

from msgspec import structs

from bot.output.as_json import dumps
from bot.output.text.page import printed
from bot.output.text.status import StatusOut, render_status
from handlers.condition import Condition, Planned, condition
from handlers.ports import Cluster
from tests.bot.output.build import HOSTILE
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import NOW
from tests.handlers.test_status import BOT, FAILED, MORNING, OTHER, WAITS, WORKER, A, B

HOUR = timedelta(hours=1)
HTTP = structs.replace(BOT, id="4", host="web-2", socket=False, connected=None)
DEAF = structs.replace(BOT, id="5", host=HOSTILE, version=HOSTILE, connected=None)
PLANS = (
    Planned(MORNING, FAILED, NOW + HOUR),
    Planned(structs.replace(MORNING, id=HOSTILE, channel=HOSTILE, paused=True), None, None),
)


def bad() -> Condition:
    silent = structs.replace(WORKER, beat=NOW - timedelta(seconds=70), clusters=(A, Cluster(HOSTILE)))
    clusters = (A, B, Cluster(HOSTILE, (), HOSTILE))
    return condition((HTTP, DEAF, silent, OTHER), (WAITS,), PLANS, clusters, NOW, whole=True)


def good() -> Condition:
    return condition((BOT, WORKER), (), (), (A,), NOW, whole=True)


def test_what_is_wrong_comes_first() -> None:
    assert_golden("status.txt", printed(render_status(bad())))


def test_all_is_well() -> None:
    said = printed(render_status(good()))
    assert said.startswith("✓ All is well.")
    assert "queue" not in said


def test_scripts_find_every_key() -> None:
    found = json.loads(dumps(StatusOut.of(bad())))
    assert found["well"] is False
    assert {*found["problems"][0]} == {"what", "todo"}
    assert [bot["host"] for bot in found["bots"]] == ["web-2", HOSTILE]
    assert [worker["clusters"] for worker in found["workers"]] == [["cluster-a", HOSTILE], ["secret-c"]]
    assert found["clusters"][1] == {"name": "cluster-b", "environment": "", "pools": []}
    assert found["queues"][0]["waiting"] == 2
    first, second = found["schedules"]
    assert (first["outcome"], first["detail"]) == ("failed", FAILED.detail)
    assert (second["last"], second["next"], second["outcome"], second["paused"]) == (None, None, "", True)
    well = json.loads(dumps(StatusOut.of(good())))
    assert (well["well"], well["problems"], well["schedules"]) == (True, [], [])
