"""Messages that are changed, have gone, or whose thread has."""

import pytest

from deploy.sandbox.slack.api.arguments import Refused
from deploy.sandbox.slack.api.context import Context
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.methods import chat
from deploy.sandbox.slack.model import Channel
from handlers.delivery.errors import SlackRefused
from handlers.render.message import Message
from tests.handlers.delivery.office import KEY, Office, texts, words

thread_of = chat.thread_of


def refusing(context: Context, channel: Channel, ts: str) -> str:
    """As one would expect: a reply to a deleted root does not land in the channel."""
    root = thread_of(context, channel, ts)
    if ts and not root:
        raise Refused("thread_not_found")
    return root


@pytest.fixture(params=["refused", "astray"])
def gone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Slack does with a reply to a root that was deleted."""
    if request.param == "refused":
        monkeypatch.setattr(chat, "thread_of", refusing)


async def delete_all(office: Office) -> None:
    for message in office.seen():
        await office.slack.people.delete("bob", "#ops", message.ts)


async def test_an_edit_says_all_of_it_again(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(words("done"))
    (sent,) = office.called("chat.update")
    assert sent["text"] == "done"
    assert sent["metadata"] == {"event_type": "readiness_post", "event_payload": {"key": KEY}}
    (posted,) = office.seen()
    assert posted.blocks[0]["text"]["text"] == "*done*"


async def test_an_edit_without_blocks_leaves_none(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(Message("done"))
    assert [(it.text, it.blocks) for it in office.seen()] == [("done", [])]
    (sent,) = office.called("chat.update")
    assert sent["blocks"] == []  # left out, Slack may keep the old ones


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_what_cannot_be_changed_is_posted_anew(office: Office, error: str) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(Fault("chat.update", "error", error=error))
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    old, new, reply = office.seen()
    assert [old.text, new.text, reply.text] == ["waiting", "done", "more"]
    assert reply.thread_ts == new.ts
    assert office.memory.posts[KEY].ts == new.ts
    assert new.metadata == {"event_type": "readiness_post", "event_payload": {"key": f"{KEY}:again:1"}}


async def test_it_comes_again_until_somebody_means_it(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    for number in range(3):
        await delete_all(office)
        await outlet.edit(words(f"done {number}"))
        assert texts(office.seen()) == [f"done {number}"]
    await delete_all(office)
    with pytest.raises(SlackRefused, match="message_not_found"):
        await outlet.edit(words("done"))
    assert office.seen() == []


async def test_a_later_job_finds_what_was_posted_anew(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    begun = office.memory.posts[KEY]
    await delete_all(office)
    await outlet.edit(words("done"))
    office.memory.posts[KEY] = begun  # killed before the new one took the old one's place
    again = await office.another_courier().open(office.asker(), KEY, words("waiting"))
    await again.edit(words("done again"))
    await again.edit(words("really done"))
    assert texts(office.seen()) == ["really done"]


async def test_progress_of_what_is_gone_brings_nothing_back(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await delete_all(office)
    await outlet.edit(words("half"), now_or_never=True)
    assert office.seen() == []


@pytest.mark.usefixtures("gone")
async def test_a_thread_that_is_gone_begins_anew(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(words("done"))
    await delete_all(office)
    await outlet.reply("more", words("more"))
    await outlet.reply("most", words("most"))
    root, *replies = office.seen()
    assert (root.text, root.thread_ts) == ("done", "")
    assert [(it.text, it.thread_ts) for it in replies] == [("more", root.ts), ("most", root.ts)]


@pytest.mark.usefixtures("gone")
async def test_where_the_question_is_gone_the_asker_hears_alone(office: Office) -> None:
    question = await office.slack.people.say("alice", "#ops", "how is prod?")
    await office.slack.people.delete("alice", "#ops", question.ts)
    asker = office.asker(url=False, thread_ts=question.ts, home_ts=question.ts, message_ts=question.ts)
    outlet = await office.courier.open(asker, KEY, words("ready"))
    assert not outlet.public
    assert office.seen() == []
    (told,) = office.direct()
    assert told.text == (
        "What you asked under cannot be answered in a thread any more: ask again in the channel\nready"
    )


async def test_what_cannot_be_taken_back_is_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    question = await office.slack.people.say("alice", "#ops", "how is prod?")
    await office.slack.people.delete("alice", "#ops", question.ts)
    office.goes_wrong(Fault("chat.delete", "error", error="cant_delete_message"))
    outlet = await office.courier.open(office.asker(thread_ts=question.ts), KEY, words("ready"))
    assert not outlet.public
    assert "stays in the channel" in caplog.text


async def test_a_slack_that_does_not_echo_the_thread_is_believed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terse(*_args: object, **_kwargs: object) -> dict[str, object]:
        return {"type": "message"}

    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    monkeypatch.setattr(chat, "message_json", terse)
    await outlet.reply("more", words("more"))
    assert texts(office.seen()) == ["ready", "more"]


async def test_a_message_known_by_its_ts_can_be_changed_and_answered(office: Office) -> None:
    await office.courier.open(office.asker(), KEY, words("waiting"))
    (posted,) = office.seen()
    outlet = office.courier.at(posted.channel, posted.ts)
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    root, reply = office.seen()
    assert (root.text, reply.thread_ts) == ("done", root.ts)
    assert root.metadata == {"event_type": "readiness_post", "event_payload": {"key": KEY}}
    await delete_all(office)
    await outlet.edit(words("again"))
    assert office.seen() == []


async def test_replies_come_once_for_each_key(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    for _ in range(2):
        await outlet.reply("one", words("one"))
        await outlet.reply("two", words("two"))
    assert texts(office.seen()) == ["ready", "one", "two"]


async def test_where_the_channel_is_archived_meanwhile_it_goes_on_with_the_asker(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await office.slack.people.archive("bob", "#ops")
    await outlet.edit(words("half"), now_or_never=True)
    assert office.whispered() == []
    await outlet.edit(words("done"))
    assert not outlet.public
    assert texts(office.whispered()) == [
        "This channel is archived: ask in another channel or in a direct message\ndone"
    ]


async def test_permalink(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    (posted,) = office.seen()
    assert (await outlet.permalink()).endswith(f"/archives/{posted.channel}/p{posted.ts.replace('.', '')}")
    await delete_all(office)
    assert await outlet.permalink() == ""


async def test_another_page_takes_the_place_of_the_one_that_was_clicked(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("root"))
    await outlet.reply("page", words("page 1"))
    root, page = office.seen()
    asker = office.asker(thread_ts=root.ts, page_ts=page.ts)
    for _ in range(2):  # a job may come twice
        turned = await office.courier.turn(asker, words("page 2"))
        assert turned
        assert turned.thread
        assert turned.thread.thread_ts == root.ts
    assert texts(office.seen()) == ["root", "page 2"]


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "is_archived"])
async def test_a_page_that_cannot_be_changed_stays(office: Office, error: str) -> None:
    await office.courier.open(office.asker(), KEY, words("page 1"))
    asker = office.asker(page_ts=office.seen()[0].ts)
    office.goes_wrong(Fault("chat.update", "error", error=error))
    assert await office.courier.turn(asker, words("page 2")) is None
    assert texts(office.seen()) == ["page 1"]


async def test_no_page_is_turned_where_none_was_clicked(office: Office) -> None:
    assert await office.courier.turn(office.asker(), words("page 2")) is None
    assert not office.called("chat.update")
