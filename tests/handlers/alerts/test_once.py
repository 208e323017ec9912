"""An alert is posted once, whoever is killed, overtaken or left without an answer."""

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused, TakenOver
from tests.handlers.alerts.lookout import BAD, FINE, Killed, Lookout, alerted


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
    assert lookout.recovered()


async def test_what_recovers_before_its_post_was_kept_is_edited_all_the_same(lookout: Lookout) -> None:
    lookout.plan()
    await lookout.see(FINE)
    await lookout.see(BAD)
    with pytest.raises(Killed):
        await lookout.look(lookout.read(BAD), lookout.killed_at(1, after=False))
    await lookout.see(FINE)
    assert lookout.recovered()


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
    assert lookout.recovered()


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
