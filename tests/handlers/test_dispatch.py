"""What becomes of a request: who is told, what is on record, and the mark that a message gets."""

import asyncio

import pytest
from msgspec import structs

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of_view
from handlers import modules
from handlers.delivery import courier
from handlers.dispatch import answer
from handlers.intents import Save, Show, Verb, Welcome
from handlers.refusal import Told
from tests.bot.output.sample import NOW
from tests.handlers.bureau import Bureau

LONG = "what about " + "x" * 300


@pytest.mark.parametrize(
    ("said", "outcome", "what"),
    [
        ("list", "done", "list"),
        ("help", "done", "help"),
        ("show prod-eu", "done", "show prod-eu"),
        ("diff staging", "failed", "diff staging"),
        ("rm -rf /", "failed", "rm -rf /"),
        (LONG, "failed", LONG[:199] + "…"),
        ("waive prod-eu", "refused", "waive prod-eu"),
    ],
)
async def test_whatever_is_asked_is_on_record(bureau: Bureau, said: str, outcome: str, what: str) -> None:
    bureau.ports.denied = {Verb.WAIVE}
    await answer(bureau.desk, bureau.request(said))
    [entry] = bureau.ports.entries_
    assert (entry.what, entry.outcome) == (what, outcome)


@pytest.mark.parametrize("intent", [None, Save("prod-eu", "cni", "why", NOW)])
async def test_what_a_stranger_asks_is_on_record(bureau: Bureau, intent: Save | None) -> None:
    said = "" if intent else "show prod-eu"
    await answer(bureau.desk, bureau.request(said, intent=intent, stranger=True))
    [entry] = bureau.ports.entries_
    assert (entry.what, entry.outcome, entry.verb) == (said or "waive prod-eu cni", "refused", Verb.VIEW)
    assert "only people of the workspace" in bureau.told()


async def test_so_is_what_fails_before_it_is_understood_and_nobody_learns_where_the_store_is(
    bureau: Bureau,
) -> None:
    bureau.ports.away = True
    await answer(bureau.desk, bureau.request("show prod-eu"))
    assert bureau.outcomes == [("show prod-eu", "failed")]
    assert "/run/secret" in bureau.ports.entries_[0].detail
    assert "the store cannot be used just now" in bureau.told()
    assert "/run/secret" not in bureau.told()


async def test_what_was_told_already_is_only_put_on_record(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> str:
        raise Told("the cluster does not answer")

    monkeypatch.setitem(modules.HANDLERS, Show, failing)
    await answer(bureau.desk, bureau.request("show prod-eu"))
    [entry] = bureau.ports.entries_
    assert (entry.outcome, entry.detail, bureau.told()) == ("failed", "the cluster does not answer", "")


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("list", "white_check_mark"),
        ("waive prod-eu", "warning"),
        ("show prod-eu run:20200101", "warning"),
        ("shw prod-eu", "warning"),
        ("who is for lunch?", None),
    ],
)
async def test_a_message_is_marked_by_how_it_went(bureau: Bureau, said: str, mark: str | None) -> None:
    bureau.ports.denied = {Verb.WAIVE}
    asked = await bureau.office.slack.people.say("alice", "#ops", said)
    await answer(bureau.desk, bureau.request(said, message_ts=asked.ts))
    assert list(asked.reactions) == ([mark] if mark else [])


async def test_no_answer_waits_for_a_mark(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "COURTESY", 60)
    asked = await bureau.office.slack.people.say("alice", "#ops", "list")
    bureau.office.goes_wrong(Fault("reactions.*", "timeout", seconds=60, times=0))
    work = asyncio.create_task(answer(bureau.desk, bureau.request("list", message_ts=asked.ts)))
    deadline = asyncio.get_running_loop().time() + 8
    while not bureau.told():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    assert not work.done()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_a_crash_is_told_by_its_id(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crashing(*_: object) -> str:
        raise ValueError("secret")

    monkeypatch.setitem(modules.HANDLERS, Show, crashing)
    await answer(bureau.desk, bureau.request("show prod-eu"))
    [entry] = bureau.ports.entries_
    error_id = entry.detail.removeprefix("error ")
    assert error_id in bureau.told()
    assert error_id in caplog.text
    assert "secret" not in bureau.told()


async def test_a_request_is_answered_once(bureau: Bureau) -> None:
    for _ in range(2):
        await answer(bureau.desk, bureau.request("list"))
    assert len(bureau.ports.entries_) == 1


async def test_what_is_asked_in_the_home_tab_is_answered_directly(bureau: Bureau) -> None:
    for ident, said in (("T1", "show prod-eu"), ("T2", "waive"), ("T3", "show staging")):
        request = bureau.request(said, ident, url=False)
        at_home = structs.replace(request, asker=structs.replace(request.asker, channel=""))
        await answer(bureau.desk, at_home)
    shown, form, missing = bureau.office.direct()
    assert "prod-eu" in shown.text
    assert not shown.thread_ts
    assert form.text == "Waiving on `prod-eu`: the form is ready. Nothing is accepted before you submit it."
    assert "staging" in str(missing.blocks)
    assert bureau.office.seen() == []


async def test_where_no_direct_message_can_be_had_a_window_says_so(bureau: Bureau) -> None:
    bureau.office.goes_wrong(Fault("conversations.open", "error", error="cannot_dm_bot", times=0))
    workspace = bureau.office.slack.workspace
    alice = workspace.user("alice").id
    request = bureau.request("show prod-eu", url=False, trigger_id=workspace.new_trigger(alice).id)
    await answer(bureau.desk, structs.replace(request, asker=structs.replace(request.asker, channel="")))
    window = workspace.modal(alice)
    assert window
    assert "Slack does not let me write to you directly" in words_of_view(window)
    assert "ask in a channel I am in" in words_of_view(window)


async def test_whoever_opens_the_direct_messages_finds_questions_there(bureau: Bureau) -> None:
    channel = await bureau.desk.courier.direct(bureau.office.asker())
    request = bureau.request(intent=Welcome(), url=False)
    await answer(bureau.desk, structs.replace(request, asker=structs.replace(request.asker, channel=channel)))
    [first, *_] = bureau.office.slack.workspace.threads[channel, ""].prompts
    assert first["message"] == "Is prod-eu ready?"
    bureau.ports.away = True
    await answer(bureau.desk, structs.replace(request, id="T2"))
    assert (bureau.outcomes, bureau.told(), bureau.office.direct()) == ([], "", [])
