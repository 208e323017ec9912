"""Many at once, and the same thing more than once: one run, one root message a channel, everyone answered."""

import asyncio

import pytest

from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from deploy.sandbox.slack.transport import INTERACTIVE, SLASH_COMMANDS
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

PEOPLE = 30
CHANNELS = ("ops", "general", "platform")


def crowd(stage: Stage) -> list[str]:
    """Thirty people who are in every channel."""
    workspace = stage.slack.workspace
    workspace.add_channel("platform", workspace.bot.id)
    names = [f"person-{number}" for number in range(PEOPLE)]
    ids = [workspace.add_user(name).id for name in names]
    for channel in CHANNELS:
        workspace.channel(channel).members += ids
    return names


def reads(stage: Stage) -> int:
    """How often the cluster `prod` was read."""
    return sum(seen.path == "/version" for seen in stage.clusters[0].requests)


@pytest.mark.parametrize("channels", [CHANNELS[:1], CHANNELS], ids=["in one channel", "in three"])
async def test_thirty_people_ask_at_once(stage: Stage, channels: tuple[str, ...]) -> None:
    prod, people = stage.clusters[0], crowd(stage)
    prod.faults = Faults(stall={"pods"})
    await stage.bot()
    places = {person: channels[number % len(channels)] for number, person in enumerate(people)}
    asked = await asyncio.gather(*(stage.slack.people.command(who, at, "prod") for who, at in places.items()))
    assert all(shown.acknowledged for shown in asked)
    links = {channel: _link(await stage.root("Checking", channel)) for channel in channels}

    def told() -> list[str]:
        return [who for who, at in places.items() if any(links[at] in said for said in stage.whispers(who))]

    # In each channel one has asked for the message that the others are pointed to.
    await stage.eventually(lambda: len(told()) == PEOPLE - len(channels), "a word to everyone else")
    assert {places[person] for person in people if person not in told()} == {*channels}
    prod.faults = NO_FAULTS
    for channel in channels:
        said = words_of(await stage.finished("prod", channel))
        assert f"and {PEOPLE // len(channels) - 5} more" in said.rpartition("Asked by")[2]
        assert len(stage.messages(channel)) == 1
    assert len(told()) == PEOPLE - len(channels)
    assert reads(stage) == 1


def _link(root: Message) -> str:
    return f"{root.channel}/p{root.ts.replace('.', '')}"


async def test_what_is_delivered_more_than_once_is_answered_once(hasty: Stage) -> None:
    people, alice = hasty.slack.people, Person(hasty)
    hasty.configuration["access"] = [{"verbs": ["waive"], "users": [alice.id]}]
    bot = await hasty.bot()
    asked = await people.command("alice", "#ops", "prod", duplicates=3)
    root = await hasty.finished("prod")
    clicked = await people.click("alice", "#ops", root.ts, "How to fix", duplicates=3)
    mention = await people.say("alice", "#ops", "@readiness explain replicas", duplicates=3)
    await people.click("alice", "#ops", root.ts, "Waive", duplicates=3)
    await alice.form()
    what = {"what": "Every finding of disruption-budgets (1)", "Why": "known"}
    submitted = await people.submit("alice", what, duplicates=3)
    await alice.sees("*Waived*")

    # And again when all is long done, as Slack does minutes later.
    for kind, shown in ((SLASH_COMMANDS, asked), (INTERACTIVE, clicked), (INTERACTIVE, submitted)):
        assert (await hasty.slack.deliveries.send(kind, shown.payload)).acknowledged
    await hasty.slack.deliveries.settled()
    await alice.types("list", "*Clusters*", alone=True)
    assert await bot.end() == 0

    assert (reads(hasty), len(hasty.messages()), len(hasty.whispers("alice"))) == (1, 1, 1)
    thread = [words_of(reply) for reply in hasty.replies(root)]
    assert [sum(words in said for said in thread) for words in ("*How to fix*", "*Waived*")] == [2, 1]
    assert len(thread) == 9
    assert len(hasty.slack.workspace.replies(mention)) == 1
    opened = [call.answer for call in hasty.slack.calls if call.method == "views.open"]
    assert opened == ["ok"]
