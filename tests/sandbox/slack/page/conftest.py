"""A reader of blocks, and a person with the page before them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from deploy.sandbox.slack.blocks import with_ids
from deploy.sandbox.slack.defaults import furnish
from deploy.sandbox.slack.model import Json, Message
from deploy.sandbox.slack.page.advertised import Advertised
from deploy.sandbox.slack.page.look import read_look
from deploy.sandbox.slack.page.markup import page
from deploy.sandbox.slack.page.mrkdwn import Writer
from deploy.sandbox.slack.page.reader import Reader
from deploy.sandbox.slack.page.scene import Scene
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.workspace import Workspace
from tests.sandbox.slack.page.parsed import Tag, parse

NOW = 1_795_000_000
"""A Wednesday, 2026-11-18 12:06:40 in Berlin."""


def workspace() -> Workspace:
    return furnish(Workspace(clock=lambda: NOW))


def writer() -> Writer:
    """Draws text for alice, who is in Berlin and in the group @sre."""
    there = workspace()
    return Writer(Reader(there, there.user("alice")))


def drawn(*shown: Json) -> Tag:
    """Draw blocks in a message that alice reads."""
    there = workspace()
    message = Message(there.new_ts(), there.channel("#ops").id, there.bot.id, "x", with_ids(shown))
    there.messages[message.channel][message.ts] = message
    look = read_look(there, {"as": "alice", "channel": "ops"})
    return next(parse(page(Scene(there, look, Advertised()))).every(class_="body"))


@pytest.fixture
async def http(slack: SandboxSlack) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url) as session:
        yield session


async def fetched(http: aiohttp.ClientSession, **query: str) -> Tag:
    async with http.get("/", params=query) as answer:
        text = await answer.text()
        assert answer.status == 200, text
        return parse(text)
