"""A browser, a window in it, and what can be said of what it shows."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Browser, Page, async_playwright, expect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CONTROLS: Final = frozenset(
    {
        "button",
        "link",
        "textbox",
        "combobox",
        "checkbox",
        "radio",
        "listbox",
        "searchbox",
        "spinbutton",
        "Date",
    }
)
"""Roles of what a person can act on."""
LEAST_CONTRAST: Final = 4.5
PATIENCE: Final = 20_000
"""Milliseconds for what takes a fraction of a second on a quiet machine."""

expect.set_options(timeout=PATIENCE)

_FAINT: Final = """least => {
  const channel = (it) => (it /= 255) <= .03928 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4;
  const read = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const back = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = read(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest(".emoji, .visually-hidden, option")) continue;
    const [a, b] = [light(read(getComputedStyle(element).color)), light(back(element))].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    if (contrast < least) faint.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return faint;
}"""


def chromium() -> str:
    """Return where a Chromium is; empty where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start it without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: Browser, url: str, **more: Any) -> AsyncIterator[Page]:  # noqa: ANN401 - as playwright has it
    """Open a window at an address; whatever the console has to complain of in the end is a failure."""
    options = {"viewport": {"width": 1400, "height": 860}, "reduced_motion": "reduce", "locale": "en-GB"}
    context = await browser.new_context(**{**options, **more})
    complaints: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda it: complaints.append(it.text) if it.type in ("error", "warning") else None)
    page.on("pageerror", lambda it: complaints.append(str(it)))
    await page.goto(url)
    try:
        yield page
    finally:
        await context.close()
    assert complaints == []


async def nameless(page: Page) -> list[str]:
    """Return the roles of the controls that a screen reader has no name for."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    controls = [it for it in tree["nodes"] if it.get("role", {}).get("value") in CONTROLS]
    assert controls
    return [it["role"]["value"] for it in controls if not it.get("name", {}).get("value", "").strip()]


async def faint(page: Page) -> list[str]:
    """Return the words that are hard to read, with their contrast (WCAG 2.2, 1.4.3)."""
    found: list[str] = await page.evaluate(_FAINT, LEAST_CONTRAST)
    return found
