"""The runs of a digest: joined, bounded, and none of them stops it."""

from datetime import timedelta

import pytest

from checks.errors import StoreError
from handlers.digest.gathering import LONGEST
from handlers.following import PATIENCE
from handlers.schedules.model import Outcome
from tests.handlers.digest.newsroom import Newsroom, judged, probe

MINUTE = timedelta(minutes=1)


async def test_a_run_since_the_nominal_time_is_enough(room: Newsroom) -> None:
    for name in ("prod", "stage"):
        room.fleet.add(name)
    nominal = room.office.now() - 30 * MINUTE
    run_id = room.fleet.keep("prod", judged(), 20 * MINUTE)
    room.fleet.keep("stage", judged(), 40 * MINUTE)
    fired = await room.post(room.schedule(), nominal=nominal)
    assert fired.runs == {"prod": run_id, "stage": "stage|digest:1:stage"}
    assert room.fleet.started == [("stage", "digest:1:stage")]


async def test_one_that_was_held_back_for_hours_is_of_now(room: Newsroom) -> None:
    room.fleet.add("prod")
    nominal = room.office.now() - 600 * MINUTE
    room.fleet.keep("prod", judged(), 590 * MINUTE)
    first = await room.post(room.schedule(), nominal=nominal)
    assert first.runs == {"prod": "prod|digest:1:prod"}
    # However late it is made again.
    room.office.slack.workspace.advance(7_200)
    room.fleet.coming["prod"] = "the API does not answer"
    again = await room.post(room.schedule(), nominal=nominal)
    assert (again.runs, again.unread) == (first.runs, ())
    assert len(room.fleet.started) == 1


async def test_whoever_makes_it_again_tells_of_the_same_runs(room: Newsroom) -> None:
    for name in ("prod", "stage"):
        room.fleet.add(name, judged(probe("cart")))
    nominal = room.office.now()
    first = await room.post(room.schedule(), nominal=nominal)
    room.office.slack.workspace.advance(60)
    room.fleet.keep("prod", judged(probe("cart"), probe("web")))
    again = await room.post(room.schedule(), nominal=nominal)
    assert again.runs == first.runs
    assert len(room.fleet.started) == 2
    assert len(room.roots()) == 1


async def test_one_that_does_not_end_is_not_waited_for(room: Newsroom) -> None:
    room.fleet.add("slow")
    room.fleet.add("prod")
    room.fleet.coming["slow"] = None
    began = room.office.now()
    fired = await room.post(room.schedule())
    assert (fired.outcome, fired.unread) == (Outcome.POSTED, ("slow",))
    assert LONGEST <= room.office.now() - began <= LONGEST + MINUTE
    assert "`slow`: it was not read within 15 min; never read" in room.roots()[0]


async def test_nor_one_whose_worker_is_silent(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.fleet.coming["prod"], room.fleet.beating = None, False
    began = room.office.now()
    await room.post(room.schedule())
    assert (room.office.now() - began).total_seconds() <= PATIENCE + 5
    assert "its worker has not been heard of for 2 min" in room.roots()[0]


async def test_one_that_lost_its_worker_in_the_queue(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.fleet.coming["prod"], room.fleet.beating, room.fleet.queued = None, False, True
    began = room.office.now()
    await room.post(room.schedule(), key="digest:served")
    assert room.office.now() - began >= LONGEST
    room.fleet.leaves = True
    began = room.office.now()
    await room.post(room.schedule(), key="digest:left")
    assert (room.office.now() - began).total_seconds() <= PATIENCE + 5
    assert "no worker serves prod" in room.roots()[1]


async def test_one_that_waits_for_a_pool_that_is_gone_goes_to_the_one_that_serves(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.fleet.coming["prod"], room.fleet.beating, room.fleet.queued = None, False, True
    room.fleet.moves = True
    began = room.office.now()
    fired = await room.post(room.schedule())
    assert (fired.outcome, fired.unread) == (Outcome.POSTED, ())
    assert (room.office.now() - began).total_seconds() <= PATIENCE + 5


async def test_those_whose_turn_never_comes(room: Newsroom) -> None:
    for number in range(25):
        room.fleet.add(f"slow-{number}")
        room.fleet.coming[f"slow-{number}"] = None
    fired = await room.post(room.schedule())
    assert len(fired.unread) == 25
    assert len(room.fleet.started) == 20


async def test_a_mistake_of_ours_is_of_one_cluster(room: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    room.fleet.add("prod")
    room.fleet.add("odd")
    room.fleet.broken.add("odd")
    fired = await room.post(room.schedule())
    assert fired.unread == ("odd",)
    assert "something went wrong here, not with the cluster" in room.roots()[0]
    assert "odd is left out of digest:1" in caplog.text


async def test_a_store_that_is_away_is_for_the_engine(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.fleet.add("stage")
    room.fleet.away = True
    with pytest.raises(StoreError):
        await room.post(room.schedule())
    room.fleet.away = False
    assert (await room.post(room.schedule())).outcome is Outcome.POSTED
