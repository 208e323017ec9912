"""Waiting for a run, with a clock that only sleeping moves."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from checks.errors import StoreError
from handlers.delivery.outlets import Outlet
from handlers.desk import Desk
from handlers.following import LONGEST, PATIENCE, STORE_PATIENCE, follow, patiently
from handlers.ports import Progress, State
from handlers.render.message import Message

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def seconds(self) -> float:
        return (self.now - BEGAN).total_seconds()


class Scripted:
    """Runs that answer what a script says, by the clock: the last line for ever."""

    def __init__(self, clock: Clock, script: Sequence[tuple[float, Progress | StoreError | None]]) -> None:
        self._clock = clock
        self._script = script

    async def progress(self, _run_id: str) -> Progress | None:
        *_, (_, said) = (line for line in self._script if line[0] <= self._clock.seconds)
        if isinstance(said, StoreError):
            raise said
        return said


class Served:
    """A roster of workers that serve a cluster but for a while, by the clock; `away` of the store."""

    def __init__(self, clock: Clock, gone: tuple[float, float], *, away: bool = False) -> None:
        self._clock, self._gone, self._away = clock, gone, away

    async def served(self, cluster: str) -> bool:
        assert cluster == "prod"
        if self._away:
            raise StoreError("away")
        begin, end = self._gone
        return not begin <= self._clock.seconds < end


class Shown:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def edit(self, message: Message, *, now_or_never: bool = False) -> None:
        assert now_or_never
        self.texts.append(message.text)


def at(state: State, beat: float = 0, reads: int = 0) -> Progress:
    when = BEGAN + timedelta(seconds=beat)
    return Progress(run_id="r", cluster="prod", state=state, reads=reads, asked=BEGAN, beat=when)


def beating(until: float) -> Iterator[tuple[float, Progress]]:
    second = 0.0
    while second <= until:
        yield second, at(State.READING, beat=second)
        second += 30


async def followed(
    script: Sequence[tuple[float, Progress | StoreError | None]],
    gone: tuple[float, float] = (0, 0),
    *,
    away: bool = False,
) -> tuple[Progress | None, list[str], float]:
    clock, shown = Clock(), Shown()
    desk = SimpleNamespace(
        runs=Scripted(clock, script),
        roster=Served(clock, gone, away=away),
        now=lambda: clock.now,
        sleep=clock.sleep,
    )

    def drawn(progress: Progress) -> Message:
        return Message(f"{progress.state} {progress.reads}{' unserved' if progress.unserved else ''}")

    ended = await follow(cast("Desk", desk), cast("Outlet", shown), "r", Message("queued 0"), drawn)
    return ended, shown.texts, clock.seconds


async def test_what_changed_is_shown_and_the_end_is_returned() -> None:
    script = [
        (0.0, at(State.QUEUED)),
        (1.0, at(State.READING, 1, 3)),
        (2.0, at(State.READING, 2, 3)),
        (3.0, at(State.DONE, 3)),
    ]
    ended, shown, _ = await followed(script)
    assert ended
    assert ended.state is State.DONE
    assert shown == ["reading 3"]


async def test_a_store_that_is_away_for_a_while_ends_nothing() -> None:
    away = StoreError("away")
    ended, _, seconds = await followed([(0.0, at(State.READING)), (1.0, away), (40.0, at(State.DONE, 30))])
    assert ended
    assert ended.state is State.DONE
    assert seconds >= 40


async def test_a_store_that_stays_away_is_the_reason() -> None:
    with pytest.raises(StoreError):
        await followed([(0.0, at(State.READING)), (1.0, StoreError("away"))])


async def test_a_worker_that_is_silent_is_given_up() -> None:
    ended, _, seconds = await followed([(0.0, at(State.READING))])
    assert ended
    assert ended.state is State.FAILED
    assert "no worker has been heard of for 2 min" in ended.error
    assert PATIENCE <= seconds < PATIENCE + 5


async def test_a_run_that_no_worker_can_take_says_so_and_goes_on_when_one_is_back() -> None:
    script = [(0.0, at(State.QUEUED)), (40.0, at(State.READING, 40, 3)), (41.0, at(State.DONE, 41))]
    ended, shown, _ = await followed(script, gone=(0, 30))
    assert ended
    assert ended.state is State.DONE
    assert shown == ["queued 0 unserved", "queued 0", "reading 3"]


async def test_so_does_one_whose_worker_has_gone_in_the_middle() -> None:
    script = [(0.0, at(State.READING, 0, 3)), (60.0, at(State.DONE, 60))]
    _, shown, _ = await followed(script, gone=(20, 50))
    assert shown == ["reading 3", "reading 3 unserved", "reading 3"]


async def test_where_none_comes_back_that_is_the_reason() -> None:
    ended, _, seconds = await followed([(0.0, at(State.QUEUED))], gone=(0, 1000))
    assert ended
    assert (ended.state, ended.error) == (State.FAILED, "no worker serves prod")
    assert "`readiness worker --clusters prod`" in ended.hint
    assert seconds > PATIENCE


async def test_nothing_is_said_of_workers_where_they_cannot_be_seen() -> None:
    _, shown, _ = await followed([(0.0, at(State.QUEUED)), (20.0, at(State.DONE, 20))], away=True)
    assert shown == []


async def test_one_that_gives_signs_of_life_is_not_until_long_after() -> None:
    ended, _, seconds = await followed([*beating(2 * LONGEST)])
    assert ended
    assert ended.state is State.FAILED
    assert seconds > LONGEST


async def test_a_run_that_nobody_knows_of_any_more() -> None:
    ended, _, _ = await followed([(0.0, at(State.READING)), (1.0, None)])
    assert ended is None


async def test_patience_has_an_end() -> None:
    clock = Clock()
    desk = cast("Desk", SimpleNamespace(now=lambda: clock.now, sleep=clock.sleep))

    async def never() -> None:
        raise StoreError("away")

    with pytest.raises(StoreError):
        await patiently(desk, never)
    assert clock.seconds >= STORE_PATIENCE
