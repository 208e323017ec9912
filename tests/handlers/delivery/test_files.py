"""Files come into the thread, once."""

from datetime import timedelta

import pytest

from deploy.sandbox.slack.faults import Fault
from handlers.delivery.errors import SlackRefused, SlackSilent
from handlers.delivery.outlets import Outlet
from handlers.ports import Posted
from tests.handlers.delivery.office import KEY, Office, words

STEPS = ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]


async def upload(outlet: Outlet) -> None:
    await outlet.upload("file", "report.html", "Report of prod", b"<html>", "here")


async def test_into_the_thread(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    for _ in range(2):
        await upload(outlet)
    root, shared = office.seen()
    file = office.slack.workspace.files[shared.files[0]]
    assert (shared.text, shared.thread_ts) == ("here", root.ts)
    assert (file.name, file.title, file.content) == ("report.html", "Report of prod", b"<html>")


@pytest.mark.parametrize("kind", ["lost_answer", "status"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_lost_answer_is_not_a_second_file(office: Office, step: str, kind: str) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    lost = Fault(step, "lost_answer") if kind == "lost_answer" else Fault(step, "status", status=500)
    office.goes_wrong(lost)
    await upload(outlet)
    assert [len(it.files) for it in office.seen()] == [0, 1]


async def test_a_job_that_was_killed_finds_its_file(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    await upload(outlet)
    done = office.memory.posts["file"]
    office.memory.posts["file"] = Posted(done.channel, done.since + timedelta(seconds=30))
    await upload(await office.another_courier().open(office.asker(), KEY, words("ready")))
    assert [len(it.files) for it in office.seen()] == [0, 1]


async def test_a_scope_that_is_missing_is_named(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    office.slack.context.scopes -= {"files:write"}
    with pytest.raises(SlackRefused, match=r"`files:write` \(missing_scope\)") as refused:
        await upload(outlet)
    assert "reinstall the app" in refused.value.hint


async def test_where_nothing_gets_through_it_says_so(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("ready"))
    office.goes_wrong(Fault("upload", "status", status=503, times=0))
    with pytest.raises(SlackSilent):
        await upload(outlet)
