"""Whose business a schedule is, and what is told to everybody else."""

import pytest
from msgspec import structs

from handlers.intents import Verb
from handlers.schedules.model import Mode, Selection, Timing
from tests.handlers.bureau import Bureau
from tests.handlers.render.scheduled import DAILY, MORNING
from tests.handlers.schedules.ruled import Ruled, ident, keep, posted, says, theirs


async def test_who_may_not_schedule_each_cluster_is_refused(bureau: Bureau, ruled: Ruled) -> None:
    ruled.barred["bob-and-all"] = set()
    ruled.barred[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, "schedule prod-* hourly")
    assert "you may not change schedules on prod-us" in bureau.told()
    await says(bureau, "schedule prod-eu hourly", 2)
    assert [it.selection.clusters for it in bureau.schedules.held.values()] == [("prod-eu",)]
    assert [entry.outcome for entry in ruled.entries_] == ["refused", "done"]


async def test_rules_of_the_channel_that_it_is_posted_to_count(bureau: Bureau, ruled: Ruled) -> None:
    ruled.barred[ident(bureau, "#general")] = {"prod-us"}
    bureau.office.slack.workspace.channel("#general").members.append(bureau.office.slack.workspace.bot.id)
    await says(bureau, "schedule prod-* hourly in #general")
    assert not bureau.schedules.held
    assert "you may not change schedules on prod-us in that channel" in bureau.told()
    assert ruled.entries_[0].outcome == "refused"


async def test_what_is_hidden_is_neither_needed_nor_told(bureau: Bureau, ruled: Ruled) -> None:
    ruled.hidden[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, "schedule prod-* hourly")
    assert "`prod-*` (1 cluster: `prod-eu`)" in posted(bureau)
    assert ruled.entries_[0].cluster == "prod-eu"
    await says(bureau, "schedule prod-us hourly", 2)
    assert "there is no cluster `prod-us`" in bureau.told()


COMMANDS = ("pause {}", "resume {}", "trigger {}", "edit {}", "remove {}", "schedule test hourly id:{}")


@pytest.mark.parametrize("command", COMMANDS)
async def test_one_of_hidden_clusters_is_not_there(bureau: Bureau, ruled: Ruled, command: str) -> None:
    there = theirs(bureau)
    ruled.hidden[bureau.office.asker().user] = {"prod-eu"}
    await says(bureau, command.format(there.id))
    hidden = bureau.told()
    await says(bureau, command.format("s-7f3a9d"), 2)
    assert f"there is no schedule {there.id}" in hidden
    assert bureau.told().count("there is no schedule") == 2
    assert "did you mean" not in bureau.told()
    assert bureau.schedules.held == {there.id: there}
    assert not bureau.schedules.asked
    assert [entry.outcome for entry in ruled.entries_] == ["failed", "failed"]
    assert "prod-eu" not in bureau.told()


@pytest.mark.parametrize("command", COMMANDS)
async def test_one_that_tells_of_more_than_one_sees_cannot_be_changed(
    bureau: Bureau, ruled: Ruled, command: str
) -> None:
    there = theirs(bureau, structs.replace(DAILY, selection=Selection(("prod-*",))))
    ruled.hidden[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, command.format(there.id))
    assert f"you may not change schedules on every cluster of {there.id}" in bureau.told()
    assert "prod-us" not in bureau.told()
    assert bureau.schedules.held == {there.id: there}
    assert not bureau.schedules.asked
    assert ruled.entries_[0].outcome == "refused"


@pytest.mark.parametrize("command", COMMANDS)
async def test_one_of_others_needs_the_same_right(bureau: Bureau, ruled: Ruled, command: str) -> None:
    there = theirs(bureau)
    ruled.barred[bureau.office.asker().user] = {"prod-eu"}
    await says(bureau, command.format(there.id))
    assert "you may not change schedules on prod-eu" in bureau.told()
    assert bureau.schedules.held == {there.id: there}
    assert not bureau.schedules.asked
    assert [(entry.outcome, entry.cluster) for entry in ruled.entries_] == [("refused", "prod-eu")]


@pytest.mark.parametrize("command", COMMANDS)
async def test_one_whose_maker_lost_the_right_too_is_on_record_with_its_clusters(
    bureau: Bureau, ruled: Ruled, command: str
) -> None:
    there = theirs(bureau)
    ruled.hidden |= {there.user: {"prod-eu"}, bureau.office.asker().user: {"prod-eu"}}
    await says(bureau, command.format(there.id))
    assert f"there is no schedule {there.id}" in bureau.told()
    assert "prod-eu" not in bureau.told()
    assert [(entry.outcome, entry.cluster) for entry in ruled.entries_] == [("failed", "prod-eu")]


async def test_a_right_on_the_old_clusters_is_none_on_the_new_ones(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    ruled.barred[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, f"schedule prod-us hourly id:{there.id}")
    assert "you may not change schedules on prod-us" in bureau.told()
    assert bureau.schedules.held == {there.id: there}


async def test_who_changes_one_answers_for_it(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    await says(bureau, f"schedule test every 4h only-changes id:{there.id}")
    [kept] = bureau.schedules.held.values()
    assert kept == structs.replace(
        there,
        selection=Selection(("test",)),
        timing=Timing(every=14_400),
        mode=Mode.CHANGES,
        user=bureau.office.asker().user,
        by=bureau.office.asker().user,
    )
    assert "*Schedule changed*" in posted(bureau)
    assert ruled.entries_[0].cluster == "prod-eu"


@pytest.mark.parametrize("command", ["pause {}", "resume {}", "edit {}", "remove {}"])
async def test_those_of_the_file_are_changed_there(bureau: Bureau, ruled: Ruled, command: str) -> None:
    keep(bureau, MORNING)
    await says(bureau, command.format("morning"))
    assert "morning is written in `readiness.yaml`: it is changed there, not in Slack" in bureau.told()
    assert bureau.schedules.held == {"morning": MORNING}
    assert ruled.entries_[0].outcome == "refused"


async def test_those_of_the_file_can_be_run_by_who_may_on_all_of_it(bureau: Bureau, ruled: Ruled) -> None:
    keep(bureau, MORNING)
    await says(bureau, "trigger morning")
    assert bureau.schedules.asked == [("morning", "T1")]
    ruled.hidden[bureau.office.asker().user] = {"prod-us"}
    await says(bureau, "run-now morning", 2)
    assert len(bureau.schedules.asked) == 1
    assert [entry.outcome for entry in ruled.entries_] == ["done", "refused"]


async def test_who_may_schedule_nothing_gets_no_form(bureau: Bureau, ruled: Ruled) -> None:
    ruled.denied.add(Verb.SCHEDULE)
    await says(bureau, "schedule")
    assert "you may not change schedules" in bureau.told()
    assert ruled.entries_[0].outcome == "refused"
