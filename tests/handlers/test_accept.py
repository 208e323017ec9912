"""Waivers and attestations that are asked for, changed, withdrawn and announced, whatever fails meanwhile."""

from datetime import timedelta

import pytest
from msgspec import structs

from checks.errors import ReadinessError
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.seeing import words_of
from handlers.accept import announce
from handlers.dispatch import answer
from handlers.intents import Save
from tests.bot.output.sample import NOW, SAMPLE
from tests.handlers.bureau import Bureau
from tests.handlers.delivery.office import words
from tests.handlers.render.accepted import ATTESTED, CONFIGURED, WAIVED

ENDED = structs.replace(WAIVED, until=NOW - timedelta(seconds=1))


async def rooted(bureau: Bureau) -> str:
    """Let the root message of the last report be there; return its ts."""
    asker = bureau.office.asker()
    await bureau.office.courier.open(asker, f"root:{SAMPLE.run_id}:{asker.channel}:", words("as it was"))
    return bureau.office.seen()[0].ts


async def test_a_withdrawal_that_is_delivered_twice_is_done_once_and_never_fails(bureau: Bureau) -> None:
    bureau.ports.held = {WAIVED.id: WAIVED}
    root = await rooted(bureau)
    said = f"withdraw {WAIVED.id}"
    await answer(bureau.desk, bureau.request(said, thread_ts=root))
    bureau.office.memory.forget_answers()  # killed before it was remembered
    await answer(bureau.desk, bureau.request(said, thread_ts=root))
    assert bureau.outcomes == [(said, "done")] * 2
    renewed, withdrawn = map(words_of, bureau.office.seen())
    assert "Waiver withdrawn" in withdrawn
    assert "as it was" not in renewed
    await answer(bureau.desk, bureau.request(said, "T2", thread_ts=root))
    assert bureau.outcomes[-1] == (said, "failed")


async def test_what_was_saved_is_told_although_the_root_message_cannot_be_renewed(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    root = await rooted(bureau)
    bureau.office.goes_wrong(Fault("chat.update", "error", error="token_revoked"))
    intent = Save("prod-eu", "replicas", "known", NOW + timedelta(days=7))
    await answer(bureau.desk, bureau.request(intent=intent, thread_ts=root))
    assert [entry.outcome for entry in bureau.ports.entries_] == ["done"]
    assert bureau.told() == ""
    assert "*Waived*" in words_of(bureau.office.seen()[-1])
    assert "is not up to date" in caplog.text


@pytest.mark.parametrize(("fingerprint", "subject"), [(WAIVED.fingerprint, WAIVED.subject), ("f" * 16, "")])
async def test_what_is_no_longer_found_keeps_its_name(bureau: Bureau, fingerprint: str, subject: str) -> None:
    bureau.ports.held = {WAIVED.id: WAIVED}
    bureau.ports.report_ = None
    until = NOW + timedelta(days=7)
    intent = Save("prod-eu", "replicas", "still", until, fingerprint=fingerprint, id=WAIVED.id)
    await answer(bureau.desk, bureau.request(intent=intent))
    assert (bureau.ports.held[WAIVED.id].reason, bureau.ports.held[WAIVED.id].subject) == ("still", subject)


async def test_a_list_asks_once_for_all_and_for_rights_that_matter(bureau: Bureau) -> None:
    bureau.ports.clusters = ("prod-eu", "prod-us", "test")
    hidden = structs.replace(WAIVED, cluster="hidden", id="w-h1dd3n")
    bureau.ports.held = {it.id: it for it in (WAIVED, ATTESTED, hidden)}
    bureau.ports.configured = [CONFIGURED]  # of prod-*
    await answer(bureau.desk, bureau.request("waivers"))
    assert bureau.ports.fetched == [""]
    assert sorted(bureau.ports.asked) == [("attest", "prod-eu"), ("waive", "prod-eu")]
    told = bureau.told()
    assert "*Waived and attested*  4" in told
    assert (told.count("`prod-eu`"), told.count("`prod-us`"), told.count("`test`")) == (1, 1, 0)
    assert "h1dd3n" not in told
    await answer(bureau.desk, bureau.request("waivers prod-us", "T2"))
    assert "*Waived and attested*  1" in bureau.told()


async def test_an_end_that_cannot_be_told_now_is_raised(bureau: Bureau) -> None:
    bureau.ports.held = {ENDED.id: structs.replace(ENDED, channel=bureau.office.asker().channel)}
    bureau.office.goes_wrong(Fault("chat.postMessage", "status", status=503, times=4))
    with pytest.raises(ReadinessError):
        await announce(bureau.desk, ENDED.id)
    for _ in range(2):
        await announce(bureau.desk, ENDED.id)
    assert len(bureau.office.seen()) == 1


async def test_one_that_can_never_be_told_is_logged(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    bureau.ports.held = {ENDED.id: structs.replace(ENDED, channel=bureau.office.asker().channel)}
    bureau.office.goes_wrong(Fault("chat.postMessage", "error", error="is_archived"))
    await announce(bureau.desk, ENDED.id)
    assert "is not announced" in caplog.text
