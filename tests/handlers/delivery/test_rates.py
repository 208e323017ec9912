"""Slack's rates: waits are kept to the second, told where they are long, and not endless."""

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused
from tests.handlers.delivery.office import KEY, Office, texts, words


def limited(method: str, seconds: int, times: int = 1) -> Fault:
    return Fault(method, "ratelimited", seconds=seconds, times=times)


async def test_it_waits_as_told_for_minutes(office: Office) -> None:
    office.goes_wrong(limited("chat.postMessage", 170))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.slept == [170]
    assert texts(office.seen()) == ["ready"]
    assert texts(office.whispered()) == ["Slack lets us post again in 3 min; the answer comes then."]


@pytest.mark.parametrize(("seconds", "told"), [(2, 0), (3, 1)])
async def test_a_wait_that_nobody_notices_is_not_told(office: Office, seconds: int, told: int) -> None:
    office.goes_wrong(limited("chat.postMessage", seconds))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert len(office.whispered()) == told


async def test_it_is_told_once(office: Office) -> None:
    office.goes_wrong(limited("chat.postMessage", 30, times=3))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.slept == [30, 30, 30]
    assert texts(office.whispered()) == ["Slack lets us post again in 30 s; the answer comes then."]


async def test_nor_does_it_wait_to_tell(office: Office) -> None:
    office.goes_wrong(limited("chat.postMessage", 30), limited("response_url", 600))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.slept == [30]


async def test_after_an_hour_it_gives_up(office: Office) -> None:
    office.goes_wrong(limited("chat.postMessage", 900, times=0))
    with pytest.raises(SlackRefused, match="ratelimited") as refused:
        await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.slept == [900] * 4
    assert refused.value.hint


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
async def test_an_answer_that_names_no_time_is_waited_for_too(office: Office, error: str) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=error))
    await office.courier.open(office.asker(), KEY, words("ready"))
    assert office.slept == [30]
    assert texts(office.seen()) == ["ready"]


@pytest.mark.parametrize(
    "method",
    [
        "chat.update",
        "chat.getPermalink",
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
        "conversations.replies",
    ],
)
async def test_every_method_is_waited_for(office: Office, method: str) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    office.goes_wrong(limited(method, 61), Fault("chat.postMessage", "lost_answer"))
    await outlet.edit(words("done"))
    await outlet.reply("more", words("more"))
    await outlet.upload("file", "report.html", "Report", b"<html>", "")
    assert await outlet.permalink()
    assert 61 in office.slept
    assert texts(office.seen()) == ["done", "more", ""]


async def test_progress_does_not_wait_but_the_last_word_does(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(limited("chat.update", 20, times=2))
    await outlet.edit(words("half"), now_or_never=True)
    assert office.slept == []
    await outlet.edit(words("done"))
    assert office.slept == [20]
    assert texts(office.seen()) == ["done"]


async def test_progress_does_not_even_ask_while_the_rate_is_spent(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(limited("chat.update", 20))
    for _ in range(10):
        await outlet.edit(words("half"), now_or_never=True)
        await office.sleep(1.9)
    assert len(office.called("chat.update")) == 1
    await office.sleep(1.9)
    await outlet.edit(words("most"), now_or_never=True)
    assert texts(office.seen()) == ["most"]


async def test_progress_of_all_together_is_edited_every_second_and_a_half(office: Office) -> None:
    outlets = [
        await couriers.open(office.asker(channel), KEY + channel, words("waiting"))
        for couriers in (office.courier, office.another_courier())
        for channel in ("#ops", "#general")
    ]
    for step in range(31):
        for outlet in outlets:
            await outlet.edit(words(f"step {step}"), now_or_never=True)
        await office.sleep(0.1)
    assert len(office.called("chat.update")) == 3


async def test_without_a_memory_there_is_no_progress_but_an_end(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.memory.broken = True
    await outlet.edit(words("half"), now_or_never=True)
    assert texts(office.seen()) == ["waiting"]
    await outlet.edit(words("done"))
    assert texts(office.seen()) == ["done"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("chat.update", "lost_answer", times=3),
        Fault("chat.update", "status", status=502, times=3),
        Fault("chat.update", "error", error="update_failed", times=3),
    ],
    ids=["cut", "502", "update_failed"],
)
async def test_what_may_be_done_twice_is_tried_four_times(office: Office, fault: Fault) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(fault)
    await outlet.edit(words("done"))
    assert office.slept == [1, 2, 4]
    assert texts(office.seen()) == ["done"]


async def test_progress_is_tried_once(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    office.goes_wrong(Fault("chat.update", "status", status=500))
    await outlet.edit(words("half"), now_or_never=True)
    assert (office.slept, texts(office.seen())) == ([], ["waiting"])
