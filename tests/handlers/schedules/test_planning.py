"""Schedules that are made, changed, paused, run and removed: what is kept, posted, told and put on record."""

from datetime import timedelta

import pytest
from msgspec import structs

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of_view
from handlers.dispatch import answer
from handlers.intents import Verb
from handlers.schedules.intents import Plan
from handlers.schedules.model import Mode, Schedule, Selection, Timing
from tests.bot.output.sample import NOW
from tests.handlers.bureau import Bureau
from tests.handlers.render.scheduled import MORNING
from tests.handlers.schedules.ruled import Ruled, ident, keep, posted, says, theirs

DAY = Timing(cron="0 9 * * *", zone="Europe/Berlin")


async def test_a_schedule_is_kept_and_told_with_its_next_two_times(bureau: Bureau, ruled: Ruled) -> None:
    await says(bureau, "schedule prod-* daily 09:00 Europe/Berlin in #ops only-changes no-alerts")
    [kept] = bureau.schedules.held.values()
    alice = bureau.office.slack.workspace.user("alice").id
    assert kept == Schedule(
        id=kept.id,
        selection=Selection(("prod-*",)),
        timing=DAY,
        channel=ident(bureau),
        mode=Mode.CHANGES,
        alerts=False,
        user=alice,
        by=alice,
        made=NOW + timedelta(seconds=1),
    )
    for words in (
        "*Scheduled*",
        "A digest of `prod-*` (2 clusters: `prod-eu` and `prod-us`), daily 09:00 Europe/Berlin",
        f"in <#{ident(bureau)}>",
        "Next: Sun 01 Nov 15:00 Europe/Berlin and Sun 01 Nov 16:00 Europe/Berlin.",
    ):
        assert words in posted(bureau)
    [entry] = ruled.entries_
    assert (entry.verb, entry.outcome, entry.cluster) == (Verb.SCHEDULE, "done", "prod-eu, prod-us")
    assert entry.detail == f"{kept.id} in {kept.channel}"


@pytest.mark.parametrize(("mode", "times"), [("", 1), (" only-alerts", 0)])
async def test_where_its_time_is_a_quiet_one_it_is_said_when_it_comes(
    bureau: Bureau, ruled: Ruled, mode: str, times: int
) -> None:
    bureau.hours.opens_at = NOW + timedelta(hours=6)
    await says(bureau, f"schedule prod-* daily 09:00 Europe/Berlin in #ops{mode}")
    told = "It is quiet there then: it comes Sun 01 Nov 20:00 Europe/Berlin."
    assert posted(bureau).count(told) == times
    assert ruled.entries_[0].outcome == "done"


@pytest.mark.parametrize("where", ["", " in #ops", " in <#{id}|ops>", " in {id}"])
async def test_each_way_to_name_a_channel_means_it(bureau: Bureau, ruled: Ruled, where: str) -> None:
    await says(bureau, f"schedule test hourly{where.format(id=ident(bureau))}")
    [kept] = bureau.schedules.held.values()
    assert kept.channel == ident(bureau)
    assert ruled.entries_[0].outcome == "done"


async def test_direct_messages_are_a_place_too(bureau: Bureau, ruled: Ruled) -> None:
    workspace = bureau.office.slack.workspace
    own = workspace.im(workspace.user("alice").id)
    request = bureau.request("schedule test hourly", url=False)
    await answer(bureau.desk, structs.replace(request, asker=structs.replace(request.asker, channel=own.id)))
    other = workspace.im(workspace.user("bob").id)
    await says(bureau, f"schedule test hourly in {other.id}", 2)
    assert [it.channel for it in bureau.schedules.held.values()] == [own.id]
    assert "I am not in that conversation" in bureau.told()
    assert [entry.outcome for entry in ruled.entries_] == ["done", "failed"]


async def test_a_job_that_is_done_again_makes_nothing_twice(bureau: Bureau, ruled: Ruled) -> None:
    await says(bureau, "schedule test hourly")
    bureau.office.memory.forget_answers()  # killed before it was remembered
    await says(bureau, "schedule test hourly")
    assert len(bureau.schedules.held) == len(bureau.office.seen()) == 1
    assert [entry.outcome for entry in ruled.entries_] == ["done", "done"]


async def test_the_same_again_is_told_and_not_made(bureau: Bureau, ruled: Ruled) -> None:
    await says(bureau, "schedule prod-eu prod-us daily 09:00 Europe/Berlin")
    await says(bureau, "schedule eu prod-us 9am Europe/Berlin in #ops", 2)
    [kept] = bureau.schedules.held.values()
    assert "*That is scheduled already*" in posted(bureau)
    assert ruled.entries_[-1].detail == f"{kept.id} is the same"
    await says(bureau, "schedule prod-us daily 09:00 Europe/Berlin", 3)
    assert len(bureau.schedules.held) == 2


async def test_one_that_is_changed_to_another_is_told_and_stays(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, "schedule prod-us hourly")
    await says(bureau, f"schedule prod-us hourly id:{there.id}", 2)
    assert "*That is scheduled already*" in posted(bureau)
    assert bureau.schedules.held[there.id] == there
    assert ruled.entries_[-1].detail.endswith("is the same")


async def test_the_same_in_the_file_is_told_too(bureau: Bureau, ruled: Ruled) -> None:
    keep(bureau, structs.replace(MORNING, channel=ident(bureau)))
    await says(bureau, "schedule all weekdays 08:30 Europe/Berlin only-alerts")
    assert list(bureau.schedules.held) == ["morning"]
    assert "It is written in readiness.yaml." in posted(bureau)
    assert ruled.entries_[0].outcome == "done"


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("#nowhere", "I am not in `#nowhere`"),
        ("#general", "I am not in `#general`"),
        ("#private-sre", "I am not in `#private-sre`"),
        ("#old", "I am not in `#old`"),
        ("C999999999", "I am not in that channel"),
    ],
)
async def test_where_the_bot_is_not_nothing_is_kept(
    bureau: Bureau, ruled: Ruled, where: str, words: str
) -> None:
    workspace = bureau.office.slack.workspace
    for name in ("general", "private-sre", "old"):
        channel = workspace.channel(f"#{name}")
        channel.members = [it for it in channel.members if it != workspace.bot.id]
    await says(bureau, f"schedule test hourly in {where}")
    assert not bureau.schedules.held
    assert words in bureau.told()
    assert "`/invite @readiness` there" in bureau.told()
    assert ruled.entries_[0].outcome == "failed"


async def test_pause_and_resume(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, f"pause {there.id}")
    assert bureau.schedules.held[there.id] == structs.replace(there, paused=True)
    assert "*Paused*" in posted(bureau)
    await says(bureau, f"resume {there.id}", 2)
    assert bureau.schedules.held[there.id] == there
    assert "*Goes on*" in posted(bureau)
    assert [entry.verb for entry in ruled.entries_] == [Verb.SCHEDULE] * 2


async def test_a_removal_that_is_delivered_twice_never_fails(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, f"remove {there.id}")
    bureau.office.memory.forget_answers()  # killed before it was remembered
    await says(bureau, f"remove {there.id}")
    assert not bureau.schedules.held
    assert "*Schedule removed*" in posted(bureau)
    assert len(bureau.office.seen()) == 1
    assert [entry.outcome for entry in ruled.entries_] == ["done", "done"]
    await says(bureau, f"remove {there.id}", 2)
    assert f"there is no schedule {there.id}" in bureau.told()


async def test_the_nearest_id_is_offered(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, "pause s-7f3a9d")
    assert f"did you mean {there.id}?" in bureau.told()
    assert ruled.entries_[0].outcome == "failed"


def opened(bureau: Bureau, user: str = "alice") -> str:
    workspace = bureau.office.slack.workspace
    modal = workspace.modal(workspace.user(user).id)
    return words_of_view(modal) if modal else ""


async def test_without_a_time_the_form_opens_filled_in(bureau: Bureau, ruled: Ruled) -> None:
    ruled.barred[bureau.office.asker().user] = {"test"}
    workspace = bureau.office.slack.workspace
    alice = workspace.user("alice").id
    trigger = workspace.new_trigger(alice, channel=ident(bureau)).id
    await says(bureau, "schedule prod-eu only-changes", trigger_id=trigger)
    modal = workspace.modal(alice)
    assert modal
    assert [it["value"] for it in modal.state["which"]["which"]["selected_options"]] == ["cluster prod-eu"]
    assert modal.state["mode"]["mode"]["selected_option"]["value"] == "only-changes"
    assert modal.state["channel"]["channel"]["selected_conversation"] == ident(bureau)
    assert "cluster test" not in str(modal.body)
    assert ruled.entries_[0].detail == "form opened"
    assert not bureau.schedules.held


async def test_a_click_that_is_too_old_leads_to_a_button(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, "schedule prod-eu")
    await says(bureau, f"edit {there.id}", 2)
    assert opened(bureau) == ""
    assert bureau.told().count("Open the form") == 2
    assert "say:schedule prod-eu" in bureau.told()
    assert [entry.detail for entry in ruled.entries_] == ["form offered"] * 2


async def test_a_form_that_is_submitted_is_authorised_like_words(bureau: Bureau, ruled: Ruled) -> None:
    plan = Plan(Selection(("prod-*",)), DAY, ident(bureau))
    await says(bureau, "", intent=plan)
    assert len(bureau.schedules.held) == 1
    ruled.barred[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, "", 2, intent=structs.replace(plan, timing=Timing(every=3600)))
    assert len(bureau.schedules.held) == 1
    assert [entry.outcome for entry in ruled.entries_] == ["done", "refused"]
    assert ruled.entries_[0].what == f'schedule prod-* at:"daily 09:00 Europe/Berlin" in #{ident(bureau)}'


async def test_without_the_store_nothing_is_said_to_be_scheduled(bureau: Bureau, ruled: Ruled) -> None:
    bureau.schedules.broken = True
    await says(bureau, "schedule test hourly")
    assert "the store cannot be used just now" in bureau.told()
    assert not bureau.office.seen()
    assert ruled.entries_[0].outcome == "failed"


async def test_where_slack_cannot_be_asked_nothing_is_kept(bureau: Bureau, ruled: Ruled) -> None:
    bureau.office.goes_wrong(Fault("conversations.info", "status", status=503, times=4))
    await says(bureau, "schedule test hourly")
    assert not bureau.schedules.held
    assert ruled.entries_[0].outcome == "failed"


async def test_plain_words_make_one_and_what_is_not_sure_is_offered(bureau: Bureau, ruled: Ruled) -> None:
    await says(bureau, "post a digest of all production clusters every day at 9 in #ops")
    [kept] = bureau.schedules.held.values()
    assert (kept.selection, kept.channel) == (Selection(environment="production"), ident(bureau))
    for number, more in enumerate(({}, {"message_ts": "1.2", "thread_ts": "1.2"}), 2):
        await says(bureau, "post a digest of prodution every day at 9", number, **more)
    assert len(bureau.schedules.held) == 1
    assert [entry.cluster for entry in ruled.entries_] == ["prod-eu, prod-us", "", ""]
    assert bureau.told().count('say:schedule environment:"production" at:"daily 09:00 UTC"') == 2
