"""What is for the asker alone."""

import logging

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused
from tests.handlers.delivery.office import Office, texts, words


async def test_by_response_url(office: Office) -> None:
    await office.courier.tell(office.asker("#private-sre"), words("help"))
    (told,) = office.whispered("#private-sre")
    assert told.only_for == office.slack.workspace.user("alice").id
    assert told.blocks[0]["text"]["text"] == "*help*"
    assert office.called("chat.postEphemeral") == []


async def test_a_click_replaces_what_was_clicked(office: Office) -> None:
    await office.courier.tell(office.asker(), words("choose"))
    (shown,) = office.whispered()
    await office.courier.tell(office.asker(original=shown.ts, ephemeral=True), words("chosen"))
    assert texts(office.whispered()) == ["chosen"]


async def test_a_click_on_what_everyone_sees_leaves_it_there(office: Office) -> None:
    await office.courier.open(office.asker(), "root", words("root"))
    (root,) = office.seen()
    await office.courier.tell(office.asker(original=root.ts, thread_ts=root.ts), words("told"))
    assert (texts(office.seen()), texts(office.whispered())) == (["root"], ["told"])


async def test_in_the_thread_where_it_was_clicked(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), "root", words("root"))
    await outlet.reply("reply", words("reply"))
    root = office.seen()[0].ts
    await office.courier.tell(office.asker(thread_ts=root, home_ts=root), words("told"))
    assert [it.thread_ts for it in office.whispered()] == [root]


@pytest.mark.parametrize("url", [True, False])
async def test_not_in_a_thread_that_does_not_show_it(office: Office, *, url: bool) -> None:
    asked = await office.slack.people.say("alice", "#ops", "how is prod?")
    asker = office.asker(url=url, thread_ts=asked.ts, home_ts=asked.ts, message_ts=asked.ts)
    await office.courier.tell(asker, words("told"))
    assert [it.thread_ts for it in office.whispered()] == [""]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("response_url", "status", status=404),
        Fault("response_url", "error", error="used_url"),
        Fault("response_url", "status", status=403),
        Fault("response_url", "status", status=500, times=4),
        Fault("response_url", "timeout", seconds=0.01, times=4),
    ],
    ids=["404", "used_url", "403", "500", "timeout"],
)
async def test_otherwise_an_ephemeral_message(office: Office, fault: Fault) -> None:
    office.goes_wrong(fault)
    await office.courier.tell(office.asker(), words("help"))
    assert texts(office.whispered()) == ["help"]
    assert len(office.called("chat.postEphemeral")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("response_url", "status", status=500, times=3),
        Fault("response_url", "timeout", seconds=0.01, times=3),
        Fault("response_url", "ratelimited", seconds=90, times=3),
    ],
    ids=["500", "timeout", "429"],
)
async def test_but_first_it_is_tried_again(office: Office, fault: Fault) -> None:
    office.goes_wrong(fault)
    await office.courier.tell(office.asker(), words("help"))
    assert texts(office.whispered()) == ["help"]
    assert office.called("chat.postEphemeral") == []
    assert office.slept == ([90, 90, 90] if fault.kind == "ratelimited" else [1, 2, 4])


async def test_otherwise_a_direct_message(office: Office) -> None:
    await office.courier.tell(office.asker("#private-sre", url=False), words("help"))
    assert texts(office.direct()) == ["help"]


async def test_a_direct_message_is_answered_in_its_thread(office: Office) -> None:
    workspace = office.slack.workspace
    place = workspace.im(workspace.user("alice").id).id
    asked = await office.slack.people.say("alice", place, "help")
    asker = office.asker(place, url=False, thread_ts=asked.ts, home_ts=asked.ts, message_ts=asked.ts)
    await office.courier.tell(asker, words("told"))
    assert [(it.text, it.thread_ts, it.only_for) for it in office.direct()] == [("told", asked.ts, "")]


async def test_in_the_direct_messages_of_others_the_bot_writes_its_own(office: Office) -> None:
    workspace = office.slack.workspace
    bob, alice = (workspace.user(name).id for name in ("bob", "alice"))
    own = workspace.im(alice).id
    place = workspace.add_channel("", alice, bob, kind="im").id
    await office.courier.tell(office.asker(place, url=False), words("told"))
    assert (texts(office.seen(own)), office.seen(place)) == (["told"], [])


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth", "not_authed"])
async def test_a_response_url_needs_no_token(office: Office, error: str) -> None:
    office.goes_wrong(Fault("*.*", "error", error=error, times=0))
    asker = office.asker()
    with pytest.raises(SlackRefused, match=error) as refused:
        await office.courier.open(asker, "answer", words("ready"))
    await office.courier.tell(asker, words(str(refused.value)))
    assert "reinstall" in refused.value.hint
    assert texts(office.whispered()) == [str(refused.value)]


async def test_where_no_way_is_left_it_raises(office: Office) -> None:
    office.goes_wrong(Fault("*", "error", error="token_revoked", times=0))
    with pytest.raises(SlackRefused, match="token_revoked"):
        await office.courier.tell(office.asker(), words("help"))


async def test_secrets_are_not_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asker = office.asker()
    office.goes_wrong(
        Fault("response_url", "ratelimited", seconds=1),
        Fault("response_url", "timeout", seconds=0.01),
        Fault("response_url", "status", status=500),
        Fault("response_url", "status", status=404),
        Fault("chat.*", "error", error="not_in_channel", times=0),
    )
    with pytest.raises(SlackRefused):
        await office.courier.tell(asker, words("help"))
    assert "a response_url answers 404" in caplog.text
    assert asker.response_url.rpartition("/")[2] not in caplog.text
    assert office.slack.bot_token not in caplog.text
