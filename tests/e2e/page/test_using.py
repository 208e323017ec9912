"""The page under a person's hands: its controls, its keys, what is kept, and how it is read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e.page.browser import window
from tests.e2e.slack.stage import eventually
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, asks, button, modal, option, plain, section

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]
Json = dict[str, Any]
CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
CHOICES = [option("one", "One"), option("two", "Two")]


class Desk:
    """An app that only listens, and alice's window on its workspace."""

    def __init__(self, slack: SandboxSlack, page: Page) -> None:
        self.slack, self.page, self.listener = slack, page, Listener()
        slack.transport = self.listener
        self.client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)

    async def post(self, *blocks: Json, text: str = "x") -> str:
        """Post blocks in the channel; return the ts."""
        posted = await self.client.chat_postMessage(channel="#ops", text=text, blocks=list(blocks))
        return str(posted["ts"])

    async def heard(self, field: str, value: object) -> None:
        """Wait until the newest action that the app heard of has this value."""

        def newest() -> bool:
            payloads = [payload for _, payload in self.listener.heard if "actions" in payload]
            return bool(payloads) and payloads[-1]["actions"][0].get(field) == value

        await eventually(newest, f"{field} is {value}")

    async def opens(self, *blocks: Json, **more: object) -> None:
        """Open a modal before alice."""
        shown = await self.slack.people.command("alice", "#ops")
        await self.client.views_open(trigger_id=shown.payload["trigger_id"], view=modal(*blocks, **more))
        await expect(self.page.get_by_role("dialog")).to_be_visible()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    async with (
        SandboxSlack(app=App(), rates=Rates(enforce=False)) as slack,
        window(browser, f"{slack.url}/?as=alice&channel=ops") as page,
    ):
        yield Desk(slack, page)


@pytest.mark.parametrize(
    ("element", "label", "choice", "field", "value"),
    [
        ({"type": "static_select", "options": CHOICES}, "Menu", "Two", "selected_option", CHOICES[1]),
        ({"type": "users_select"}, "Menu", "Bob Brandt", "selected_user", "bob"),
        ({"type": "channels_select"}, "Menu", "#general", "selected_channel", "general"),
    ],
)
async def test_menus(desk: Desk, element: Json, label: str, choice: str, field: str, value: object) -> None:
    await desk.post(actions({**element, "action_id": "it", "placeholder": plain(label)}))
    await desk.page.get_by_role("combobox", name=label).select_option(label=choice)
    workspace = desk.slack.workspace
    idents = {"bob": workspace.user("bob").id, "general": workspace.channel("general").id}
    await desk.heard(field, idents.get(value, value) if isinstance(value, str) else value)
    await desk.page.reload()
    await expect(desk.page.get_by_role("combobox", name=label).locator(":checked")).to_have_text(choice)


async def test_boxes_days_and_overflows(desk: Desk) -> None:
    page = desk.page
    await desk.post(
        section(accessory={"type": "overflow", "action_id": "more", "options": CHOICES}),
        actions(
            {"type": "checkboxes", "action_id": "boxes", "options": CHOICES},
            {"type": "radio_buttons", "action_id": "radio", "options": CHOICES},
            {"type": "datepicker", "action_id": "day"},
        ),
    )
    await page.get_by_label("More actions").click()
    await page.get_by_role("button", name="Two").click()
    await desk.heard("selected_option", CHOICES[1])
    await expect(page.get_by_role("button", name="Two")).to_be_hidden()
    await page.get_by_role("checkbox", name="One").check()
    await page.get_by_role("checkbox", name="Two").check()
    await desk.heard("selected_options", CHOICES)
    await page.get_by_role("radio", name="One").check()
    await desk.heard("selected_option", CHOICES[0])
    await page.get_by_label("day").fill("2026-12-05")
    await desk.heard("selected_date", "2026-12-05")


async def test_an_external_select_offers_what_the_app_suggests(desk: Desk) -> None:
    await desk.opens(asks({"type": "external_select", "action_id": "it", "min_query_length": 1}))
    desk.listener.acknowledge(options=CHOICES)
    field = desk.page.get_by_role("combobox", name="Words")
    await field.press_sequentially("Tw")
    await expect(desk.page.locator("datalist option")).to_have_count(2)
    await field.fill("Two")
    desk.listener.acknowledge()
    await desk.page.get_by_role("button", name="Words").click()
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    [state] = desk.listener.heard[-1][1]["view"]["state"]["values"].values()
    assert state["it"]["selected_option"] == CHOICES[1]


async def test_a_dangerous_button_asks_first(desk: Desk) -> None:
    await desk.post(actions(button("drop", style="danger", confirm=CONFIRM)))
    press, question = desk.page.get_by_role("button", name="Words"), desk.page.get_by_role("alertdialog")
    await press.click()
    await question.get_by_role("button", name="No").click()
    await expect(press).to_be_focused()
    assert "interactive" not in [kind for kind, _ in desk.listener.heard]
    await press.click()
    await expect(question).to_contain_text("Really?")
    await question.get_by_role("button", name="Yes").click()
    await desk.heard("action_id", "drop")


async def test_modals_follow_what_the_app_answers(desk: Desk) -> None:
    page = desk.page
    fields = [{"type": it, "action_id": it} for it in ("plain_text_input", "url_text_input")]
    await desk.opens(*(asks(it, block_id=it["action_id"], label=plain(it["action_id"])) for it in fields))
    form, press = page.get_by_role("dialog"), page.get_by_role("button", name="Words")
    await form.get_by_label("plain_text_input").fill("kept")
    await form.get_by_label("url_text_input").fill("nowhere")
    await press.click()
    await expect(form.get_by_label("url_text_input")).to_be_focused()
    await form.get_by_label("url_text_input").fill("https://example.com")
    desk.listener.acknowledge(response_action="errors", errors={"plain_text_input": "Not that."})
    await press.click()
    await expect(form.get_by_text("Not that.")).to_be_visible()
    await expect(form.get_by_label("plain_text_input")).to_have_value("kept")
    pushed = modal(section("Further on"), title=plain("Second"))
    desk.listener.acknowledge(response_action="push", view=pushed)
    await press.click()
    await expect(page.get_by_role("dialog", name="Second")).to_contain_text("Further on")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Words")).to_be_visible()
    desk.listener.keep_silent()
    await press.click()
    await expect(form.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    desk.listener.acknowledge(response_action="clear")
    await press.click()
    await expect(form).to_have_count(0)


async def test_what_fails_is_told(desk: Desk) -> None:
    page = desk.page
    await desk.post(actions(button()))
    desk.listener.keep_silent()
    await page.get_by_role("button", name="Words").click()
    await expect(page.get_by_role("alert")).to_contain_text("This did not work: operation_timeout")
    await page.get_by_label("Message #ops", exact=True).fill("/readiness prod")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text('/readiness failed with the error "operation_timeout"')).to_be_visible()


async def test_what_is_under_way_is_kept_while_things_happen(desk: Desk) -> None:
    page, box = desk.page, desk.page.get_by_label("Message #ops", exact=True)
    root = await desk.post(section("*root*"), actions(button()), text="root")
    for number in range(40):
        await desk.post(section(f"line {number}"))
    await expect(page.get_by_text("line 39")).to_be_in_viewport()
    await box.press_sequentially("half a sen")
    await page.get_by_text("line 3", exact=True).scroll_into_view_if_needed()
    await box.focus()
    await desk.post(section("news"))
    await desk.client.chat_update(channel=desk.slack.workspace.channel("#ops").id, ts=root, text="edited")
    await expect(page.get_by_text("news")).to_be_attached()
    await expect(page.get_by_text("line 3", exact=True)).to_be_in_viewport()
    await expect(box).to_be_focused()
    await expect(box).to_have_value("half a sen")
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name="general").click()
    await expect(page.get_by_role("log", name="Messages in #general")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_text("news")).to_be_in_viewport()


async def test_the_focus_stays_with_a_button_that_moves(desk: Desk) -> None:
    channel = desk.slack.workspace.channel("#ops").id
    first, second = button("one", text=plain("One")), button("two", text=plain("Two"))
    ts = await desk.post(actions(first, second))
    await desk.page.get_by_role("button", name="Two").focus()
    await desk.client.chat_update(
        channel=channel, ts=ts, text="x", blocks=[section("more"), actions(second), actions(first)]
    )
    await expect(desk.page.get_by_text("more", exact=True)).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Two")).to_be_focused()


async def test_by_keyboard_alone(desk: Desk) -> None:
    page = desk.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the box")).to_be_focused()
    await page.keyboard.press("Enter")
    box = page.get_by_label("Message #ops", exact=True)
    await expect(box).to_be_focused()
    await page.keyboard.type("Hello")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("there")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log-channel article")).to_contain_text("Hello\nthere", use_inner_text=True)
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("link", name="Reply in thread")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thread")).to_be_focused()
    for _ in range(3):
        await page.keyboard.press("Tab")
    await expect(page.get_by_label("Reply in the thread", exact=True)).to_be_focused()
    await desk.opens(section())
    await expect(page.get_by_role("dialog").get_by_role("button", name="Close")).to_be_focused()
    for _ in range(4):
        await page.keyboard.press("Tab")
        assert await page.evaluate(
            "document.activeElement.closest('dialog') || document.activeElement === document.body"
        )
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_label("Reply in the thread", exact=True)).to_be_focused()


async def test_reactions_are_given_and_taken_back(desk: Desk) -> None:
    ts = await desk.post(section())
    await desk.client.reactions_add(
        channel=desk.slack.workspace.channel("#ops").id, timestamp=ts, name="eyes"
    )
    reaction = desk.page.locator(".reaction")
    for pressed, count in (("true", "2"), ("false", "1")):
        await reaction.click()
        await expect(reaction).to_have_attribute("aria-pressed", pressed)
        await expect(reaction).to_contain_text(count)
