"""Charts in a workspace that does not draw them: everything else is there, and a picture follows."""

from datetime import timedelta

import pytest

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import File
from handlers.charts import Chart, Series, figures
from handlers.delivery.charts import KEY as REFUSED
from handlers.delivery.layout import REFUSED as TEXT_ONLY
from handlers.ports import Posted
from handlers.render.chart import KIND, chart
from handlers.render.message import Message
from tests.handlers.delivery.office import KEY, Office, texts, words

CHART = Chart(
    "prod, last 30 days",
    ("Nov 20", "Nov 21"),
    (Series("score", (91, 64)), Series("open findings", (2, 14))),
)
DRAWN = Message("the words", blocks=(*words("the words").blocks, *chart(CHART)))
NOT_YET = Fault("*", "error", error="invalid_blocks", block=KIND, times=0)


def kinds(office: Office) -> list[list[str]]:
    """The types of the blocks of every message in the channel."""
    return [[block["type"] for block in it.blocks] for it in office.seen()]


def files(office: Office) -> list[File]:
    return [office.slack.workspace.files[name] for it in office.seen() for name in it.files]


async def test_a_workspace_that_draws_them(office: Office) -> None:
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(DRAWN)
    await outlet.reply("reply", DRAWN)
    assert kinds(office) == [["section", KIND, KIND]] * 2
    assert not office.drawn
    assert REFUSED not in office.memory.posts


async def test_a_post(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    for _ in range(2):  # a job is delivered twice
        await office.courier.open(office.asker(), KEY, DRAWN)
    root, picture = office.seen()
    assert (root.text, kinds(office)) == ("the words", [["section"], []])
    assert picture.thread_ts == root.ts
    (file,) = files(office)
    assert (file.name, file.title, file.content) == ("chart.png", "prod, last 30 days", office.picture)
    assert file.alt_text == figures(CHART) == "score from 91 to 64, open findings from 2 to 14 since Nov 20"
    assert [series.values for series in office.drawn[0].series] == [(91, 64), (2, 14)]


async def test_an_edit_and_a_reply(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    outlet = await office.courier.open(office.asker(), KEY, words("waiting"))
    await outlet.edit(DRAWN)
    await outlet.edit(DRAWN)
    await outlet.reply("reply", DRAWN)
    assert kinds(office) == [["section"], [], ["section"], []]
    assert len({it.thread_ts for it in office.seen()[1:]}) == 1


async def test_what_was_asked_in_a_thread(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    root = await office.courier.open(office.asker(), "root", words("root"))
    ts = office.seen()[0].ts
    outlet = await office.courier.open(office.asker(thread_ts=ts), KEY, words("waiting"))
    await outlet.edit(DRAWN)
    await root.reply("reply", DRAWN)
    assert [it.thread_ts for it in office.seen()] == ["", *[ts] * 4]


async def test_it_is_refused_once_a_day(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    for number in range(3):
        await office.another_courier().open(office.asker(), f"earlier:{number}", DRAWN)
    assert len(office.called("chat.postMessage")) == 4
    assert len(files(office)) == 3
    office.slack.faults.clear()
    del office.memory.posts[REFUSED]
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert kinds(office)[-1] == ["section", KIND, KIND]


async def test_the_day_begins_with_the_first_refusal(office: Office) -> None:
    since = office.now() - timedelta(hours=3)
    office.memory.posts[REFUSED] = Posted("", since)
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert office.memory.posts[REFUSED].since == since


@pytest.mark.parametrize("url", [True, False])
async def test_for_the_asker_alone(office: Office, *, url: bool) -> None:
    office.goes_wrong(NOT_YET)
    await office.courier.tell(office.asker(url=url), DRAWN)
    (told,) = office.whispered()
    assert [block["type"] for block in told.blocks] == ["section"]
    assert not office.drawn


async def test_in_direct_messages(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    outlet = await office.courier.open(office.asker("#private-sre", url=False), KEY, DRAWN)
    assert not outlet.public
    told, picture = office.direct()
    assert (len(told.blocks), len(picture.files)) == (2, 1)


async def test_what_nobody_asked_for(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    await office.courier.announce(office.slack.workspace.channel("#ops").id, "", "digest", DRAWN)
    assert kinds(office) == [["section"], []]


async def test_a_layout_that_is_wrong_all_the_same(office: Office) -> None:
    bad = Message("the words", blocks=({"type": "no such block"}, *chart(CHART)))
    await office.courier.open(office.asker(), KEY, bad)
    assert texts(office.seen()) == [f"the words\n\n{TEXT_ONLY}"]
    assert REFUSED not in office.memory.posts


async def test_nothing_to_draw_with(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    office.picture = None
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert kinds(office) == [["section"]]


async def test_a_picture_that_cannot_be_uploaded(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.goes_wrong(NOT_YET)
    office.slack.context.scopes -= {"files:write"}
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert kinds(office) == [["section"]]
    assert "the picture of a chart is left out" in caplog.text


async def test_a_memory_that_is_away(office: Office) -> None:
    office.goes_wrong(NOT_YET)
    office.memory.broken = True
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert kinds(office) == [["section"]]


async def test_any_other_refusal_is_none_of_charts(office: Office) -> None:
    office.goes_wrong(Fault("chat.postMessage", "error", error="is_archived"))
    await office.courier.open(office.asker(), KEY, DRAWN)
    assert REFUSED not in office.memory.posts
