"""What turned on a cluster, told in the channels that ask for it."""

import pytest
from msgspec import structs

from checks.errors import ReadinessError, StoreError
from checks.model import Result
from checks.turns import State
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of
from handlers.alerts.alerts import look
from handlers.conversation.topic import Topic
from handlers.delivery.errors import SlackRefused, TakenOver
from handlers.intents import Verb
from handlers.schedules.model import Fired, Mode, Outcome, Selection
from tests.bot.output.sample import NOW
from tests.checks.watching import found, unread
from tests.handlers.alerts.lookout import CLUSTER, HOUR, Killed, Lookout

FINE = found()


def failing(*names: str) -> Result:
    """A check that finds fault with what these are called, which belongs to the payments team."""
    result = found(names)
    return structs.replace(
        result, findings=tuple(structs.replace(it, owner="payments") for it in result.findings)
    )


BAD = failing("cart")


async def alerted(lookout: Lookout) -> None:
    """Let an alert be told."""
    for result in (FINE, BAD, BAD):
        await lookout.see(result)
    assert len(lookout.told()) == 1


async def test_a_new_channel_is_told_nothing_of_what_is_so_already(lookout: Lookout) -> None:
    lookout.plan()
    for _ in range(3):
        await lookout.see(BAD)
    assert not lookout.told()


async def test_what_turned_is_posted_once_and_then_edited(lookout: Lookout) -> None:
    lookout.plan()
    await alerted(lookout)
    (message,) = lookout.told()
    assert "• `Deployment shop/cart` (payments): it is wrong" in words_of(message)
    assert "Owner: payments <!subteam^S0604QSJC>" in words_of(message)
    await lookout.see(BAD)
    assert not lookout.bureau.office.called("chat.update")
    await lookout.see(FINE)
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)
    for _ in range(2):
        await lookout.see(BAD)
        await lookout.see(FINE)
    await lookout.see(BAD)
    (message,) = lookout.told()
    assert "flapping: turned 4 times since" in words_of(message)
    assert "subteam" not in str(lookout.bureau.office.called("chat.update"))


async def test_questions_in_its_thread_are_about_the_check(lookout: Lookout) -> None:
    channel = lookout.plan().channel
    await alerted(lookout)
    (message,) = lookout.told()
    assert lookout.bureau.topics.known[channel, message.ts] == Topic(CLUSTER, "r-3", "a")


async def test_every_channel_is_told_once_however_many_schedules_it_has(lookout: Lookout) -> None:
    lookout.plan()
    lookout.plan()
    lookout.plan("#general", mode=Mode.ALERTS, alerts=False)
    await alerted(lookout)
    assert len(lookout.told("#general")) == 1


@pytest.mark.parametrize(
    "schedule",
    [
        {"paused": True},
        {"alerts": False},
        {"selection": Selection(("test-*",))},
        {"configured": False, "user": "U1", "by": "ann"},
    ],
)
async def test_whoever_does_not_want_or_may_not_is_told_nothing(
    schedule: dict[str, object], lookout: Lookout
) -> None:
    lookout.bureau.ports.denied = {Verb.SCHEDULE}
    lookout.plan("#general", **schedule)
    lookout.plan()
    await alerted(lookout)
    assert not lookout.told("#general")


@pytest.mark.parametrize(("denied", "told"), [(set(), 1), ({Verb.VIEW}, 0)])
async def test_a_schedule_of_slack_tells_what_its_maker_may_see(
    denied: set[Verb], told: int, lookout: Lookout
) -> None:
    lookout.bureau.ports.denied = denied
    lookout.plan(configured=False, user="U1", by="ann")
    for result in (FINE, BAD, BAD):
        await lookout.see(result)
    assert len(lookout.told()) == told


async def test_a_channel_that_comes_later_begins_with_what_is_so_then(lookout: Lookout) -> None:
    lookout.plan()
    await alerted(lookout)
    lookout.plan("#general")
    for _ in range(3):
        await lookout.see(BAD)
    assert not lookout.told("#general")
    for _ in range(2):
        await lookout.see(failing("cart", "web"))
    assert (len(lookout.told()), len(lookout.told("#general"))) == (2, 1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("later", [False, True])
async def test_whoever_is_killed_is_followed_by_one_who_does_not_post_again(
    lookout: Lookout, *, step: int, after: bool, later: bool
) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    report = lookout.read(BAD)
    with pytest.raises(Killed):
        await lookout.look(report, lookout.killed_at(step, after=after))
    if later:  # before its job comes again another reading is made
        await lookout.see(BAD)
    await lookout.look(report)
    await lookout.see(BAD)
    assert len(lookout.told()) == 1
    await lookout.see(FINE)
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)


async def test_what_recovers_before_its_post_was_kept_is_edited_all_the_same(lookout: Lookout) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    with pytest.raises(Killed):
        await lookout.look(lookout.read(BAD), lookout.killed_at(1, after=False))
    await lookout.see(FINE)
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)


async def test_what_was_posted_by_one_who_was_killed_is_remembered_for_longer_than_a_day(
    lookout: Lookout,
) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    with pytest.raises(Killed):
        await lookout.look(lookout.read(BAD), lookout.killed_at(1, after=False))
    await lookout.look()
    lookout.bureau.office.memory.posts.clear()
    await lookout.look()
    await lookout.see(BAD)
    assert len(lookout.told()) == 1


async def test_a_post_whose_answer_was_lost_is_not_repeated(lookout: Lookout) -> None:
    lookout.plan()
    lookout.bureau.office.goes_wrong(Fault("chat.postMessage", "lost_answer"))
    await alerted(lookout)
    await lookout.see(FINE)
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)


async def test_readings_that_come_again_or_late_say_nothing(lookout: Lookout) -> None:
    lookout.plan()
    first = await lookout.see(FINE)
    bad = lookout.read(BAD)
    worse = await lookout.see(BAD)
    for report in (bad, worse, first, worse):
        await lookout.look(report)
    assert not lookout.told()


async def test_while_a_channel_is_quiet_nothing_is_posted_there(lookout: Lookout) -> None:
    lookout.plan()
    lookout.bureau.hours.opens_at = opens = NOW + 6 * HOUR
    for result in (FINE, BAD, BAD):
        await lookout.see(result)
    assert not lookout.told()
    assert lookout.bureau.watches.later == [(CLUSTER, opens)]
    lookout.bureau.hours.opens_at = None
    await lookout.look()
    await lookout.look()
    assert len(lookout.told()) == 1


async def test_what_is_gone_when_a_channel_opens_is_not_posted(lookout: Lookout) -> None:
    lookout.plan()
    lookout.bureau.hours.opens_at = NOW + 6 * HOUR
    for result in (FINE, BAD, BAD, unread()):
        await lookout.see(result)
    lookout.bureau.hours.opens_at = None
    await lookout.look()  # the latest reading cannot tell
    await lookout.see(FINE)
    await lookout.see(BAD)
    assert not lookout.told()


async def test_what_was_posted_is_edited_also_while_a_channel_is_quiet(lookout: Lookout) -> None:
    lookout.plan()
    await alerted(lookout)
    lookout.bureau.hours.opens_at = NOW + 60 * HOUR
    await lookout.see(failing("cart", "web"))
    await lookout.see(failing("web"))
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)


async def test_whoever_was_overtaken_posts_and_keeps_nothing(lookout: Lookout) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    kept = dict(lookout.bureau.watches.kept)
    lookout.ours = False
    with pytest.raises(TakenOver):
        await lookout.see(BAD)
    assert not lookout.told()
    assert lookout.bureau.watches.kept == kept


async def test_whoever_was_overtaken_edits_nothing(lookout: Lookout) -> None:
    lookout.plan()
    await alerted(lookout)
    lookout.bureau.office.goes_wrong(Fault("chat.update", "status", status=500, times=0))
    with pytest.raises(SlackRefused):
        await lookout.see(FINE)
    calls = len(lookout.bureau.office.called("chat.update"))
    lookout.ours = False
    with pytest.raises(TakenOver):
        await lookout.look()
    assert len(lookout.bureau.office.called("chat.update")) == calls


async def test_a_channel_that_refuses_does_not_keep_others_from_being_told(
    lookout: Lookout, caplog: pytest.LogCaptureFixture
) -> None:
    closed = lookout.plan("#general").channel
    lookout.plan()
    fault = Fault("chat.postMessage", "error", channel=closed, error="not_in_channel", times=0)
    lookout.bureau.office.goes_wrong(fault)
    await alerted(lookout)
    assert f"is not told in {closed}" in caplog.text
    lookout.bureau.office.slack.faults.clear()
    await lookout.see(BAD)
    assert (len(lookout.told()), len(lookout.told("#general"))) == (1, 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("chat.postMessage", "status", status=500, times=0),
        Fault("chat.postMessage", "error", error="ratelimited", times=0),
    ],
)
async def test_what_passes_is_tried_again(fault: Fault, lookout: Lookout) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    report = lookout.read(BAD)
    lookout.bureau.office.goes_wrong(fault)
    with pytest.raises(SlackRefused):
        await lookout.look(report)
    lookout.bureau.office.slack.faults.clear()
    await lookout.look(report)
    assert len(lookout.told()) == 1


@pytest.mark.parametrize("again", [False, True])
async def test_an_edit_that_was_refused_comes_with_the_next_look(lookout: Lookout, *, again: bool) -> None:
    lookout.plan()
    await alerted(lookout)
    lookout.bureau.office.goes_wrong(Fault("chat.update", "status", status=500, times=0))
    with pytest.raises(SlackRefused):
        await lookout.see(FINE)
    lookout.bureau.office.slack.faults.clear()
    await (lookout.see(FINE) if again else lookout.look())
    (message,) = lookout.told()
    assert "*Recovered*" in words_of(message)


async def test_a_message_that_somebody_deleted_stays_away(lookout: Lookout) -> None:
    channel = lookout.plan().channel
    await alerted(lookout)
    (message,) = lookout.told()
    await lookout.bureau.office.client.chat_delete(channel=channel, ts=message.ts)
    await lookout.see(FINE)
    await lookout.see(BAD)
    assert not lookout.told()


@pytest.mark.parametrize("outcome", [Outcome.POSTED, Outcome.SKIPPED])
async def test_what_a_digest_there_told_is_not_told_again(outcome: Outcome, lookout: Lookout) -> None:
    schedule = lookout.plan()
    lookout.plan("#general")
    await lookout.see(FINE)
    report = await lookout.see(BAD)
    fired = Fired(nominal=report.taken_at, at=report.taken_at, outcome=outcome, runs={CLUSTER: report.run_id})
    lookout.bureau.schedules.fired[schedule.id] = fired
    await lookout.see(BAD)
    await lookout.see(BAD)
    assert (len(lookout.told()), len(lookout.told("#general"))) == (0, 1)
    for result in (FINE, BAD, BAD):
        await lookout.see(result)
    assert len(lookout.told()) == 1


async def test_a_digest_that_is_no_longer_kept_is_as_if_there_had_been_none(lookout: Lookout) -> None:
    schedule = lookout.plan()
    fired = Fired(nominal=NOW, at=NOW, outcome=Outcome.POSTED, runs={CLUSTER: "r-gone"})
    lookout.bureau.schedules.fired[schedule.id] = fired
    await alerted(lookout)


async def test_what_another_version_kept_is_begun_anew(
    lookout: Lookout, caplog: pytest.LogCaptureFixture
) -> None:
    channel = lookout.plan().channel
    lookout.bureau.watches.kept[CLUSTER, channel] = b"\xc1"
    await lookout.see(BAD)
    await lookout.see(BAD)
    assert not lookout.told()
    assert "begins anew" in caplog.text
    state = State.decode(lookout.bureau.watches.kept[CLUSTER, channel])
    assert state
    assert state.run_id == "r-2"


async def test_a_run_or_a_cluster_that_is_not_there_is_nothing_to_tell(lookout: Lookout) -> None:
    lookout.plan()
    await lookout.look()
    await look(lookout.desk, CLUSTER, "r-none", lookout.still)
    await look(lookout.desk, "gone", "", lookout.still)
    assert not lookout.bureau.watches.kept


async def test_a_store_that_is_away_is_for_the_caller_to_wait_for(lookout: Lookout) -> None:
    lookout.plan()
    await lookout.see(FINE)
    lookout.bureau.watches.broken = True
    with pytest.raises(StoreError):
        await lookout.see(BAD)
    lookout.bureau.watches.broken = False
    lookout.bureau.schedules.broken = True
    with pytest.raises(ReadinessError):
        await lookout.see(BAD)
