"""Where the bot may not write: whoever asked hears it, alone, with the answer and what to do."""

from collections.abc import Iterator

import pytest

from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

INVITE = "I am not in this channel: `/invite @readiness`, or ask in a direct message"
FORBIDDEN = "This workspace does not let me post here: an admin may allow it"
ARCHIVED = "This channel is archived: ask in another channel or in a direct message"


def places(stage: Stage) -> Iterator[tuple[str, str]]:
    """Channels in which the bot cannot post, each with what is said about it."""
    workspace = stage.slack.workspace
    alice, bot = workspace.user("alice").id, workspace.bot.id
    workspace.add_channel("public", alice)
    workspace.add_channel("private", alice, kind="private_channel")
    for name, code in (
        ("announcements", "restricted_action"),
        ("read-only", "restricted_action_read_only_channel"),
        ("archived-just-now", "is_archived"),
    ):
        workspace.add_channel(name, alice, bot).restricted = code
    yield "public", INVITE
    yield "private", INVITE
    yield "announcements", FORBIDDEN
    yield "read-only", FORBIDDEN
    yield "archived-just-now", ARCHIVED


async def test_a_command_where_the_bot_cannot_post(hasty: Stage, subtests: pytest.Subtests) -> None:
    await hasty.bot()
    for channel, said in places(hasty):
        with subtests.test(channel):
            alice = Person(hasty, channel=f"#{channel}")
            first = await alice.types("prod", said, alone=True)
            assert "*Checking*  `prod`" in words_of(first) or "Earlier" in words_of(first)
            final = await alice.sees("*NOT READY*  `prod`", alone=True)
            assert words_of(final).startswith(said)
            await alice.sees("More than this does not fit here: ask in a direct message", alone=True)
            assert not hasty.messages(f"#{channel}")


async def test_a_click_after_the_bot_was_removed(hasty: Stage) -> None:
    await hasty.bot()
    alice = Person(hasty)
    await alice.types("prod", "Checking")
    root = await hasty.finished("prod")
    replies = len(hasty.replies(root))
    await hasty.slack.people.kick("alice", "#ops", "readiness")
    fix = await alice.clicks(root, "How to fix", INVITE, alone=True)
    assert "*How to fix*  `prod`" in words_of(fix)
    await alice.presses(root, "Run again")
    again = await alice.sees("*NOT READY*  `prod`", after=fix.ts, alone=True)
    assert words_of(again).startswith(INVITE)
    assert (len(hasty.messages()), len(hasty.replies(root))) == (1, replies)


async def reading(stage: Stage) -> tuple[Person, Message]:
    """Let somebody ask for a run that does not end before the cluster is without faults."""
    stage.clusters[0].faults = Faults(stall={"pods"})
    await stage.bot()
    alice = Person(stage)
    return alice, await alice.types("prod", "reading:")


async def test_a_channel_that_is_archived_in_the_middle_of_a_run(hasty: Stage) -> None:
    alice, root = await reading(hasty)
    hasty.slack.faults.put(
        Fault("chat.update", "error", error="is_archived", times=0),
        Fault("chat.postMessage", "error", error="is_archived", times=0, channel=root.channel),
    )
    hasty.clusters[0].faults = NO_FAULTS
    final = await alice.sees("*NOT READY*  `prod`", alone=True)
    assert words_of(final).startswith(ARCHIVED)


async def test_a_root_message_that_is_deleted_while_the_run_goes(hasty: Stage) -> None:
    _, root = await reading(hasty)
    await hasty.slack.people.delete("alice", "#ops", root.ts)
    hasty.clusters[0].faults = NO_FAULTS
    final = await hasty.finished("prod")
    assert final.ts != root.ts
    assert "*NOT READY*  `prod`" in words_of(final)
    assert len(hasty.messages()) == 1
    assert not hasty.replies(root)


async def test_a_root_message_that_is_deleted_afterwards(hasty: Stage) -> None:
    await hasty.bot()
    alice = Person(hasty)
    await alice.types("prod", "Checking")
    root = await hasty.finished("prod")
    fix = hasty.replies(root)[-1]
    await hasty.slack.people.delete("alice", "#ops", root.ts)
    assert "5 to" in await alice.turns(fix, "Next")
