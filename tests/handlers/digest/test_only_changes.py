"""When a schedule that only tells changes is silent, and when it says that nothing changed."""

from datetime import datetime, timedelta

import pytest
from msgspec import structs

from checks.model import Report, Status, Verdict
from handlers.schedules.model import Mode, Outcome, Schedule
from tests.handlers.digest.newsroom import Newsroom, judged, probe

DAY = timedelta(days=1)
CART = judged(probe("cart"))
AWAY = "the API does not answer"


@pytest.fixture
def schedule(room: Newsroom) -> Schedule:
    return room.schedule(mode=Mode.CHANGES)


async def then(room: Newsroom, schedule: Schedule, *coming: Report | str) -> list[Outcome]:
    """Have a digest made every day, whose runs come to this one after another."""
    made = []
    for each in coming:
        room.fleet.coming["prod"] = each
        fired = await room.post(schedule, key=f"digest:{room.office.now()}")
        made.append(fired.outcome)
        room.office.slack.workspace.advance(DAY.total_seconds())
    return made


@pytest.fixture(autouse=True)
def midweek(room: Newsroom) -> None:
    """It is Tuesday."""
    room.fleet.add("prod", CART)
    room.office.slack.workspace.advance(2 * DAY.total_seconds())


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (CART, CART, False),
        (CART, judged(probe("cart"), probe("web")), True),
        (CART, judged(), True),
        (CART, judged(probe("web")), True),
        (CART, judged(probe("cart"), verdict=Verdict.UNDETERMINED), True),
        (CART, judged(probe("cart"), score=10), False),
        (judged(), judged(status=Status.NOT_APPLICABLE), True),
        (CART, AWAY, True),
        (AWAY, AWAY, False),
        (AWAY, CART, True),
    ],
    ids=[
        "nothing",
        "a new finding",
        "a resolved one",
        "another one",
        "another verdict",
        "another score alone",
        "another status",
        "not readable any more",
        "still not readable",
        "readable again",
    ],
)
async def test_what_is_told(
    room: Newsroom, schedule: Schedule, first: Report | str, second: Report | str, *, told: bool
) -> None:
    outcomes = await then(room, schedule, first, second)
    assert outcomes == [Outcome.POSTED, Outcome.POSTED if told else Outcome.UNCHANGED]
    assert len(room.roots()) == 1 + told


async def test_another_cluster_is_a_change(room: Newsroom, schedule: Schedule) -> None:
    await then(room, schedule, CART)
    room.fleet.add("young")
    assert await then(room, schedule, CART) == [Outcome.POSTED]


async def test_another_cluster_that_never_could_be_read_is_told_once(
    room: Newsroom, schedule: Schedule
) -> None:
    await then(room, schedule, CART)
    room.fleet.add("young", AWAY)
    assert await then(room, schedule, CART, CART) == [Outcome.POSTED, Outcome.UNCHANGED]
    assert AWAY in room.roots()[1]


async def test_what_is_asked_for_by_hand_is_posted(room: Newsroom, schedule: Schedule) -> None:
    await then(room, schedule, CART)
    fired = await room.post(schedule, key="digest:now", now_=True)
    assert fired.outcome is Outcome.POSTED


async def test_what_could_not_be_compared_is_told_once_it_can(room: Newsroom, schedule: Schedule) -> None:
    in_part = structs.replace(CART, results=(structs.replace(CART.results[0], incomplete=True),))
    more = judged(probe("cart"), probe("web"))
    outcomes = await then(room, schedule, CART, in_part, more)
    assert outcomes == [Outcome.POSTED, Outcome.UNCHANGED, Outcome.POSTED]
    assert "1 new finding" in room.roots()[1]


async def test_nothing_changed_is_said_on_the_first_working_day_once(
    room: Newsroom, schedule: Schedule
) -> None:
    await then(room, schedule, CART)
    monday = datetime.fromisoformat("2026-11-09T01:00:00+01:00")
    fired = []
    for hours in (0, 4, 8, 24):
        nominal = monday + timedelta(hours=hours)
        room.office.slack.workspace.advance((nominal - room.office.now()).total_seconds())
        fired.append(await room.post(schedule, key=f"digest:{nominal}"))
    assert [it.outcome for it in fired] == [Outcome.UNCHANGED] * 4
    assert [bool(it.ts) for it in fired] == [True, False, False, False]
    assert "Nothing changed" in room.roots()[1]
    assert "1 NOT READY" in room.roots()[1]
    assert "Changes are since 5 days ago" in room.roots()[1]


async def test_on_tuesday_where_monday_is_a_holiday(room: Newsroom, schedule: Schedule) -> None:
    await then(room, schedule, CART)
    monday = datetime.fromisoformat("2026-11-09T09:00:00+01:00")
    room.bureau.hours.holidays[monday.date()] = "Unity Day"
    said = []
    for days in range(2):
        nominal = monday + days * DAY
        room.office.slack.workspace.advance((nominal - room.office.now()).total_seconds())
        said.append(bool((await room.post(schedule, key=f"digest:{days}:later")).ts))
    assert said == [False, True]
