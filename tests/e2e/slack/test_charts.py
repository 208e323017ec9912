"""Charts of a history, in a workspace that draws them and in one that does not yet."""

import asyncio

import pytest

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.model import File, Message
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

CHART = "data_visualization"
NOT_YET = Fault("*", "error", error="invalid_blocks", block=CHART, times=0)


def charts(message: Message) -> list[str]:
    return [block["title"] for block in message.blocks if block["type"] == CHART]


async def uploaded(stage: Stage, root: Message, ending: str) -> File:
    """Return the file in a thread whose name ends so, once it is there."""
    files = stage.slack.workspace.files

    def found() -> File | None:
        shared = (files[name] for reply in stage.replies(root) for name in reply.files)
        return next((file for file in shared if file.name.endswith(ending)), None)

    return await stage.eventually(found, f"a file {ending}")


async def two_runs(stage: Stage) -> Person:
    """Serve a cluster that has been checked twice."""
    await stage.bot()
    for _ in range(2):
        _, said = await stage.run("check", "prod")
        assert "NOT READY" in said
        await asyncio.sleep(1)  # runs of the same second are drawn as one
    return Person(stage)


async def test_a_history_is_drawn(hasty: Stage) -> None:
    alice = await two_runs(hasty)
    told = await alice.types("history prod", "*History*")
    assert charts(told) == ["Score: prod, last 30 days", "Open findings: prod, last 30 days"]
    assert "score from" in told.text


async def test_where_charts_are_refused_a_picture_follows(hasty: Stage) -> None:
    alice = await two_runs(hasty)
    hasty.slack.faults.put(NOT_YET)
    told = await alice.types("history prod", "*History*")
    assert not charts(told)
    picture = await uploaded(hasty, told, ".png")
    assert picture.content
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt_text.startswith("score from")
    again = await alice.types("history prod", "*History*")
    await uploaded(hasty, again, ".png")
    refused = [call for call in hasty.slack.calls if call.answer == "invalid_blocks"]
    assert len(refused) == 1


async def test_the_page_draws_it_too(hasty: Stage) -> None:
    alice = await two_runs(hasty)
    shown = await alice.types("report prod", "Run again")
    page = (await uploaded(hasty, shown, ".html")).content
    assert page
    assert b">Open findings over time<" in page
    _, printed = await hasty.run("check", "prod", "--output", "html")
    assert ">Open findings over time<" in printed
    _, alone = await hasty.run("check", "prod", "--output", "html", "--no-store")
    assert "NOT READY" in alone
    assert "over time<" not in alone
