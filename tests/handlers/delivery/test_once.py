"""An answer is posted once, whatever happens to the job or to Slack's answers."""

from datetime import timedelta

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused, SlackSilent
from handlers.ports import Posted
from tests.handlers.delivery.office import KEY, Office, texts, words

LOST = {
    "cut": Fault("chat.postMessage", "lost_answer"),
    "timeout": Fault("chat.postMessage", "timeout", seconds=0.05),
    "server error": Fault("chat.postMessage", "status", status=500),
    "unavailable": Fault("chat.postMessage", "status", status=503),
    "fatal_error": Fault("chat.postMessage", "error", error="fatal_error"),
}


async def test_is_posted_where_it_was_asked(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    (posted,) = office.seen()
    assert outlet.public
    assert posted.text == "ready"
    assert posted.blocks[0]["text"]["text"] == "*ready*"
    assert posted.metadata == {"event_type": "readiness_post", "event_payload": {"key": KEY}}
    assert office.memory.posts[KEY].ts == posted.ts
    (sent,) = office.called("chat.postMessage")
    assert sent["unfurl_links"] is False
    assert sent["unfurl_media"] is False


async def test_is_posted_into_the_thread(office: Office) -> None:
    root = await office.slack.people.say("alice", "#ops", "how is prod?")
    await office.courier.open(office.asker(thread_ts=root.ts), KEY, words("ready"))
    assert [it.thread_ts for it in office.seen()] == [root.ts]


async def test_a_second_job_does_not_post_again(office: Office) -> None:
    await office.courier.open(office.asker(), KEY, words("ready"))
    outlet = await office.another_courier().open(office.asker(), KEY, words("ready"))
    await outlet.edit(words("done"))
    assert texts(office.seen()) == ["done"]


async def test_it_is_begun_before_it_is_posted(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error="who_knows"))
    with pytest.raises(SlackRefused, match="who_knows"):
        await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.memory.posts[KEY].ts == ""


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_a_lost_answer_is_not_a_second_message(office: Office, fault: Fault) -> None:
    office.goes_wrong(fault)
    await office.courier.open(office.asker(), KEY, words("ready"))
    (posted,) = office.seen()
    assert office.memory.posts[KEY].ts == posted.ts


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_nor_is_it_in_a_thread(office: Office, fault: Fault) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    office.goes_wrong(fault)
    await outlet.reply("more", words("more"))
    assert texts(office.seen()) == ["ready", "more"]


async def test_a_job_that_was_killed_adopts_what_it_had_posted(office: Office) -> None:
    await office.courier.open(office.asker(), KEY, words("ready"))
    (posted,) = office.seen()
    for number in range(250):  # more than one page came in between
        await office.slack.people.say("bob", "#ops", f"message {number}")
    begun = office.memory.posts[KEY]
    office.memory.posts[KEY] = Posted(begun.channel, begun.since + timedelta(seconds=30))
    outlet = await office.another_courier().open(office.asker(), KEY, words("ready"))
    await outlet.edit(words("done"))
    assert [(it.ts, it.text) for it in office.seen()] == [(posted.ts, "done")]


async def test_a_job_that_was_killed_before_it_posted_posts(office: Office) -> None:
    asker = office.asker()
    office.memory.posts[KEY] = Posted(asker.channel, office.now())
    await office.courier.open(asker, "another", words("another"))
    await office.courier.open(asker, KEY, words("ready"))
    assert texts(office.seen()) == ["another", "ready"]


@pytest.mark.parametrize("error", ["missing_scope", "unknown_method"])
async def test_where_it_may_not_look_it_posts_and_says_so(
    office: Office, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    asker = office.asker()
    office.memory.posts[KEY] = Posted(asker.channel, office.now())
    office.goes_wrong(Fault("conversations.history", "error", error=error))
    await office.courier.open(asker, KEY, words("ready"))
    assert texts(office.seen()) == ["ready"]
    assert "may come twice" in caplog.text


async def test_without_a_memory_it_is_posted_all_the_same(office: Office) -> None:
    office.memory.broken = True
    office.goes_wrong(LOST["cut"])
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    assert texts(office.seen()) == ["done", "more"]


async def test_a_slack_that_stays_silent_is_an_error(office: Office) -> None:
    office.goes_wrong(Fault("*", "status", status=500, times=0))
    with pytest.raises(SlackSilent, match="did not answer"):
        await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.seen() == []


async def test_a_call_that_takes_too_long_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.delivery.calls.SECONDS", 2.0)
    office.goes_wrong(Fault("chat.postMessage", "slow", seconds=60))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert texts(office.seen()) == ["ready"]
