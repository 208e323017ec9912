from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.acting.modals import TROUBLE
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.workspace import NoSuch
from tests.sandbox.slack.calling import ident
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import asks, modal, option, plain, section
from tests.sandbox.slack.test_views import REASON, UNTIL, opened

OPTIONS = [option("a", "A"), option("b", "B")]


def element(kind: str, **more: object) -> dict[str, Any]:
    return asks({"type": kind, "action_id": "it", **more}, block_id="block", optional=True)


@pytest.mark.parametrize(
    ("block", "value", "state"),
    [
        (element("plain_text_input", initial_value="old"), None, {"value": "old"}),
        (element("plain_text_input"), "new", {"value": "new"}),
        (element("number_input", is_decimal_allowed=False), 7, {"value": "7"}),
        (element("email_text_input"), "a@example.com", {"value": "a@example.com"}),
        (element("url_text_input"), "https://example.com", {"value": "https://example.com"}),
        (element("static_select", options=OPTIONS), "B", {"selected_option": OPTIONS[1]}),
        (element("static_select", options=OPTIONS), None, {"selected_option": None}),
        (
            element("static_select", option_groups=[{"label": plain(), "options": OPTIONS}]),
            "a",
            {"selected_option": OPTIONS[0]},
        ),
        (element("multi_static_select", options=OPTIONS), ["a", "B"], {"selected_options": OPTIONS}),
        (element("multi_static_select", options=OPTIONS), None, {"selected_options": []}),
        (element("radio_buttons", options=OPTIONS), "b", {"selected_option": OPTIONS[1]}),
        (
            element("checkboxes", options=OPTIONS, initial_options=OPTIONS[:1]),
            None,
            {"selected_options": OPTIONS[:1]},
        ),
        (element("datepicker"), "2026-12-24", {"selected_date": "2026-12-24"}),
        (element("timepicker"), "09:30", {"selected_time": "09:30"}),
        (element("datetimepicker"), 1700000000, {"selected_date_time": 1700000000}),
        (element("users_select"), "bob", {"selected_user": "bob"}),
        (element("multi_users_select"), ["bob", "carol"], {"selected_users": ["bob", "carol"]}),
        (element("conversations_select"), "#ops", {"selected_conversation": "#ops"}),
        (element("channels_select"), "#ops", {"selected_channel": "#ops"}),
    ],
)
async def test_the_state_has_each_kind_of_input_in_its_own_field(
    slack: SandboxSlack,
    client: AsyncWebClient,
    listener: Listener,
    block: dict[str, Any],
    value: object,
    state: dict[str, Any],
) -> None:
    listener.acknowledge()
    await opened(slack, client, modal(block))
    shown = await slack.people.submit("alice", {} if value is None else {"it": value})
    ids = {name: ident(slack, name) for name in ("bob", "carol", "#ops")}
    expected = {
        key: [ids.get(str(it), it) for it in want] if isinstance(want, list) else ids.get(str(want), want)
        for key, want in state.items()
    }
    assert shown.payload["type"] == "view_submission"
    values = shown.payload["view"]["state"]["values"]
    assert values == {"block": {"it": {"type": block["element"]["type"], **expected}}}


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (element("plain_text_input", max_length=3), "long"),
        (element("plain_text_input", min_length=3), "x"),
        (element("number_input", is_decimal_allowed=False), "1.5"),
        (element("number_input", is_decimal_allowed=False, max_value="3"), 4),
        (element("datepicker"), "tomorrow"),
        (element("datepicker"), "2026-02-30"),
        (element("timepicker"), "25:00"),
        (element("datetimepicker"), "2026-02-28"),
        (element("multi_static_select", options=OPTIONS), "a"),
        (element("multi_users_select"), "bob"),
        (element("static_select", options=OPTIONS), "c"),
        (asks({"type": "plain_text_input", "action_id": "it"}), ""),
    ],
)
async def test_what_the_client_does_not_let_through_is_not_submitted(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener, block: dict[str, Any], value: object
) -> None:
    await opened(slack, client, modal(block))
    heard = len(listener.heard)
    with pytest.raises(ValueError, match=r"."):
        await slack.people.submit("alice", {"it": value})
    assert len(listener.heard) == heard


async def test_an_empty_answer_closes_the_modal(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    listener.acknowledge()
    await opened(slack, client, modal(REASON, UNTIL, private_metadata="finding"))
    shown = await slack.people.submit("alice", {"why": "accepted", "until": "2026-12-24"})
    assert shown.payload["view"]["private_metadata"] == "finding"
    assert shown.payload["response_urls"] == []
    assert (shown.problem, shown.view) == ("", None)
    with pytest.raises(NoSuch):
        await slack.people.submit("alice")


async def test_errors_stand_under_their_inputs(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    view = await opened(slack, client, modal(REASON))
    listener.acknowledge(response_action="errors", errors={"why": "Say more"})
    shown = await slack.people.submit("alice", {"reason": "no"})
    assert (dict(shown.errors), shown.view) == ({"why": "Say more"}, view)
    listener.acknowledge(response_action="errors", errors={"elsewhere": "Say more"})
    assert (await slack.people.submit("alice")).problem == TROUBLE


async def test_an_answer_changes_covers_or_clears_the_modal(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    view = await opened(slack, client, modal(section("One"), REASON))
    listener.acknowledge(response_action="update", view=modal(section("Two"), REASON))
    shown = await slack.people.submit("alice", {"reason": "x"})
    assert shown.view is view
    assert view.body["blocks"][0]["text"]["text"] == "Two"
    listener.acknowledge(response_action="push", view=modal(section("Three")))
    shown = await slack.people.submit("alice", {"reason": "x"})
    assert shown.view is not None
    assert shown.view.previous == view.id
    listener.acknowledge(response_action="clear")
    assert (await slack.people.submit("alice")).view is None
    assert slack.workspace.views == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
        {"text": "thanks"},
    ],
)
async def test_an_answer_that_slack_cannot_use_leaves_the_modal_with_a_complaint(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener, answer: dict[str, Any]
) -> None:
    view = await opened(slack, client, modal(REASON))
    listener.acknowledge(**answer)
    shown = await slack.people.submit("alice", {"reason": "x"})
    assert (shown.problem, shown.view) == (TROUBLE, view)


async def test_no_answer_leaves_the_modal_open(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    view = await opened(slack, client, modal(REASON))
    listener.keep_silent()
    shown = await slack.people.submit("alice", {"reason": "x"})
    assert (shown.acknowledged, shown.problem, shown.view) == (False, TROUBLE, view)


async def test_closing_is_told_on_request(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    await opened(slack, client, modal(REASON, notify_on_close=True, clear_on_close=True))
    shown = await slack.people.close("alice")
    assert shown is not None
    assert listener.heard[-1][1]["type"] == "view_closed"
    assert listener.heard[-1][1]["is_cleared"] is True


async def test_an_external_select_offers_what_the_app_says(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    select = {"type": "external_select", "action_id": "it", "min_query_length": 0}
    await opened(slack, client, modal(asks(select, block_id="block")))
    listener.acknowledge(options=OPTIONS)
    shown = await slack.people.suggest("alice", "it", "b")
    asked = listener.heard[-1][1]
    assert (asked["type"], asked["value"], asked["action_id"]) == ("block_suggestion", "b", "it")
    assert list(shown.options) == OPTIONS
    listener.acknowledge()
    submitted = await slack.people.submit("alice", {"it": "B"})
    assert submitted.payload["view"]["state"]["values"]["block"]["it"]["selected_option"] == OPTIONS[1]


async def test_a_chosen_conversation_can_be_answered_in(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    select = {"type": "conversations_select", "action_id": "it", "response_url_enabled": True}
    await opened(slack, client, modal(asks(select, block_id="block")))
    listener.acknowledge()
    shown = await slack.people.submit("alice", {"it": "#general"})
    door = shown.payload["response_urls"][0]
    assert (door["block_id"], door["action_id"]) == ("block", "it")
    assert door["channel_id"] == ident(slack, "#general")


async def test_a_menu_of_conversations_may_begin_with_the_one_it_is_opened_in(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    select = {"type": "conversations_select", "action_id": "it", "default_to_current_conversation": True}
    chosen = ident(slack, "#general")
    named = {**select, "initial_conversation": chosen}
    blocks = asks(select, block_id="here"), asks(named, block_id="there")
    await opened(slack, client, modal(*blocks))
    listener.acknowledge()
    values = (await slack.people.submit("alice")).payload["view"]["state"]["values"]
    assert values["here"]["it"]["selected_conversation"] == ident(slack, "#ops")
    assert values["there"]["it"]["selected_conversation"] == chosen
