"""The list of schedules: what is there for whom."""

from datetime import datetime, timedelta

import pytest
from msgspec import structs

from handlers.dispatch import answer
from handlers.home import renew
from handlers.intents import Home, Verb
from handlers.request import Asker
from handlers.schedules.listing import Agenda
from handlers.schedules.model import Fired, Outcome, Schedule, Selection
from tests.bot.output.sample import NOW
from tests.handlers.bureau import Bureau
from tests.handlers.render.scheduled import CLUSTERS, DAILY, MORNING
from tests.handlers.schedules.ruled import Ruled, keep, says, theirs


async def test_the_two_kinds_are_shown_apart_with_what_became_of_them(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    keep(bureau, MORNING)
    bureau.schedules.fired[there.id] = Fired(
        nominal=NOW, at=NOW - timedelta(hours=2), outcome=Outcome.SKIPPED, detail="Christmas Day"
    )
    await says(bureau, "schedules")
    told = bureau.told()
    assert told.index("From readiness.yaml") < told.index("`morning`") < told.index("Made in Slack")
    assert told.index("Made in Slack") < told.index(there.id)
    assert "skipped 2 h ago" in told
    assert "Christmas Day" in told
    assert (ruled.entries_[0].what, ruled.entries_[0].verb) == ("schedules", Verb.VIEW)


async def test_of_one_cluster_only_those_about_it_are_listed(bureau: Bureau, ruled: Ruled) -> None:
    there = theirs(bureau)
    keep(bureau, MORNING, structs.replace(DAILY, id="s-000001", selection=Selection(("test",))))
    await says(bureau, "schedules eu")
    assert there.id in bureau.told()
    assert "morning" in bureau.told()
    assert "s-000001" not in bureau.told()
    assert ruled.entries_[0].cluster == "prod-eu"


async def test_of_hidden_clusters_nothing_is_told(bureau: Bureau, ruled: Ruled) -> None:
    ruled.hidden[bureau.office.asker().user] = {"prod-us"}
    hidden = structs.replace(DAILY, id="s-h1dd3n", selection=Selection(("prod-us",)))
    keep(bureau, hidden, structs.replace(DAILY, selection=Selection(("prod-us", "prod-eu"))))
    await says(bureau, "schedules")
    assert "1 schedule" in bureau.told()
    assert "prod-eu" in bureau.told()
    assert "prod-us" not in bureau.told()
    assert "h1dd3n" not in bureau.told()


@pytest.mark.parametrize("denied", [True, False])
async def test_buttons_are_for_those_who_may(bureau: Bureau, ruled: Ruled, denied: bool) -> None:  # noqa: FBT001
    there = theirs(bureau)
    ruled.denied = {Verb.SCHEDULE} if denied else set()
    await says(bureau, "schedules")
    assert (f"pause {there.id}" in bureau.told()) is not denied


async def test_a_page_beyond_the_last_is_the_last(bureau: Bureau, ruled: Ruled) -> None:
    keep(bureau, *(structs.replace(DAILY, id=f"s-00000{number}") for number in range(7)))
    await says(bureau, "schedules page:9")
    assert "6 to 7 of 7 schedules" in bureau.told()
    assert ruled.entries_[0].outcome == "done"


async def test_what_is_due_next_is_computed_once_for_everybody(
    bureau: Bureau, ruled: Ruled, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = {f"s-00000{number}": NOW + timedelta(hours=9 - number) for number in range(8)}
    keep(bureau, *(structs.replace(DAILY, id=name) for name in due))
    keep(bureau, structs.replace(DAILY, id="s-aaaaaa", paused=True))
    asked = []

    def next_time(schedule: Schedule, _: datetime) -> datetime | None:
        asked.append(schedule.id)
        return due.get(schedule.id)

    monkeypatch.setattr(bureau.schedules, "next_time", next_time)
    agenda = Agenda(bureau.desk)
    for user in ("U1", "U2"):
        upcoming = await agenda.upcoming(Asker(user, ""), CLUSTERS)
        assert upcoming.total == 9
        assert [it.schedule.id for it in upcoming.shown] == [f"s-00000{number}" for number in (7, 6, 5, 4, 3)]
    assert len(asked) == 9 + 2 * 5
    assert not ruled.entries_


async def test_the_home_tab_shows_them_and_is_renewed(bureau: Bureau, ruled: Ruled) -> None:
    workspace = bureau.office.slack.workspace
    alice = workspace.user("alice").id

    def seen() -> str:
        home = workspace.home(alice)
        return str(home.body["blocks"]) if home else ""

    request = structs.replace(bureau.request(intent=Home(), url=False), asker=Asker(alice, ""))
    await answer(bureau.desk, request)
    assert "*Schedules*" not in seen()
    there = theirs(bureau)
    await renew(bureau.desk)
    assert "*Schedules*  1 schedule" in seen()
    assert f"remove {there.id}" in seen()
    ruled.hidden[alice] = {"prod-eu"}
    await renew(bureau.desk)
    assert there.id not in seen()
