"""The Home tab: what somebody may see, worked with, and kept true by whatever ends."""

import pytest

from deploy.sandbox.slack.blocks import elements
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage
from tests.e2e.slack.test_forms import day

pytestmark = pytest.mark.e2e

CLUSTERS = [
    {"name": "prod", "environment": "production"},
    {"name": "staging", "environment": "test"},
    {"name": "lab", "environment": "test", "context": "staging"},
]


def home(stage: Stage, user: str = "alice") -> str:
    """What somebody has in their Home tab, every text and every button."""
    workspace = stage.slack.workspace
    view = workspace.home(workspace.user(user).id)
    return str(view.body["blocks"]) if view else ""


async def opens(stage: Stage, words: str, user: str = "alice") -> str:
    """Open the tab, and see these words in it."""
    await stage.slack.people.open_home(user)
    return await sees(stage, words, user)


async def sees(stage: Stage, words: str, user: str = "alice") -> str:
    """Look at the tab until it has these words."""

    def seen() -> str:
        return home(stage, user) if words in home(stage, user) else ""

    return await stage.eventually(seen, f"{words!r} in the tab of {user}: {home(stage, user)}")


async def gone(stage: Stage, words: str, user: str = "alice") -> None:
    """Look at the tab until these words are gone."""
    await stage.eventually(lambda: words not in home(stage, user), f"{words!r} goes")


async def clicks(stage: Stage, button: str, value: str | None = None, user: str = "alice") -> None:
    """Click in the tab, by the command of a button, or choose in its menu."""
    shown = await stage.slack.people.click_home(user, button, value)
    assert shown.acknowledged, shown.problem


def published(stage: Stage, user: str) -> int:
    ident = stage.slack.workspace.user(user).id
    return sum(
        call.method == "views.publish" and call.arguments["user_id"] == ident for call in stage.slack.calls
    )


async def test_a_run_from_the_tab_of_one_renews_that_of_everybody_who_may_see_it(hasty: Stage) -> None:
    hasty.configuration["clusters"] = CLUSTERS
    workspace = hasty.slack.workspace
    alice = Person(hasty, channel=workspace.im(workspace.user("alice").id).id)
    hasty.configuration["access"] = [
        {"verbs": ["view", "run"], "clusters": ["staging", "lab"]},
        {"verbs": ["view", "run"], "clusters": ["prod"], "users": [alice.id]},
        {"verbs": ["view", "run"], "users": [alice.id]},
    ]
    await hasty.bot()
    first = await opens(hasty, "3 never checked")
    assert "None of them was checked yet." in first
    assert "2 never checked" in await opens(hasty, "staging", "bob")
    assert "prod" not in home(hasty, "bob")

    await clicks(hasty, "say:check prod")
    report = await alice.sees("Full report")
    assert "prod" in words_of(report)
    await sees(hasty, "NOT READY, grade")
    assert "1 NOT READY, 2 never checked" in home(hasty)
    assert published(hasty, "bob") == 1, "nothing that he may see has changed"
    assert not hasty.messages()

    await clicks(hasty, "say:check staging", user="bob")
    await sees(hasty, "2 NOT READY, 1 never checked")
    await sees(hasty, "1 NOT READY, 1 never checked", "bob")
    assert "prod" not in home(hasty, "bob")

    after = workspace.new_ts()
    await clicks(hasty, "say:show prod")
    assert "prod" in words_of(await alice.sees("Full report", after))


async def test_one_environment_and_what_ends_soon(hasty: Stage) -> None:
    hasty.configuration["clusters"] = CLUSTERS
    workspace = hasty.slack.workspace
    alice = Person(hasty, channel=workspace.im(workspace.user("alice").id).id)
    hasty.configuration["access"] = [{"verbs": ["admin"], "users": [alice.id]}]
    bot = await hasty.bot()
    await opens(hasty, "3 never checked")
    await clicks(hasty, "say:environment", "test")
    await sees(hasty, "2 never checked")
    assert "check prod" not in home(hasty)

    # From elsewhere, by somebody else, and of another environment: nothing changes here.
    await Person(hasty).types("prod", "Full report")
    root = await hasty.finished("prod")
    await Person(hasty).types("staging", "Full report")
    await sees(hasty, "1 NOT READY, 1 never checked")
    assert "check prod" not in home(hasty)

    await clicks(hasty, "say:environment", "All environments")
    await sees(hasty, "2 NOT READY, 1 never checked")
    await Person(hasty).opens(root, "Waive")
    await Person(hasty).submits(what="Every finding of cni (1)", Why="an agent", until=day(3))
    await sees(hasty, "Ending soon")
    waived = await Person(hasty).sees("*Waived*")
    view = workspace.home(alice.id)
    assert view
    offered = [element["action_id"] for block in view.body["blocks"] for element in elements(block)]
    await clicks(hasty, next(action for action in offered if action.startswith("say:edit ")))
    assert "an agent" in str((await alice.form()).body)
    await Person(hasty).clicks(waived, "Withdraw", "*Waiver withdrawn*")
    await gone(hasty, "Ending soon")

    # Another process knows what was chosen.
    await clicks(hasty, "say:environment", "production")
    await gone(hasty, "check staging")
    assert await bot.end() == 0
    await hasty.bot()
    before = published(hasty, "alice")
    await hasty.slack.people.open_home("alice")
    await hasty.eventually(lambda: published(hasty, "alice") > before, "the tab anew")
    assert "check staging" not in home(hasty)
