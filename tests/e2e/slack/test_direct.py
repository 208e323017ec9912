"""Mentions and direct messages: the same words, answered in the thread."""

import pytest

from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e


async def done(stage: Stage, asked: Message, mark: str = "white_check_mark") -> None:
    """Wait for the mark, and see that the eyes are gone."""
    await stage.eventually(lambda: [*asked.reactions] == [mark], f"{mark}: {asked.reactions}")


async def test_a_mention_is_answered_in_its_thread(hasty: Stage) -> None:
    alice, people = Person(hasty), hasty.slack.people
    hasty.configuration["access"] = [{"verbs": ["waive"], "users": [alice.id]}]
    await hasty.bot()
    asked = await people.say("alice", "#ops", "<@readiness> check prod, please", duplicates=2)
    await hasty.eventually(lambda: "eyes" in asked.reactions or asked.reactions, "a sign")
    report = await alice.sees("Full report")
    assert report.thread_ts == asked.ts
    await done(hasty, asked)
    replies = [words_of(message) for message in hasty.replies(asked)]
    assert sum("Full report" in said for said in replies) == 1
    assert sum("*How to fix*  `prod`" in said for said in replies) == 1
    assert not hasty.messages()

    follow_up = await people.say("bob", "#ops", "<@readiness> fix prod cni", asked.ts)
    fix = await alice.sees("*The pod network runs on every node* `cni`", follow_up.ts)
    assert fix.thread_ts == asked.ts
    await done(hasty, follow_up)

    again = await alice.clicks(report, "Run again", "Full report")
    assert again.thread_ts == asked.ts

    unclear = await people.say("bob", "#ops", "hey <@readiness>, is prdo okay?")
    told = await Person(hasty, "bob").sees("Which cluster is", alone=True)
    assert told.thread_ts in ("", unclear.ts)
    await done(hasty, unclear, "warning")

    refused = await people.say("bob", "#ops", "<@readiness> waive prod cni")
    await Person(hasty, "bob").sees("you may not waive", refused.ts, alone=True)
    wanted = await people.say("alice", "#ops", "<@readiness> waive prod cni")
    told = await alice.sees("the form is ready", wanted.ts, alone=True)
    form = await alice.opens(told, "Open the form")
    assert form.state["what"]["what"]["selected_option"]["value"] == "cni"

    for said in ("prod looks bad today", "@readiness", "ask readiness"):
        await people.say("alice", "#ops", said)
    await hasty.slack.deliveries.settled()
    assert not hasty.messages()


async def test_direct_messages_and_channels_without_the_bot(hasty: Stage) -> None:
    await hasty.bot()
    people = hasty.slack.people
    home = await people.open_home("alice", "messages")
    alice = Person(hasty, channel=home.id)
    for said, words in (
        ("help", "Is this cluster ready for production?"),
        ("prod", "Full report"),
        ("explain cni in prod", "*fail* on `prod`"),
        ("list", "*Clusters*"),
        ("waivers", "Nothing is waived"),
        ("prdo", "Did you mean"),
    ):
        asked = await people.say("alice", "readiness", said)
        answer = await alice.sees(words, asked.ts)
        assert answer.thread_ts == asked.ts, said
        assert not answer.only_for
        await done(hasty, asked, "warning" if said == "prdo" else "white_check_mark")
    wanted = await people.say("alice", "readiness", "report prod")
    await done(hasty, wanted)
    assert [len(reply.files) for reply in hasty.replies(wanted)] == [1]
    follow_up = await people.say("alice", "readiness", "fix prod", wanted.ts)
    fix = await alice.sees("*How to fix*  `prod`", follow_up.ts)
    assert fix.thread_ts == wanted.ts
    clicked = await alice.clicks(fix, "Explain", "*fail* on `prod`")
    assert clicked.thread_ts == wanted.ts
    posted = hasty.slack.workspace.messages[home.id].values()
    assert all(message.thread_ts for message in posted if message.by_bot)

    outside = Person(hasty, channel="#private-sre")
    told = await outside.types("prod", "Full report", alone=True)
    assert "I am not in this channel: `/invite @readiness`" in words_of(told)
    await outside.types("", "ready for production", alone=True)
    assert not hasty.messages("#private-sre")
