"""When a schedule that only tells changes is silent, and when it says that nothing changed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from msgspec import structs

from bot.scheduling import triggers
from bot.scheduling.hours import Hours
from bot.settings_schedules import ChannelEntry
from checks.model import Report, Status, Verdict
from handlers.schedules.model import Mode, Outcome, Schedule
from handlers.schedules.timing import read
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


async def test_what_no_run_can_judge_keeps_nothing_back(room: Newsroom, schedule: Schedule) -> None:
    unknown = structs.replace(CART.results[0], id="sample-alerts", status=Status.UNKNOWN, findings=())
    quiet = structs.replace(CART, results=(*CART.results, unknown))
    louder = judged(probe("cart"), probe("web"))
    louder = structs.replace(louder, results=(*louder.results, unknown))
    await then(room, schedule, quiet, quiet, quiet, louder)
    assert "Compared with what was read 1 day ago" in room.roots()[1]
    assert "not comparable" not in room.roots()[1]


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
    assert "nothing changed" in room.roots()[1]
    assert "1 NOT READY" in room.roots()[1]
    assert "Compared with what was read 5 days ago" in room.roots()[1]


@pytest.mark.parametrize(
    ("words", "said", "days"),
    [
        ("tue 09:00", {}, {"Tue 09:00"}),
        ("tue,thu 09:00", {}, {"Tue 09:00"}),
        ("cron 0 9,17 * * wed-fri", {}, {"Wed 09:00"}),
        ("mon,wed 09:00", {"days_off": [date(2026, 11, 9)]}, {"Wed 09:00"}),
        ("sun 09:00", {}, {"Sun 09:00"}),
        ("sun 09:00", {"weekends": True}, {"Sun 09:00"}),
        ("weekends 09:00", {}, {"Sat 09:00"}),
    ],
)
async def test_the_first_working_day_on_which_it_is_due_says_that_nothing_changed(
    room: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    said: dict[str, object],
    days: set[str],
) -> None:
    schedule = room.schedule(mode=Mode.CHANGES, timing=read(words, "Europe/Berlin"))
    entry = {"channel": schedule.channel, "zone": "Europe/Berlin", **said}
    room.desk = replace(room.desk, hours=Hours([ChannelEntry.model_validate(entry)]))
    monkeypatch.setattr(room.bureau.schedules, "next_time", triggers.next_time)
    await then(room, schedule, CART)
    nominal = datetime.fromisoformat("2026-11-09T00:00:00+01:00")
    told = set()
    while (nominal := triggers.next_time(schedule, nominal) or nominal).day < 16:
        room.office.slack.workspace.advance((nominal - room.office.now()).total_seconds())
        if room.desk.hours.holiday(schedule.channel, nominal.date()):
            continue
        if (await room.post(schedule, key=f"digest:{nominal}", nominal=nominal)).ts:
            told.add(f"{nominal:%a %H:%M}")
    assert told == days


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
