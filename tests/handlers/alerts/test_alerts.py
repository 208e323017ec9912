"""What turned on a cluster, told in the channels that ask for it."""

import pytest

from checks.errors import ReadinessError, StoreError
from checks.turns import State
from deploy.sandbox.slack.seeing import words_of
from handlers.alerts.alerts import look
from handlers.conversation.topic import Topic
from handlers.intents import Verb
from handlers.schedules.model import Fired, Mode, Outcome, Selection
from tests.bot.output.sample import NOW
from tests.handlers.alerts.lookout import BAD, CLUSTER, FINE, Lookout, alerted, failing


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
    assert lookout.recovered()
    for _ in range(2):
        await lookout.see(BAD)
        await lookout.see(FINE)
    await lookout.see(BAD)
    (message,) = lookout.told()
    assert "flapping: turned bad 4 times since" in words_of(message)
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
    await lookout.turn_bad()
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


async def test_readings_that_come_again_or_late_say_nothing(lookout: Lookout) -> None:
    lookout.plan()
    first = await lookout.see(FINE)
    bad = lookout.read(BAD)
    worse = await lookout.see(BAD)
    for report in (bad, worse, first, worse):
        await lookout.look(report)
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
    await lookout.turn_bad()
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
