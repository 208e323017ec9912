"""How the page is read: by eye, in light and dark, on a narrow screen, and by a screen reader."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e.page.browser import faint, nameless, window
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, asks, button, home, modal, section
from tests.sandbox.slack.page.test_blocks import BLOCKS, CHOSEN, TYPED, element

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(browser: Browser) -> AsyncIterator[str]:
    """A workspace in which everything is shown that there can be: in a thread, on Home, and in a modal."""
    assert browser.is_connected()
    async with SandboxSlack(app=App()) as slack:
        slack.transport = Listener()
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        alice, channel = slack.workspace.user("alice").id, slack.workspace.channel("#ops").id
        every = [{**it, "block_id": name} for name, it in BLOCKS.items() if name != "alert"]
        charts = [it for it in every if it["type"] == "data_visualization"]
        styled = actions(button("a", style="primary"), button("b", style="danger"), button("c"))
        plainer = [it for it in every if it["type"] not in ("data_visualization", "table", "data_table")]
        root = await client.chat_postMessage(channel=channel, text="x", blocks=[*plainer, styled])
        for blocks in (charts[:2], charts[2:], *([it] for it in every if "table" in it["type"])):
            await client.chat_postMessage(channel=channel, text="x", thread_ts=root["ts"], blocks=blocks)
        await client.reactions_add(channel=channel, timestamp=root["ts"], name="eyes")
        await client.chat_postEphemeral(channel=channel, user=alice, text="only *you*")
        await slack.people.say("alice", "readiness", "hello @bob")
        await client.views_publish(user_id=alice, view=home(section("My clusters"), actions(button())))
        shown = await slack.people.command("bob", "#ops")
        fields = [asks(element(kind), block_id=kind) for kind in (*TYPED, *CHOSEN)]
        form = modal(*fields, BLOCKS["alert"])
        await client.views_open(trigger_id=shown.payload["trigger_id"], view=form)
        yield f"{slack.url}/?channel=ops&thread={root['ts']}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_and_controls_have_names(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    async with window(browser, f"{address}&as=alice", color_scheme=scheme) as page:
        await expect(page.get_by_role("group", name="What Home shows")).to_contain_text("My clusters")
        assert await nameless(page) == []
        assert await faint(page) == []
        assert await page.locator("main h2").all_inner_texts() == [
            "# ops",
            "Thread",
            "Home",
            "R\nreadiness\nAPP",
        ]
        for chart in await page.locator("svg").all():
            assert await chart.locator("path").count() > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_form_with_every_input_can_be_read_and_used(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    async with window(browser, f"{address}&as=bob", color_scheme=scheme) as page:
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.get_by_role("dialog").locator("[type=submit]").click()
        await expect(page.get_by_text("Please complete this required field.").first).to_be_visible()
        assert await nameless(page) == []
        assert await faint(page) == []


async def test_a_narrow_screen_has_one_pane_at_a_time(browser: Browser, address: str) -> None:
    async with window(
        browser, f"{address}&as=alice&pane=thread", viewport={"width": 400, "height": 720}
    ) as page:
        tabs, panes = page.get_by_role("navigation", name="Panes"), page.locator("main > section:visible")
        await expect(page.get_by_role("heading", name="Thread")).to_be_visible()
        for tab, heading in (("#ops", "# ops"), ("Home", "Home"), ("readiness", "readiness APP")):
            await tabs.get_by_role("link", name=tab).click()
            await expect(page.get_by_role("heading", level=2, name=heading)).to_be_focused()
            await expect(panes).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 400
        await tabs.get_by_role("link", name="#ops").click()
        await page.get_by_role("link", name="replies").click()
        await expect(page.get_by_role("heading", name="Thread")).to_be_focused()
