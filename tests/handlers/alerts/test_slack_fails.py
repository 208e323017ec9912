"""Slack takes no post or no edit for a while, or a message is gone."""

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused
from tests.handlers.alerts.lookout import BAD, FINE, Lookout, alerted


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
    assert lookout.recovered()


async def test_a_message_that_somebody_deleted_stays_away(lookout: Lookout) -> None:
    channel = lookout.plan().channel
    await alerted(lookout)
    (message,) = lookout.told()
    await lookout.bureau.office.client.chat_delete(channel=channel, ts=message.ts)
    await lookout.see(FINE)
    await lookout.see(BAD)
    assert not lookout.told()
