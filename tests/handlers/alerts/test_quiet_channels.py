"""Alerts of a channel in its quiet hours."""

from tests.bot.output.sample import NOW
from tests.checks.watching import unread
from tests.handlers.alerts.lookout import BAD, CLUSTER, FINE, HOUR, Lookout, alerted, failing


async def test_while_a_channel_is_quiet_nothing_is_posted_there(lookout: Lookout) -> None:
    lookout.plan()
    lookout.bureau.hours.opens_at = opens = NOW + 6 * HOUR
    await lookout.turn_bad()
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
    assert lookout.recovered()
