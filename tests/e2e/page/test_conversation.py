"""What a person does on the page, with a bot that answers."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.page.browser import window
from tests.e2e.slack.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]
REPLIES = re.compile(r"\d+ repl")
ALICE, BOB = "/?as=alice&channel=ops", "/?as=bob&channel=ops"


async def checked(page: Page) -> Locator:
    """Type a command, and return the report once its thread is there."""
    log = page.locator("#log-channel .message")
    before = await log.count()
    box = page.get_by_label("Message #ops", exact=True)
    await box.fill("/readiness cluster-a")
    await box.press("Enter")
    return await finished(log.nth(before))


async def finished(report: Locator) -> Locator:
    await expect(report.get_by_role("button", name="Run again")).to_be_visible()
    await expect(report.get_by_role("link", name=REPLIES)).to_be_visible()
    return report


async def opened(page: Page, report: Locator) -> Locator:
    """Open the thread of a report, and return its log."""
    await report.get_by_role("link", name=REPLIES).click()
    return page.get_by_role("log", name="Messages in the thread")


async def test_a_report_its_thread_a_fix_and_a_question(served: Stage, browser: Browser) -> None:
    async with window(browser, served.slack.url + ALICE) as page:
        log = page.get_by_role("log", name="Messages in #ops").get_by_role("article")
        before = await log.count()
        box = page.get_by_label("Message #ops", exact=True)
        await box.press_sequentially("/re")
        await box.press("Tab")
        await expect(page.get_by_role("button", name="/readiness CLUSTER")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(box).to_be_focused()
        await expect(box).to_have_value("/readiness ")
        await page.keyboard.type("cluster-a")
        await page.keyboard.press("Enter")
        await expect(box).to_have_value("")
        report = await finished(log.nth(before))
        await expect(report.get_by_text("NOT READY")).to_be_visible()
        thread = await opened(page, report)
        await expect(page.get_by_role("heading", name="Thread")).to_be_focused()
        before = await thread.get_by_role("article").count()
        await report.get_by_role("button", name="How to fix").click()
        await expect(thread.get_by_role("article").nth(before)).to_contain_text("How to fix")
        await expect(page.locator(".unsupported")).to_have_count(0)


async def test_questions_in_a_thread_are_answered_there(served: Stage, browser: Browser) -> None:
    async with window(browser, served.slack.url + ALICE) as page:
        thread = await opened(page, await checked(page))
        box = page.get_by_label("Reply in the thread", exact=True)
        await expect(thread.get_by_role("article").last).to_contain_text("How to fix")
        for question, answer in (("what about cluster dns?", "Cluster DNS"), ("how do I fix it?", "CoreDNS")):
            before = await thread.get_by_role("article").count()
            await box.fill(question)
            await box.press("Enter")
            await expect(thread.get_by_role("article").nth(before)).to_contain_text(question)
            await expect(thread.get_by_role("article").nth(before + 1)).to_contain_text(answer)
            await expect(thread.get_by_role("img", name="white check mark").last).to_be_visible()
        await box.fill("/readiness cluster-b")
        await box.press("Enter")
        await expect(thread.get_by_text("/readiness is not supported in threads")).to_be_visible()


async def test_the_full_report_opens_as_a_page_of_its_own(served: Stage, browser: Browser) -> None:
    async with window(browser, served.slack.url + ALICE) as page:
        report = await checked(page)
        await report.get_by_role("button", name="Full report").click()
        thread = await opened(page, report)
        async with page.context.expect_page() as shown:
            await thread.get_by_role("link", name=re.compile(r"\.html$")).click()
        await expect((await shown.value).get_by_role("heading", level=1)).to_contain_text("cluster-a")


async def test_a_finding_is_waived_by_the_form(served: Stage, browser: Browser) -> None:
    async with window(browser, served.slack.url + ALICE) as page:
        report = await checked(page)
        await report.get_by_role("button", name="Waive").click()
        form = page.get_by_role("dialog", name="Waive findings")
        await expect(form).to_be_visible()
        await form.get_by_role("button", name="Waive").click()
        accepted = form.get_by_label("What is accepted")
        await expect(accepted).to_be_focused()
        await expect(accepted).to_have_attribute("aria-invalid", "true")
        await expect(form.get_by_text("Please complete this required field.")).to_have_count(2)
        await accepted.select_option(index=1)
        await form.get_by_label("Why", exact=True).fill("mended <b>soon</b> & for good")
        await form.get_by_label("Until").fill("2001-01-01")
        await form.get_by_role("button", name="Waive").click()
        await expect(form.get_by_text("Choose a day after today")).to_be_visible()
        await expect(form.get_by_label("Until")).to_be_focused()
        await expect(form.get_by_label("Why", exact=True)).to_have_value("mended <b>soon</b> & for good")
        await form.get_by_label("Until").fill(
            await page.evaluate("new Date(Date.now() + 14 * 864e5).toISOString().slice(0, 10)")
        )
        await form.get_by_role("button", name="Waive").click()
        await expect(form).to_have_count(0)
        # Which moves the link to the thread down.
        await expect(report).to_contain_text("1 finding waived")
        thread = await opened(page, report)
        waived = thread.get_by_role("article").filter(has_text="Waived").last
        await expect(waived).to_contain_text("mended <b>soon</b> & for good")


async def test_two_windows_are_two_people(served: Stage, browser: Browser) -> None:
    async with (
        window(browser, served.slack.url + ALICE) as hers,
        window(browser, served.slack.url + BOB) as his,
    ):
        await hers.get_by_label("Message #ops", exact=True).fill("/readiness help")
        await hers.keyboard.press("Enter")
        await expect(hers.get_by_text("Only visible to you").last).to_be_visible()
        await his.get_by_label("Message #ops", exact=True).fill("Good morning, alice!")
        await his.get_by_role("button", name="Send: Message #ops").click()
        await expect(hers.get_by_text("Good morning, alice!").last).to_be_visible()
        await expect(his.get_by_text("Good morning, alice!").last).to_be_visible()
        await expect(his.get_by_text("Only visible to you")).to_have_count(0)
        await (
            his.get_by_role("navigation", name="Who you are").get_by_role("link", name="Alice Anders").click()
        )
        await expect(his).to_have_url(re.compile("as=alice&channel=ops"))
        await expect(his.get_by_text("Only visible to you").last).to_be_visible()


async def test_direct_messages_are_conversations(served: Stage, browser: Browser) -> None:
    async with window(browser, f"{served.slack.url}/?as=carol&channel=ops") as page:
        talk = page.get_by_role("log", name="Direct messages with readiness")
        await page.get_by_role("button", name="Which clusters are there?").click()
        await expect(talk.get_by_role("article").nth(1)).to_contain_text("cluster-b")
        await page.get_by_label("Message readiness", exact=True).fill("help")
        await page.keyboard.press("Enter")
        await expect(talk.get_by_text("help", exact=True).first).to_be_visible()
        await expect(page.locator("#log-direct > .message")).to_have_count(1)
        await page.get_by_role("link", name="New conversation").click()
        await expect(page.get_by_label("Message readiness", exact=True)).to_be_focused()
        await page.get_by_label("Message readiness", exact=True).fill("waivers")
        await page.keyboard.press("Enter")
        await expect(page.locator("#log-direct > .message")).to_have_count(2)
        await expect(page).not_to_have_url(re.compile("fresh"))
