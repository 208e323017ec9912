"""Where Slack lets us say nothing to all, the asker hears it alone, with what to do."""

import pytest

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import ResponseUrl
from handlers.delivery.errors import MEANINGS, Kind, SlackRefused
from handlers.request import Asker
from tests.handlers.delivery.office import KEY, Office, texts, words

INVITE = "I am not in this channel: `/invite @readiness`, or ask in a direct message"
PLACES = sorted(code for code, meaning in MEANINGS.items() if meaning.kind is Kind.PLACE)


def door(office: Office, asker: Asker) -> ResponseUrl:
    return office.slack.workspace.response_urls[asker.response_url.rpartition("/")[2]]


async def clicked(office: Office, channel: str = "#private-sre") -> Asker:
    """Ask by a click on what alice alone was shown."""
    await office.courier.tell(office.asker(channel), words("choose"))
    (shown,) = office.whispered(channel)
    return office.asker(channel, original=shown.ts, ephemeral=True)


@pytest.mark.parametrize("channel", ["#private-sre", "#old"])
async def test_really_unpostable_channels(office: Office, channel: str) -> None:
    outlet = await office.courier.open(office.asker(channel), KEY, words("ready"))
    (told,) = office.whispered(channel)
    note, said = told.blocks
    assert not outlet.public
    assert told.text == f"{note['elements'][0]['text']}\nready"
    assert said["text"]["text"] == "*ready*"


async def test_it_says_what_to_do(office: Office) -> None:
    await office.slack.people.kick("bob", "#ops", office.slack.workspace.bot.id)
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert texts(office.whispered()) == [f"{INVITE}\nready"]


@pytest.mark.parametrize("error", [*PLACES, "restricted_action_of_tomorrow"])
async def test_every_refusal_of_a_place(office: Office, error: str) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=error))
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    assert not outlet.public
    (told,) = texts(office.whispered())
    advice, ready = told.split("\n")
    assert ready == "ready"
    assert ": " in advice


async def test_a_second_job_does_not_tell_again(office: Office) -> None:
    asker = office.asker("#private-sre")
    await office.courier.open(asker, KEY, words("ready"))
    outlet = await office.another_courier().open(asker, KEY, words("ready"))
    assert not outlet.public
    assert len(office.whispered("#private-sre")) == 1


async def test_once_invited_the_next_job_answers_for_everyone(office: Office) -> None:
    asker = office.asker("#private-sre")
    await office.courier.open(asker, KEY, words("ready"))
    await office.slack.people.invite("alice", "#private-sre", office.slack.workspace.bot.id)
    outlet = await office.another_courier().open(asker, KEY, words("ready"))
    assert outlet.public
    assert texts(office.seen("#private-sre")) == ["ready"]


async def test_a_command_is_answered_beside_not_instead(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("waiting"))
    for number in range(9):
        await outlet.edit(words(f"step {number}"), now_or_never=True)
    await outlet.edit(words("done"))
    assert texts(office.whispered("#private-sre")) == [f"{INVITE}\nwaiting", f"{INVITE}\ndone"]
    assert await outlet.permalink() == ""


async def test_a_click_is_answered_instead_of_what_was_clicked(office: Office) -> None:
    asker = await clicked(office)
    outlet = await office.courier.open(asker, KEY, words("waiting"))
    assert texts(office.whispered("#private-sre")) == [f"{INVITE}\nwaiting"]
    for number in range(9):
        await outlet.edit(words(f"step {number}"), now_or_never=True)
    assert texts(office.whispered("#private-sre")) == [f"{INVITE}\nstep 1"]
    await outlet.edit(words("done"))
    assert texts(office.whispered("#private-sre")) == [f"{INVITE}\ndone"]
    assert door(office, asker).uses_left == 1


async def test_a_click_on_what_everyone_sees_replaces_nothing(office: Office) -> None:
    await office.courier.open(office.asker(), "root", words("root"))
    (root,) = office.seen()
    office.slack.workspace.channel("#ops").restricted = "restricted_action"
    asker = office.asker(original=root.ts, thread_ts=root.ts)
    outlet = await office.courier.open(asker, KEY, words("waiting"))
    await outlet.edit(words("done"))
    assert texts(office.seen()) == ["root"]
    assert len(office.whispered()) == 2


async def test_replies_while_uses_remain(office: Office) -> None:
    asker = office.asker("#private-sre")
    outlet = await office.courier.open(asker, KEY, words("waiting"))
    await outlet.edit(words("done"))
    for number in range(9):
        await outlet.reply(f"reply:{number}", words(f"reply {number}"))
    *_, first, second, third = texts(office.whispered("#private-sre"))
    assert (first, second) == ("reply 0", "reply 1")
    assert third.startswith("reply 2\nMore than this does not fit here")
    assert door(office, asker).uses_left == 0
    assert len(office.called("response_url")) == 5
    assert office.direct() == []


async def test_replies_leave_a_use_for_the_last_word(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("waiting"))
    for number in range(9):
        await outlet.reply(f"reply:{number}", words(f"reply {number}"))
    await outlet.edit(words("done"))
    assert texts(office.whispered("#private-sre"))[-1] == f"{INVITE}\ndone"


async def test_replies_come_once_for_each_key(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("ready"))
    for _ in range(2):
        await outlet.reply("reply", words("reply"))
    assert len(office.whispered("#private-sre")) == 2


async def test_without_a_response_url_it_is_written_directly(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre", url=False), KEY, words("waiting"))
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    root, reply = office.direct()
    assert (root.text, reply.text, reply.thread_ts) == (f"{INVITE}\ndone", "more", root.ts)
    assert not outlet.public
    again = await office.another_courier().open(
        office.asker("#private-sre", url=False), KEY, words("waiting")
    )
    await again.edit(words("done"))
    assert len(office.direct()) == 2


async def test_where_direct_messages_end_too_it_raises(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre", url=False), KEY, words("waiting"))
    office.goes_wrong(Fault("chat.update", "error", error="messages_tab_disabled"))
    with pytest.raises(SlackRefused, match="does not let me post"):
        await outlet.edit(words("done"))
    assert len(office.called("conversations.open")) == 1


async def test_a_response_url_that_is_used_up_is_no_dead_end(office: Office) -> None:
    asker = office.asker("#private-sre")
    door(office, asker).uses_left = 0
    await office.courier.open(asker, KEY, words("ready"))
    assert texts(office.direct()) == [f"{INVITE}\nready"]


async def test_nor_is_one_that_expires_meanwhile(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("waiting"))
    await office.sleep(1801)
    await outlet.edit(words("almost done"))
    await outlet.edit(words("very nearly"), now_or_never=True)
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    root, reply = office.direct()
    assert (root.text, reply.thread_ts) == (f"{INVITE}\ndone", root.ts)
    assert await outlet.permalink()


async def test_nor_before_a_reply(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("waiting"))
    await outlet.edit(words("done"))
    await office.sleep(1801)
    await outlet.reply("more", words("more"))
    await outlet.reply("most", words("most"))
    assert texts(office.direct()) == ["more", "most"]


async def test_fifty_blocks_and_the_note_are_fifty_blocks(office: Office) -> None:
    (block,) = words("ready").blocks
    crowded = type(words("ready"))("ready", [block] * 50)
    await office.courier.open(office.asker("#private-sre"), KEY, crowded)
    (told,) = office.whispered("#private-sre")
    assert len(told.blocks) == 50
    assert told.blocks[0]["elements"][0]["text"] == INVITE


async def test_a_file_goes_to_direct_messages(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("ready"))
    await outlet.upload("file", "report.html", "Report", b"<html>", "")
    assert [len(it.files) for it in office.direct()] == [1]


async def test_a_file_that_may_not_go_there_is_an_error_that_says_so(office: Office) -> None:
    outlet = await office.courier.open(office.asker("#private-sre"), KEY, words("ready"))
    office.goes_wrong(Fault("conversations.open", "error", error="missing_scope"))
    with pytest.raises(SlackRefused, match="scope"):
        await outlet.upload("file", "report.html", "Report", b"<html>", "")


async def test_a_file_refused_in_the_channel_goes_to_direct_messages(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    office.goes_wrong(Fault("files.completeUploadExternal", "error", error="posting_to_channel_denied"))
    await outlet.upload("file", "report.html", "Report of prod", b"<html>", "")
    assert not outlet.public
    (told,) = texts(office.whispered())
    assert told.endswith("Report of prod")
    assert [len(it.files) for it in office.direct()] == [1]


async def test_what_was_clicked_alone_goes_once_everyone_is_answered(office: Office) -> None:
    outlet = await office.courier.open(await clicked(office, "#ops"), KEY, words("ready"))
    assert outlet.public
    assert not office.whispered()
    assert texts(office.seen()) == ["ready"]


@pytest.mark.parametrize(
    "fault",
    [Fault("response_url", "status", status=500), Fault("response_url", "timeout", seconds=0.1)],
    ids=["status", "timeout"],
)
async def test_what_was_clicked_alone_may_stay(office: Office, fault: Fault) -> None:
    asker = await clicked(office, "#ops")
    office.goes_wrong(fault)
    assert (await office.courier.open(asker, KEY, words("ready"))).public
    assert texts(office.whispered()) == ["choose"]
