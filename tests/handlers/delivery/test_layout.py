"""A layout that Slack refuses: the text alone goes out, and the log says why."""

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.layout import REFUSED
from handlers.render.message import Message
from tests.handlers.delivery.office import KEY, Office, texts, words

BAD = Message("the words", blocks=({"type": "no such block"},))
CODES = [
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "invalid_arguments",
]
ALONE = f"the words\n\n{REFUSED}"


async def test_a_post(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await office.courier.open(office.asker(), KEY, BAD)
    (posted,) = office.seen()
    assert (posted.text, posted.blocks) == (ALONE, [])
    assert posted.metadata == {"event_type": "readiness_post", "event_payload": {"key": KEY}}
    assert "ERROR" in caplog.text
    assert "json-pointer:/blocks/0" in caplog.text


async def test_an_edit_takes_the_old_blocks_away(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(BAD)
    assert [(it.text, it.blocks) for it in office.seen()] == [(ALONE, [])]


async def test_a_response_url(office: Office) -> None:
    await office.courier.tell(office.asker(), BAD)
    assert texts(office.whispered()) == [ALONE]
    assert office.called("chat.postEphemeral") == []


async def test_an_ephemeral_message(office: Office) -> None:
    await office.courier.tell(office.asker(url=False), BAD)
    assert texts(office.whispered()) == [ALONE]


async def test_a_direct_message(office: Office) -> None:
    await office.courier.tell(office.asker("#private-sre", url=False), BAD)
    assert texts(office.direct()) == [ALONE]


@pytest.mark.parametrize("error", CODES)
async def test_every_code(office: Office, error: str) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error=error))
    await office.courier.open(office.asker(), KEY, words("the words"))
    assert texts(office.seen()) == [ALONE]


async def test_long_words_are_cut(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error="msg_too_long"))
    await office.courier.open(office.asker(), KEY, Message("é" * 50_000))
    assert texts(office.seen()) == ["é" * 3_500 + f"\n\n{REFUSED}"]


async def test_a_response_url_that_refuses_the_text_too(office: Office) -> None:
    office.goes_wrong(Fault("response_url", "error", error="invalid_blocks", times=2))
    await office.courier.tell(office.asker(), words("the words"))
    assert texts(office.whispered()) == ["the words"]
    assert len(office.called("chat.postEphemeral")) == 1
