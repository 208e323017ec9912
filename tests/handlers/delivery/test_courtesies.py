"""What is nice to have: prompts, a status, the way to somebody's direct messages. Nothing waits for it."""

import pytest
from msgspec import structs

from deploy.sandbox.slack.faults import Fault
from handlers.render.message import Prompt
from tests.handlers.delivery.office import Office

ASKED = [Prompt("Is prod ready?", "Is prod ready?"), Prompt("Clusters", "list")]


async def test_prompts_stand_where_a_conversation_begins(office: Office) -> None:
    channel = await office.courier.direct(office.asker())
    await office.courier.prompts(channel, ASKED)
    thread = office.slack.workspace.threads[channel, ""]
    assert thread.prompts == [
        {"title": "Is prod ready?", "message": "Is prod ready?"},
        {"title": "Clusters", "message": "list"},
    ]


async def test_a_status_is_for_direct_messages_alone(office: Office) -> None:
    channel = await office.courier.direct(office.asker())
    asked = await office.slack.people.say("alice", "readiness", "prod?")
    asker = office.asker(message_ts=asked.ts, thread_ts=asked.ts)
    await office.courier.status(asker, "is reading…")
    assert not office.called("assistant.threads.setStatus")
    direct = structs.replace(asker, channel=channel)
    await office.courier.status(direct, "is reading…")
    assert office.slack.workspace.threads[channel, asked.ts].status == "is reading…"
    await office.courier.status(direct, "")
    assert not office.slack.workspace.threads[channel, asked.ts].status


@pytest.mark.parametrize(
    "fault",
    [
        Fault("assistant.threads.*", "ratelimited", seconds=30),
        Fault("assistant.threads.*", "error", error="missing_scope"),
        Fault("assistant.threads.*", "status", status=503),
        Fault("assistant.threads.*", "timeout", seconds=60),
    ],
    ids=lambda fault: fault.kind,
)
async def test_what_slack_does_not_do_is_left_out(
    office: Office, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.delivery.courier.COURTESY", 0.2)
    office.goes_wrong(fault)
    await office.courier.prompts("D1", ASKED)
    assert len(office.called("assistant.threads.setSuggestedPrompts")) <= 1
    assert not office.slept


async def test_whoever_has_to_wait_sees_so_at_once(office: Office) -> None:
    said = await office.slack.people.say("alice", "#ops", "prod?")
    await office.courier.reassure(office.asker())
    [told] = office.whispered()
    assert told.text.startswith("One moment: my store does not answer just now")
    await office.courier.reassure(office.asker(url=False, message_ts=said.ts))
    assert list(said.reactions) == ["eyes"]
    assert len(office.whispered()) == 1


async def test_nobody_is_told_of_what_was_overheard(office: Office) -> None:
    said = await office.slack.people.say("alice", "#ops", "lunch?")
    await office.courier.reassure(office.asker(url=False, message_ts=said.ts, overheard=True))
    assert not said.reactions
