"""Schedules: by a command and by a form, in Slack, in the file, in the tab and on the command line."""

import msgspec
import pytest

from deploy.sandbox.slack.seeing import words_of, words_of_view
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage
from tests.e2e.slack.test_home import gone, opens, sees

pytestmark = pytest.mark.e2e


async def begun(stage: Stage) -> tuple[Person, Person]:
    """Return alice, who may schedule, and bob, who may not; one schedule is in the file."""
    alice, bob = Person(stage), Person(stage, "bob")
    ops = stage.slack.workspace.channel("#ops").id
    stage.configuration["access"] = [{"verbs": ["schedule"], "users": [alice.id]}]
    stage.configuration["schedules"] = [
        {"name": "yearly", "clusters": ["*"], "at": "cron 0 9 1 1 *", "zone": "Asia/Kolkata", "channel": ops}
    ]
    await stage.bot()
    return alice, bob


async def rows(stage: Stage) -> list[dict[str, object]]:
    code, said = await stage.run("schedules", "-o", "json")
    assert code == 0, said
    return msgspec.json.decode(said, type=list[dict[str, object]])


async def test_a_schedule_from_the_command_to_its_removal(hasty: Stage) -> None:
    alice, bob = await begun(hasty)
    await opens(hasty, "*Schedules*  1 schedule")
    refused = await bob.types("schedule prod daily 09:00", "you may not change schedules on prod", alone=True)
    assert buttons(refused) == []
    absent = "schedule prod daily 09:00 in #private-sre"
    assert "/invite" in words_of(await alice.types(absent, "I am not in", alone=True))

    made = await alice.types("schedule prod daily 09:00 Europe/Berlin in #ops", "*Scheduled*")
    for words in ("A digest of `prod`, daily 09:00 Europe/Berlin", "Next: ", " 09:00 Europe/Berlin and "):
        assert words in words_of(made)
    assert buttons(made) == ["Pause", "Run now", "Edit", "Remove"]
    await sees(hasty, "*Schedules*  2 schedules")

    kept = await rows(hasty)
    assert [(row["source"], row["at"], row["paused"]) for row in kept] == [
        ("readiness.yaml", "cron 0 9 1 1 * Asia/Kolkata", False),
        ("Slack", "daily 09:00 Europe/Berlin", False),
    ]
    ident = str(kept[1]["id"])
    listed = await bob.types("schedules", "*Scheduled*  2 schedules", alone=True)
    assert buttons(listed) == []
    file = await alice.types("pause yearly", "is changed there, not in Slack", alone=True)
    assert "readiness.yaml" in words_of(file)

    await alice.clicks(made, "Pause", "*Paused*")
    assert [row["next"] for row in await rows(hasty)][1] is None
    listed = await alice.types("schedules prod", ident, alone=True)
    assert buttons(listed) == ["Run now", "Resume", "Run now", "Edit", "Remove"]
    await alice.clicks(listed, f"say:remove {ident}", "*Schedule removed*")
    assert [row["id"] for row in await rows(hasty)] == ["yearly"]
    await gone(hasty, ident)
    code, told = await hasty.run("schedules")
    assert code == 0
    assert "1 schedule: 1 of readiness.yaml, 0 of Slack." in told


async def test_a_schedule_by_the_form(hasty: Stage) -> None:
    alice, _ = await begun(hasty)
    await hasty.slack.people.command("alice", "#ops", "schedule staging only-changes")
    form = await alice.form()
    assert "Interval or crontab" in words_of_view(form)
    for wrong, field, why in (
        ({"when": "free", "free": "1m"}, "free", "too often"),
        ({"when": "weekdays"}, "when", "An interval or crontab is written below"),
        ({"free": "", "zone": "Europe/Berln"}, "zone", "Europe/Berlin"),
    ):
        shown = await alice.submits(**wrong)
        assert why in shown.errors[field]
    assert [row["id"] for row in await rows(hasty)] == ["yearly"]

    elsewhere = hasty.slack.workspace.channel("#private-sre").id
    shown = await alice.submits(when="weekdays", zone="UTC", channel=elsewhere)
    assert "/invite @" in shown.errors["channel"]
    assert shown.view is not None

    ops = hasty.slack.workspace.channel("#ops").id
    week = {"when": "days", "days": ["mon", "thu"], "at": "17:30"}
    shown = await alice.submits(**week, zone="europe/berlin", channel=ops)
    assert shown.view is None
    made = await alice.sees("*Scheduled*")
    for words in ("`staging`, mon, thu 17:30 Europe/Berlin", "Nothing is posted where nothing changed."):
        assert words in words_of(made)

    form = await alice.opens(made, "Edit")
    assert form.state["days"]["days"]["selected_options"][1]["value"] == "thu"
    await alice.submits(which=["every"], when="free", free="4h")
    changed = await alice.sees("*Schedule changed*")
    assert "every cluster (2 clusters: `prod` and `staging`), every 4 h" in words_of(changed)
    assert len(await rows(hasty)) == 2


async def test_a_digest_that_is_run_now_is_posted(hasty: Stage) -> None:
    alice, _ = await begun(hasty)
    made = await alice.types("schedule prod daily 09:00 Europe/Berlin", "*Scheduled*")
    await alice.presses(made, "Run now")
    await hasty.whisper("alice", "The digest is made now")
    root = await hasty.root("history starts here")
    assert "`prod`" in words_of(root)
