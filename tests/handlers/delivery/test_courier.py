"""Announcements, forms and reactions; and refusals that no other way gets around."""

import asyncio

import pytest

from checks.errors import ReadinessError
from deploy.sandbox.slack.faults import Fault
from handlers.delivery import courier
from handlers.delivery.errors import FormExpired, SlackRefused
from handlers.render.message import Form
from handlers.request import Asker
from tests.handlers.delivery.office import KEY, Office, texts, words

FORM = Form(
    {
        "type": "modal",
        "callback_id": "waive",
        "title": {"type": "plain_text", "text": "Waive"},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Sure?"}}],
    }
)


def clicking(office: Office) -> Asker:
    user = office.slack.workspace.user("alice").id
    return office.asker(trigger_id=office.slack.workspace.new_trigger(user).id)


async def test_an_announcement_comes_once(office: Office) -> None:
    root = await office.slack.people.say("alice", "#ops", "waive it")
    for one in (office.courier, office.another_courier()):
        await one.announce(root.channel, root.ts, "ended:1", words("ended"))
    assert [(it.text, it.thread_ts) for it in office.seen()] == [("ended", root.ts)]


async def test_an_announcement_whose_thread_is_gone_comes_to_the_channel(office: Office) -> None:
    root = await office.slack.people.say("alice", "#ops", "waive it")
    await office.slack.people.delete("alice", "#ops", root.ts)
    await office.courier.announce(root.channel, root.ts, "ended:1", words("ended"))
    assert [(it.text, it.thread_ts) for it in office.seen()] == [("ended", "")]


async def test_so_does_one_that_the_thread_refuses(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error="thread_not_found"))
    await office.courier.announce(office.asker().channel, "1.0", "ended:1", words("ended"))
    assert [(it.text, it.thread_ts) for it in office.seen()] == [("ended", "")]


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "token_revoked", "who_knows"])
async def test_one_that_cannot_be_made_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=error))
    await office.courier.announce(office.asker().channel, "", "ended:1", words("ended"))
    assert "ended:1 is not announced" in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        Fault("chat.postMessage", "status", status=503, times=4),
        Fault("chat.postMessage", "error", error="internal_error", times=4),
        Fault("chat.postMessage", "ratelimited", seconds=3601),
    ],
)
async def test_one_that_can_be_made_later_is_raised(office: Office, fault: Fault) -> None:
    office.goes_wrong(fault)
    with pytest.raises(SlackRefused):
        await office.courier.announce(office.asker().channel, "", "ended:1", words("ended"))
    assert office.seen() == []
    await office.courier.announce(office.asker().channel, "", "ended:1", words("ended"))
    assert texts(office.seen()) == ["ended"]


async def test_a_form_opens(office: Office) -> None:
    await office.courier.form(clicking(office), FORM)
    view = await office.slack.modal("alice", "Sure?")
    assert view.body["callback_id"] == "waive"


async def test_a_click_that_is_too_old_opens_none(office: Office) -> None:
    asker = clicking(office)
    await office.sleep(4)
    with pytest.raises(FormExpired, match="in time") as expired:
        await office.courier.form(asker, FORM)
    assert expired.value.hint == "click again"


async def test_nor_does_one_that_was_used(office: Office) -> None:
    asker = clicking(office)
    await office.courier.form(asker, FORM)
    with pytest.raises(FormExpired):
        await office.courier.form(asker, FORM)


async def test_nor_no_click_at_all(office: Office) -> None:
    with pytest.raises(FormExpired):
        await office.courier.form(office.asker(), FORM)


async def test_nor_one_that_would_be_too_old_once_slack_has_room(office: Office) -> None:
    office.goes_wrong(Fault("views.open", "ratelimited", seconds=60))
    with pytest.raises(FormExpired):
        await office.courier.form(clicking(office), FORM)
    assert office.slept == []


async def test_a_form_is_not_tried_again(office: Office) -> None:
    office.goes_wrong(Fault("views.open", "lost_answer"))
    with pytest.raises(SlackRefused, match="did not answer"):
        await office.courier.form(clicking(office), FORM)
    assert len(office.called("views.open")) == 1


async def test_a_form_that_slack_refuses_is_an_error_of_ours(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SlackRefused, match="invalid_arguments"):
        await office.courier.form(clicking(office), Form({"type": "modal", "blocks": []}))
    assert "ERROR" in caplog.text


async def test_reactions(office: Office) -> None:
    asked = await office.slack.people.say("alice", "#ops", "how is prod?")
    asker = office.asker(message_ts=asked.ts)
    for _ in range(2):
        await office.courier.react(asker, "eyes")
    assert list(asked.reactions) == ["eyes"]
    for _ in range(2):
        await office.courier.unreact(asker, "eyes")
    assert asked.reactions == {}


async def test_there_is_nothing_to_react_to_in_a_command(office: Office) -> None:
    await office.courier.react(office.asker(), "eyes")
    assert office.called("reactions.add") == []


async def test_nothing_waits_for_a_reaction(office: Office) -> None:
    asked = await office.slack.people.say("alice", "#ops", "how is prod?")
    office.goes_wrong(Fault("reactions.add", "ratelimited", seconds=60))
    await office.courier.react(office.asker(message_ts=asked.ts), "eyes")
    assert (office.slept, asked.reactions) == ([], {})


async def test_nor_where_slack_hangs(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "COURTESY", 0.05)
    asked = await office.slack.people.say("alice", "#ops", "how is prod?")
    office.goes_wrong(Fault("reactions.*", "timeout", seconds=60, times=2))
    async with asyncio.timeout(8):  # a call may take longer
        for react in (office.courier.react, office.courier.unreact):
            await react(office.asker(message_ts=asked.ts), "eyes")
    assert (office.slept, asked.reactions) == ([], {})


async def test_nor_for_one_that_is_not_answered(office: Office) -> None:
    asked = await office.slack.people.say("alice", "#ops", "how is prod?")
    office.goes_wrong(Fault("reactions.add", "status", status=500))
    await office.courier.react(office.asker(message_ts=asked.ts), "eyes")
    assert (office.slept, asked.reactions) == ([], {})


@pytest.mark.parametrize("error", ["token_revoked", "org_login_required", "user_not_found", "who_knows"])
async def test_what_nothing_gets_around_is_raised_and_named(office: Office, error: str) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=error))
    with pytest.raises(SlackRefused, match=error) as refused:
        await office.courier.open(office.asker(), KEY, words("ready"))
    assert isinstance(refused.value, ReadinessError)
    assert refused.value.hint
    assert office.seen() == []


async def test_a_scope_that_is_missing_is_named(office: Office) -> None:
    office.slack.context.scopes -= {"chat:write"}
    with pytest.raises(SlackRefused, match=r"lacks a scope: `chat:write` \(missing_scope\)"):
        await office.courier.open(office.asker(), KEY, words("ready"))


async def test_an_edit_that_nothing_gets_around_is_raised(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(Fault("chat.*", "error", error="token_revoked", times=3))
    await outlet.edit(words("half"), now_or_never=True)
    with pytest.raises(SlackRefused, match="token_revoked"):
        await outlet.edit(words("done"))
    with pytest.raises(SlackRefused, match="token_revoked"):
        await outlet.reply("more", words("more"))
    assert texts(office.seen()) == ["waiting"]
