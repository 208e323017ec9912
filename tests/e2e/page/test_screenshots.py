"""The README's pictures of the page: UPDATE_SCREENSHOTS=1 pytest tests/e2e/page/test_screenshots.py."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Page, expect

import deploy.sandbox.slack.page as package
from deploy.sandbox.demo.decline import STEPS, after
from deploy.sandbox.demo.stage import Stage, stage
from deploy.sandbox.samples import fresh, well_run
from tests.e2e.page.browser import window

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]
FOLDER = Path(next(iter(package.__path__))) / "screenshots"
COLOURS = 256
MOST = 200_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo() -> AsyncIterator[Stage]:
    """The demo, whose clusters were looked at while one of them got worse."""
    async with stage() as demo, demo.program.serving():
        for count in range(len(STEPS)):
            demo.well_run.become(after(STEPS[:count]))
            await demo.program.run("check", well_run.NAME)
        demo.fresh.become(fresh.changed)
        yield demo


async def asked(page: Page, cluster: str) -> None:
    """Have a cluster checked in the channel, and open the thread of the report."""
    log = page.locator("#log-channel .message")
    before = await log.count()
    await page.get_by_label("Message #ops", exact=True).fill(f"/readiness {cluster}")
    await page.keyboard.press("Enter")
    await expect(log.nth(before).get_by_role("button", name="Run again")).to_be_visible()
    await log.nth(before).get_by_role("link", name=re.compile(r"\d+ replies")).click()


async def ask(page: Page, pane: str, question: str) -> None:
    """Ask in a thread or a direct message, and wait until that was answered."""
    log = page.locator(f"#log-{pane} .message")
    before = await log.count()
    await page.locator(f"#text-{pane}").fill(question)
    await page.keyboard.press("Enter")
    await expect(log.nth(before + 1).get_by_role("button").first).to_be_visible()


async def kept(page: Page, name: str) -> None:
    """Keep what the window shows as a picture of few colours."""
    await page.mouse.move(0, 0)
    shown = Image.open(io.BytesIO(await page.screenshot()))
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.png"
    shown.convert("RGB").quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < MOST


async def test_pictures(demo: Stage, browser: Browser) -> None:
    async with window(browser, f"{demo.slack.url}/?as=alice&channel=ops") as page:
        await asked(page, well_run.NAME)
        await ask(page, "thread", "how do I fix the backups?")
        await ask(page, "direct", f"is {well_run.NAME} ready?")
        await kept(page, "thread")
        await page.emulate_media(color_scheme="dark")
        await kept(page, "dark")
        await page.emulate_media(color_scheme="light")
        await page.get_by_role("button", name="Waive").first.click()
        form = page.get_by_role("dialog", name="Waive findings")
        await form.get_by_label("What is accepted").select_option(index=1)
        await form.get_by_label("Why", exact=True).fill("Backups are moved to the new store until Thursday")
        await kept(page, "form")
    async with window(browser, f"{demo.slack.url}/?as=bob&channel=ops") as page:
        await asked(page, fresh.NAME)
        await page.get_by_role("link", name="Close the thread").click()
        await expect(page.get_by_role("group", name="What Home shows")).to_contain_text(fresh.NAME)
        await ask(page, "direct", f"how does {fresh.NAME} compare with {well_run.NAME}?")
        await kept(page, "home")
