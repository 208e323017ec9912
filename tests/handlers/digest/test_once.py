"""A digest is posted once, wherever whoever makes it is stopped and whatever Slack answers."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from checks.errors import ReadinessError
from deploy.sandbox.slack.faults import Fault
from handlers.delivery.courier import Courier
from handlers.delivery.errors import TakenOver
from handlers.desk import Desk
from handlers.schedules.model import Outcome
from tests.handlers.delivery.test_once import LOST
from tests.handlers.digest.newsroom import Newsroom, judged, probe

STEPS = 48
"""More than a digest of two clusters takes."""


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class Fuse:
    """Ends everything at its n-th step: before that is done, or after."""

    left: int
    after: bool

    def around(self, thing: object) -> Any:  # noqa: ANN401 - stands for the thing
        """Count the async methods of something."""
        return _Counted(thing, self)


class _Counted:
    def __init__(self, thing: object, fuse: Fuse) -> None:
        self._thing, self._fuse = thing, fuse

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        method: Any = getattr(self._thing, name)
        if not callable(method):
            return method

        async def counted(*args: object, **kwargs: object) -> object:
            self._fuse.left -= 1
            if self._fuse.left == 0 and not self._fuse.after:
                raise Killed
            done = await method(*args, **kwargs)
            if self._fuse.left == 0:
                raise Killed
            return done

        counted.__name__ = name
        return counted


def fused(room: Newsroom, fuse: Fuse) -> Desk:
    """A desk whose every call counts."""
    office = room.office
    memory = fuse.around(office.memory)
    courier = Courier(
        fuse.around(office.client), memory, draw=office.draw, now=office.now, sleep=office.sleep
    )
    fleet = fuse.around(room.fleet)
    return replace(room.desk, memory=memory, courier=courier, reports=fleet, runs=fleet)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_wherever_it_is_killed(room: Newsroom, *, after: bool) -> None:
    for name in ("prod", "stage"):
        room.fleet.add(name)
    schedule = room.schedule()
    await room.post(schedule, key="digest:0")
    last = room.bureau.schedules.fired[schedule.id]
    for name in ("prod", "stage"):
        room.fleet.coming[name] = judged(probe("cart"))
    done = 0
    for step in range(1, STEPS):
        room.bureau.schedules.fired[schedule.id] = last
        room.office.slack.workspace.advance(60)
        nominal, key = room.office.now(), f"digest:{step}"
        fuse = Fuse(step, after)
        try:
            await room.post(schedule, key=key, nominal=nominal, desk=fused(room, fuse))
        except Killed:
            pass
        else:
            done += 1
        fired = await room.post(schedule, key=key, nominal=nominal)
        assert fired.outcome is Outcome.POSTED
        posted = [it for it in room.posted() if it.split(":")[1] == str(step)]
        assert posted == [key, f"{key}:prod", f"{key}:stage"]
    assert 0 < done < STEPS // 2


async def test_nothing_is_posted_once_somebody_else_has_it(room: Newsroom) -> None:
    async def lost() -> bool:
        return False

    room.fleet.add("prod")
    with pytest.raises(TakenOver):
        await room.post(room.schedule(), still=lost)
    assert room.roots() == []
    assert room.bureau.schedules.fired == {}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_an_answer_of_slack_that_is_lost(room: Newsroom, fault: Fault) -> None:
    room.fleet.add("prod")
    room.office.goes_wrong(fault)
    fired = await room.post(room.schedule())
    assert fired.outcome is Outcome.POSTED
    assert room.posted() == ["digest:1"]


async def test_a_rate_that_is_spent_is_waited_for(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.office.goes_wrong(Fault("chat.postMessage", "ratelimited", seconds=30))
    await room.post(room.schedule())
    assert 30 in room.office.slept
    assert room.posted() == ["digest:1"]


@pytest.mark.parametrize("replies", [0, 1], ids=["the root", "the thread"])
async def test_a_slack_that_stays_silent_is_for_the_engine(room: Newsroom, replies: int) -> None:
    room.fleet.add("prod")
    await room.post(room.schedule(), key="digest:0")
    room.fleet.coming["prod"] = judged(probe("cart"))
    room.office.slack.workspace.advance(60)
    nominal = room.office.now()
    told = room.bureau.schedules.fired.copy()
    if replies:
        await room.post(room.schedule(), nominal=nominal)
        thread = next(it for it in room.office.seen() if it.thread_ts)
        thread.deleted = True
        del room.office.memory.posts["digest:1:prod"]
        room.bureau.schedules.fired = told
    room.office.goes_wrong(Fault("*", "status", status=500, times=0))
    with pytest.raises(ReadinessError):
        await room.post(room.schedule(), nominal=nominal)
    room.office.slack.faults.clear()
    await room.post(room.schedule(), nominal=nominal)
    assert room.posted() == ["digest:0", "digest:1", "digest:1:prod"]


async def test_a_redis_that_was_emptied(room: Newsroom) -> None:
    room.fleet.add("prod")
    await room.post(room.schedule(), key="digest:0")
    room.fleet.coming["prod"] = judged(probe("cart"))
    room.office.slack.workspace.advance(60)
    last, nominal = room.bureau.schedules.fired.copy(), room.office.now()
    first = await room.post(room.schedule(), nominal=nominal)
    room.office.slack.workspace.advance(5 * 3600)
    room.office.memory.posts.clear()
    room.bureau.schedules.fired = last
    again = await room.post(room.schedule(), nominal=nominal, look=True)
    assert again.ts == first.ts
    assert room.posted() == ["digest:0", "digest:1", "digest:1:prod"]


async def test_a_root_that_somebody_deletes_ends_the_thread(room: Newsroom) -> None:
    room.fleet.add("prod")
    await room.post(room.schedule(), key="digest:0")
    room.fleet.coming["prod"] = judged(probe("cart"))
    room.office.slack.workspace.advance(60)
    room.office.goes_wrong(Fault("chat.postMessage", "error", error="thread_not_found"))
    room.office.memory.posts["digest:1"] = room.office.memory.posts["digest:0"]
    fired = await room.post(room.schedule())
    assert fired.outcome is Outcome.POSTED
    assert "its thread is not complete" in fired.detail
