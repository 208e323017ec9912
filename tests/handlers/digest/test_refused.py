"""A digest that Slack does not take: it has failed, and whoever made the schedule is told once."""

from datetime import timedelta

import pytest
from msgspec import structs

from checks.errors import ReadinessError
from deploy.sandbox.slack.faults import Fault
from handlers.schedules.model import Outcome, Schedule, Selection, unposted
from tests.handlers.digest.newsroom import Newsroom

DAY = timedelta(days=1).total_seconds()
OTHER = "choose another channel for `s-7f3a9c`"


@pytest.fixture
def schedule(room: Newsroom) -> Schedule:
    room.fleet.add("prod")
    return room.slack_schedule("prod")


def refuse(room: Newsroom, schedule: Schedule, code: str) -> None:
    room.office.slack.faults.clear()
    fault = Fault("chat.postMessage", "error", error=code, channel=schedule.channel, times=0)
    room.office.goes_wrong(fault)


@pytest.mark.parametrize(
    ("code", "why", "todo"),
    [
        ("not_in_channel", "I am not in this channel", f"`/invite @readiness` there, or {OTHER}"),
        ("is_archived", "this channel is archived", OTHER),
        ("restricted_action", "this workspace does not let me post here", OTHER),
        (
            "missing_scope",
            "the Slack app lacks a scope (missing_scope)",
            "an admin has to add it under OAuth &amp; Permissions and reinstall the app",
        ),
    ],
)
async def test_its_maker_is_told_once(
    room: Newsroom, schedule: Schedule, code: str, why: str, todo: str
) -> None:
    refuse(room, schedule, code)
    for number in range(3):
        fired = await room.post(schedule, key=f"digest:{number}")
        assert (fired.outcome, fired.detail, fired.ts) == (Outcome.FAILED, why, "")
        room.office.slack.workspace.advance(DAY)
    (told,) = room.office.direct()
    where = f"The digest of `prod` is not posted in <#{schedule.channel}>"
    assert f"{where}: {why.partition(' (')[0]}" in told.blocks[0]["text"]["text"]
    assert f"What to do: {todo}\n" in told.blocks[0]["text"]["text"]
    assert room.roots() == []


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.SKIPPED])
async def test_what_was_held_back_in_between_changes_nothing_about_that(
    room: Newsroom, schedule: Schedule, outcome: Outcome
) -> None:
    refuse(room, schedule, "not_in_channel")
    failed = await room.post(schedule, key="digest:0")
    room.office.slack.workspace.advance(DAY)
    now = room.office.now()
    await room.bureau.schedules.record(schedule.id, unposted(failed, now, now, outcome, "quiet hours"))
    await room.post(schedule, key="digest:1")
    assert len(room.office.direct()) == 1


async def test_once_it_was_posted_its_maker_is_told_again(room: Newsroom, schedule: Schedule) -> None:
    for number, refused in enumerate((True, False, True)):
        refuse(room, schedule, "not_in_channel")
        if not refused:
            room.office.slack.faults.clear()
        await room.post(schedule, key=f"digest:{number}")
        room.office.slack.workspace.advance(DAY)
    assert len(room.office.direct()) == 2


async def test_another_reason_is_told_too(room: Newsroom, schedule: Schedule) -> None:
    for number, code in enumerate(("not_in_channel", "is_archived")):
        refuse(room, schedule, code)
        await room.post(schedule, key=f"digest:{number}")
    assert len(room.office.direct()) == 2


async def test_nobody_made_those_of_the_file(room: Newsroom, schedule: Schedule) -> None:
    refuse(room, schedule, "not_in_channel")
    fired = await room.post(room.schedule())
    assert fired.outcome is Outcome.FAILED
    assert room.office.direct() == []


async def test_what_was_told_before_still_counts(room: Newsroom, schedule: Schedule) -> None:
    schedule = structs.replace(schedule, selection=Selection(("*",)))
    room.fleet.add("stage", "the API does not answer")
    told = await room.post(schedule, key="digest:0")
    refuse(room, schedule, "not_in_channel")
    room.office.slack.workspace.advance(DAY)
    fired = await room.post(schedule, key="digest:1")
    assert (fired.runs, fired.unread) == (told.runs, told.unread) == ({"prod": told.runs["prod"]}, ("stage",))
    room.office.slack.faults.clear()
    room.office.slack.workspace.advance(DAY)
    await room.post(schedule, key="digest:2")
    assert "history starts here" not in room.roots()[-1]


async def test_where_none_was_posted_the_next_is_the_first(room: Newsroom, schedule: Schedule) -> None:
    refuse(room, schedule, "not_in_channel")
    await room.post(schedule, key="digest:0")
    room.office.slack.faults.clear()
    await room.post(schedule, key="digest:1")
    assert "history starts here" in room.roots()[0]


async def test_where_one_was_that_had_nothing_to_tell_of_it_is_not(room: Newsroom) -> None:
    room.fleet.add("prod", "the API does not answer")
    for number in range(2):
        await room.post(room.schedule(), key=f"digest:{number}")
    assert ["history starts here" in it for it in room.roots()] == [True, False]


async def test_a_maker_who_may_schedule_nothing_any_more(room: Newsroom, schedule: Schedule) -> None:
    room.fleet.denied.add("prod")
    fired = await room.post(schedule)
    assert fired.outcome is Outcome.FAILED
    assert fired.detail == "none of its clusters is there any more, or for its maker to schedule here"
    assert len(room.office.direct()) == 1
    assert room.fleet.started == []


async def test_just_after_a_start_those_who_serve_its_clusters_are_waited_for(
    room: Newsroom, schedule: Schedule
) -> None:
    room.fleet.starts = True
    there, room.fleet.clusters = room.fleet.clusters, []
    with pytest.raises(ReadinessError, match="have yet to say"):
        await room.post(schedule)
    room.fleet.clusters = there
    fired = await room.post(schedule)
    assert fired.outcome is Outcome.POSTED
    assert room.office.direct() == []


async def test_a_maker_who_cannot_be_told(
    room: Newsroom, schedule: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(room, schedule, "not_in_channel")
    room.office.goes_wrong(Fault("conversations.open", "error", error="user_disabled", times=0))
    fired = await room.post(schedule)
    assert fired.outcome is Outcome.FAILED
    assert "nobody is told that s-7f3a9c is not posted" in caplog.text
