"""A channel that takes no alerts: how often it is tried, and who is told."""

from checks.turns import State
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of
from tests.handlers.alerts.lookout import BAD, CLUSTER, FINE, Lookout


async def refused(lookout: Lookout, **told: object) -> str:
    """Let a channel refuse an alert that a schedule of alice's wants; return the channel."""
    alice = lookout.bureau.office.slack.workspace.user("alice").id
    channel = lookout.plan("#general", configured=False, user=alice, **told).channel
    lookout.bureau.office.goes_wrong(
        Fault("chat.postMessage", "error", channel=channel, error="is_archived", times=0)
    )
    await lookout.turn_bad()
    return channel


def tries(lookout: Lookout, channel: str) -> int:
    return sum(it["channel"] == channel for it in lookout.bureau.office.called("chat.postMessage"))


def direct(lookout: Lookout) -> list[str]:
    """What alice is told in her own messages."""
    workspace = lookout.bureau.office.slack.workspace
    own = workspace.im(workspace.user("alice").id).id
    return [words_of(message) for message in lookout.bureau.office.seen(own)]


async def test_a_channel_that_takes_nothing_for_good_is_tried_more_and_more_seldom(lookout: Lookout) -> None:
    channel = await refused(lookout)
    for _ in range(24):
        await lookout.see(BAD)
    assert tries(lookout, channel) == 6  # after 0, 1, 2, 4, 8 and 16 hours
    for _ in range(24 * 10):
        await lookout.see(BAD)
    assert tries(lookout, channel) <= 6 + 10


async def test_whoever_wants_alerts_there_is_told_once_what_to_do(lookout: Lookout) -> None:
    channel = await refused(lookout)
    for _ in range(60):
        await lookout.see(BAD)
    (told,) = direct(lookout)
    for words in (
        f"What turned bad on `{CLUSTER}` is not told in <#{channel}>: this channel is archived.",
        "What to do: choose another channel for `plan-0`",
        "Edit",
    ):
        assert words in told


async def test_who_made_several_is_told_once_and_who_wrote_the_file_is_not(lookout: Lookout) -> None:
    lookout.plan("#general")
    alice = lookout.bureau.office.slack.workspace.user("alice").id
    lookout.plan("#general", configured=False, user=alice)
    await refused(lookout)
    assert len(direct(lookout)) == 1


async def test_a_channel_that_opens_again_is_told_what_holds_and_refuses_anew(lookout: Lookout) -> None:
    channel = await refused(lookout)
    lookout.bureau.office.slack.faults.clear()
    await lookout.see(BAD)
    assert len(lookout.told("#general")) == 1
    content = lookout.bureau.watches.kept[CLUSTER, channel]
    state = State.decode(content)
    assert state
    assert state.refused is None


async def test_an_edit_in_a_channel_that_was_archived_is_no_loop_either(lookout: Lookout) -> None:
    lookout.plan("#general")
    await lookout.turn_bad()
    lookout.bureau.office.goes_wrong(Fault("chat.update", "error", error="is_archived", times=0))
    for _ in range(8):
        await lookout.see(FINE)
    assert len(lookout.bureau.office.called("chat.update")) == 4
    lookout.bureau.office.slack.faults.clear()
    for _ in range(8):
        await lookout.see(FINE)
    assert lookout.recovered("#general")
