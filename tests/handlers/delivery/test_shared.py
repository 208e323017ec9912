"""What several replicas may post at once, for nobody who asked, is there once."""

from collections.abc import Awaitable, Callable

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused, TakenOver
from handlers.delivery.outlets import Outlet
from handlers.ports import Posted
from tests.handlers.delivery.office import KEY, Office, texts, words
from tests.handlers.delivery.test_once import LOST


async def always() -> bool:
    return True


def said(*answers: bool) -> Callable[[], Awaitable[bool]]:
    """Answer this in turn, the last for ever."""
    left = [*answers]

    async def still() -> bool:
        return left.pop(0) if len(left) > 1 else left[0]

    return still


async def post(office: Office, text: str = "digest", **more: bool | Callable[[], Awaitable[bool]]) -> Outlet:
    care = {"before": always, **more}
    channel = office.slack.workspace.channel("#ops").id
    return await office.another_courier().post(channel, KEY, words(text), **care)  # type: ignore[arg-type]


async def test_is_posted_once_and_goes_on_in_its_thread(office: Office) -> None:
    for _ in range(2):
        outlet = await post(office)
        await outlet.reply("more", words("more"))
    root, reply = office.seen()
    assert (root.text, reply.text, reply.thread_ts) == ("digest", "more", root.ts)
    assert not office.called("conversations.history")


async def test_nothing_is_posted_where_it_was_taken_over(office: Office) -> None:
    with pytest.raises(TakenOver):
        await post(office, before=said(False))
    assert office.seen() == []
    assert not office.called("chat.postMessage")


async def test_it_is_asked_again_once_slack_has_room(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "ratelimited", seconds=30))
    with pytest.raises(TakenOver):
        await post(office, before=said(True, False))
    assert office.slept == [30]
    assert office.seen() == []


async def test_and_where_slack_did_not_answer(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "status", status=500))
    with pytest.raises(TakenOver):
        await post(office, before=said(True, False))
    assert office.seen() == []


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_a_lost_answer_is_not_a_second_message(office: Office, fault: Fault) -> None:
    office.goes_wrong(fault)
    await post(office)
    assert texts(office.seen()) == ["digest"]


@pytest.mark.parametrize("code", ["not_in_channel", "is_archived", "missing_scope"])
async def test_a_refusal_is_for_whoever_posts(office: Office, code: str) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=code))
    with pytest.raises(SlackRefused) as refused:
        await post(office)
    assert refused.value.code == code
    assert office.whispered() == office.direct() == []


async def test_one_that_was_stopped_before_the_call_takes_its_own_back(office: Office) -> None:
    async def stopped() -> bool:
        """Go on only after somebody else has posted it."""
        if len(office.seen()) == 0:
            office.memory.posts.clear()  # what was begun is no hint for the other
            await post(office, "of the other")
            return True
        return False

    with pytest.raises(TakenOver):
        await post(office, before=stopped)
    (left,) = office.seen()
    assert left.text == "of the other"
    assert office.memory.posts[KEY].ts == left.ts


async def test_one_that_posted_first_after_all_is_adopted(office: Office) -> None:
    channel = office.slack.workspace.channel("#ops").id
    office.memory.posts[KEY] = Posted(channel, office.now())  # the other has begun

    async def meanwhile() -> bool:
        """Let the other post between our look and our call."""
        if not office.seen():
            with pytest.raises(TakenOver):
                await post(office, "of the other", before=said(True, False))
        return True

    outlet = await post(office, before=meanwhile)
    (left,) = office.seen()
    assert left.text == "of the other"
    assert outlet.thread
    assert outlet.thread.thread_ts == left.ts


async def test_replies_are_asked_for_too(office: Office) -> None:
    outlet = await post(office, before=said(True, True, False))
    with pytest.raises(TakenOver):
        await outlet.reply("more", words("more"))
    assert texts(office.seen()) == ["digest"]


async def test_what_is_remembered_no_more_is_looked_for(office: Office) -> None:
    for _ in range(2):
        outlet = await post(office, look=True)
        await outlet.reply("more", words("more"))
        office.slack.workspace.advance(6 * 3600)
        office.memory.posts.clear()
    assert texts(office.seen()) == ["digest", "more"]


async def test_it_waits_for_its_turn_and_leaves_room_for_answers(office: Office) -> None:
    await office.memory.turn("chat.postMessage", 5)
    await office.courier.open(office.asker(), "answer:2", words("answer"))
    assert office.slept == []
    await post(office)
    assert 4 < sum(office.slept) < 6
    assert texts(office.seen()) == ["answer", "digest"]


async def test_nobody_waits_for_a_turn_that_is_nobody_s(office: Office) -> None:
    office.memory.broken = True
    await post(office)
    assert office.slept == []
    assert texts(office.seen()) == ["digest"]
