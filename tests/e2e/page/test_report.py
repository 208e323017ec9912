"""The HTML report in a browser, at 20,000 findings: it opens, is read, filtered and copied from."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from msgspec import structs
from playwright.async_api import Browser, expect

from bot.output.formats import render
from checks.model import Report, Result
from checks.summary import Summary
from tests.bot.output.sample import OPTIONS, SAMPLE, TAKEN, large
from tests.e2e.page.browser import faint, nameless, window

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

MANY = 20_000
ALL = "20,005"
WORDS = "[name=words]"
"""By name: to find what a label is of, Playwright goes through every element."""
NODES, PROBES = "[data-check=sample-nodes]", "[data-check=sample-probes]"
SHOWN = "() => [...document.querySelectorAll('.rows > li')].filter(it => it.checkVisibility()).length"
"""How many findings can be seen: a locator would take seconds for that many."""

REACHED = """async element => {
  for (let tries = 0; tries < 100; tries++) {
    element.scrollIntoView({ block: "center" });
    await new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)));
    const { top, bottom } = element.getBoundingClientRect();
    if (top >= 0 && bottom <= innerHeight) return true;
  }
  return false;
}"""
"""Whether a finding can be scrolled to; what lies before it gets its real height only on the way."""


def _many() -> Result:
    """Return a failing check with 20,000 findings; a third of the objects belong to somebody."""
    (result,) = large(MANY).results
    owned = tuple(
        structs.replace(it, owner="Finance") if number % 3 == 0 else it
        for number, it in enumerate(result.findings)
    )
    return structs.replace(result, findings=owned)


def _page(folder: Path, report: Report) -> str:
    """Write a report with a history, and return its address."""
    history = [
        structs.replace(Summary.of(report), taken_at=TAKEN - timedelta(days=days), score=64 + days)
        for days in range(20)
    ]
    path = folder / "report.html"
    path.write_text(render("html", report, replace(OPTIONS, history=history)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _page(tmp_path_factory.mktemp("small"), SAMPLE)


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> str:
    many = _many()
    results = tuple(many if it.id == many.id else it for it in SAMPLE.results)
    return _page(tmp_path_factory.mktemp("huge"), structs.replace(SAMPLE, results=results))


async def test_it_asks_nobody_for_anything(browser: Browser, huge: str) -> None:
    async with window(browser, "about:blank") as page:
        asked: list[str] = []
        page.on("request", lambda it: asked.append(it.url))
        await page.goto(huge)
        await expect(page.locator("h1")).to_have_text("NOT READY prod-eu")
        assert asked == [huge]


async def test_findings_are_filtered(browser: Browser, huge: str) -> None:
    async with window(browser, huge) as page:
        told, words = page.locator("output"), page.locator(WORDS)
        await words.fill("WORKLOAD-19907 probe")
        await expect(told).to_have_text(f"1 of {ALL} shown")
        assert await page.evaluate(SHOWN) == 1
        found = page.locator(f"{PROBES} li:not([hidden]) strong")
        await expect(found).to_have_text("Deployment team-7/workload-19907 (container server)")
        await expect(page.locator(f"{PROBES} summary")).to_contain_text("1 of 20,000 findings")
        await expect(found).to_be_in_viewport()
        await expect(page.locator("#high")).to_have_text("High: 1 of 2 checks failing")
        await expect(page.locator(NODES)).to_be_hidden()
        await words.fill("readiness")
        await expect(told).to_have_text(f"20,000 of {ALL} shown")
        assert await page.evaluate(SHOWN) == 0  # folded away again
        await page.locator("button[type=reset]").click()
        await expect(told).to_be_empty()
        await expect(page.locator(NODES)).to_be_visible()


async def test_by_severity_namespace_and_owner(browser: Browser, huge: str) -> None:
    async with window(browser, huge) as page:
        told = page.locator("output")
        await page.locator("[name=namespace]").select_option("team-7")
        await expect(told).to_have_text(f"400 of {ALL} shown")
        await page.locator("[name=owner]").select_option("Finance")
        await expect(told).to_have_text(f"133 of {ALL} shown")
        await page.locator("[name=severity]").select_option(label="critical")
        await expect(told).to_have_text(f"0 of {ALL} shown")
        await page.locator("[name=owner]").select_option(index=0)
        await page.locator("[name=namespace]").select_option("")
        await expect(told).to_have_text(f"1 of {ALL} shown")
        assert await page.evaluate(SHOWN) == 1


async def test_a_check_of_thousands_is_unfolded(browser: Browser, huge: str) -> None:
    async with window(browser, huge) as page:
        await page.locator(f"{PROBES} summary").click()
        rows = page.locator(f"{PROBES} .rows > li")
        await expect(rows.first).to_be_in_viewport()
        assert await rows.last.evaluate(REACHED)
        assert "workload-19999" in (await rows.last.text_content() or "")
        await expect(page.locator("h1")).to_be_in_viewport()


async def test_what_is_short_is_printed_whole(browser: Browser, huge: str) -> None:
    async with window(browser, huge) as page:
        budget = page.locator("[data-check=sample-budgets] .rows")
        await expect(budget).to_be_hidden()
        await page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        await expect(budget).to_be_visible()
        await expect(page.locator(f"{PROBES} .rows").first).to_be_hidden()
        await page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        await expect(budget).to_be_hidden()
        await expect(page.locator(f"{NODES} .rows")).to_be_visible()


async def test_a_command_is_copied(browser: Browser, small: str) -> None:
    async with window(browser, small) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        button = page.get_by_role("button", name="Copy kubectl describe node/node-7")
        await button.click()
        await expect(button).to_have_text("Copied")
        copied = await page.evaluate("() => navigator.clipboard.readText()")
        assert copied == "kubectl describe node/node-7"


async def test_by_keyboard_alone(browser: Browser, small: str) -> None:
    async with window(browser, small) as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the findings")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        first = page.locator(NODES)
        await expect(first.locator("summary")).to_be_focused()
        await expect(first.locator(".rows")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(first.locator(".rows")).to_be_hidden()


async def test_without_its_script(browser: Browser, small: str) -> None:
    async with window(browser, small, java_script_enabled=False) as page:
        await expect(page.locator("form")).to_be_hidden()
        await page.locator(f"{PROBES} summary").click()
        found = page.get_by_text("Deployment shop/search (container server)", exact=True)
        await expect(found).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
async def test_it_can_be_read(
    browser: Browser, small: str, scheme: Literal["light", "dark"], width: int
) -> None:
    size = {"width": width, "height": 900}
    async with window(browser, small, color_scheme=scheme, viewport=size) as page:
        await page.evaluate("() => document.querySelectorAll('details').forEach(it => { it.open = true })")
        assert await page.evaluate("() => document.documentElement.scrollWidth") == width
        assert await faint(page) == []
        assert await nameless(page) == []
        await expect(page.get_by_role("img", name="Score over time")).to_be_visible()
        await expect(page.get_by_role("row", name="Nov 01 64 9")).to_be_visible()
