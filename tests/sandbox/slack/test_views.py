from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.model import View
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, asks, button, home, modal, option, plain, section

REASON = asks({"type": "plain_text_input", "action_id": "reason", "max_length": 20}, block_id="why")
UNTIL = asks({"type": "datepicker", "action_id": "until"}, block_id="until", optional=True)


@pytest.fixture
async def trigger(slack: SandboxSlack, listener: Listener) -> str:
    """A fresh trigger_id of alice's."""
    del listener
    return str((await slack.people.command("alice", "#ops")).payload["trigger_id"])


async def opened(slack: SandboxSlack, client: AsyncWebClient, view: dict[str, Any]) -> View:
    shown = await slack.people.command("alice", "#ops")
    await client.views_open(trigger_id=shown.payload["trigger_id"], view=view)
    return await slack.modal("alice")


async def test_a_modal_is_shown_as_slack_shows_it(
    slack: SandboxSlack, client: AsyncWebClient, trigger: str
) -> None:
    view = (await client.views_open(trigger_id=trigger, view=modal(REASON, callback_id="waive")))["view"]
    assert view["type"] == "modal"
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["callback_id"] == "waive"
    assert view["app_id"] == slack.workspace.app_id
    assert view["state"]["values"] == {"why": {"reason": {"type": "plain_text_input", "value": None}}}


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: SandboxSlack, client: AsyncWebClient, trigger: str
) -> None:
    async def open_with(ident: str) -> str:
        return await outcome(client, "views.open", trigger_id=ident, view=modal())

    assert await open_with("1.2.nonsense") == "invalid_trigger_id"
    assert await open_with(trigger) == "ok"
    assert await open_with(trigger) == "exchanged_trigger_id"
    late = (await slack.people.command("alice", "#ops")).payload["trigger_id"]
    slack.workspace.advance(3.1)
    assert await open_with(late) == "expired_trigger_id"


async def test_views_that_slack_does_not_take(client: AsyncWebClient, trigger: str) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "no view": {},
        "no object": {"view": "[]"},
        "no json": {"view": "{"},
        "another kind": {"view": home()},
        "a long title": {"view": modal() | {"title": plain("x" * 25)}},
    }
    got = {
        case: await outcome(client, "views.open", trigger_id=trigger, **arguments)
        for case, arguments in wrong.items()
    }
    assert set(got.values()) == {"invalid_arguments"}


async def test_three_modals_lie_on_each_other(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    await opened(slack, client, modal(actions(button("more"))))
    for expected in ("ok", "ok", "push_limit_reached"):
        shown = await slack.people.click_view("alice", "more")
        arguments = {"trigger_id": shown.payload["trigger_id"], "view": modal(actions(button("more")))}
        assert await outcome(client, "views.push", **arguments) == expected
    top = await slack.modal("alice")
    assert top.previous != top.root != top.id
    for _ in range(2):
        await slack.people.close("alice")
    assert (await slack.modal("alice")).id == top.root
    await slack.people.close("alice")
    assert slack.workspace.modal(ident(slack, "alice")) is None
    assert not [it for it in listener.heard if it[1].get("type") == "view_closed"]


async def test_an_update_is_refused_where_somebody_else_was_first(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    listener.acknowledge()
    view = await opened(slack, client, modal(REASON, external_id="waiver-1"))
    stale = view.hash
    changed = await client.views_update(view_id=view.id, hash=stale, view=modal(REASON, UNTIL))
    assert changed["view"]["hash"] != stale
    again = {"view_id": view.id, "hash": stale, "view": modal(REASON)}
    assert await outcome(client, "views.update", **again) == "hash_conflict"
    assert await outcome(client, "views.update", external_id="waiver-1", view=modal(REASON)) == "not_found"
    assert await outcome(client, "views.update", view_id="V404", view=modal(REASON)) == "not_found"
    assert await outcome(client, "views.update", view=modal(REASON)) == "invalid_arguments"


async def test_an_update_keeps_what_was_filled_in(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    listener.acknowledge()
    choice = {
        "type": "static_select",
        "action_id": "cluster",
        "options": [option("a", "A"), option("b", "B")],
    }
    view = await opened(slack, client, modal(asks(choice, dispatch_action=True, block_id="where"), REASON))
    shown = await slack.people.click_view("alice", "cluster", "B")
    assert shown.payload["actions"][0]["selected_option"]["value"] == "b"
    blocks = (asks(choice, dispatch_action=True, block_id="where"), UNTIL)
    answer = await client.views_update(view_id=view.id, view=modal(*blocks))
    values = answer["view"]["state"]["values"]
    assert values["where"]["cluster"]["selected_option"]["value"] == "b"
    assert values["until"] == {"until": {"type": "datepicker", "selected_date": None}}


async def test_a_home_is_published_for_one_person(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    alice = ident(slack, "alice")
    first = (await client.views_publish(user_id=alice, view=home(section("One"))))["view"]
    again = await client.views_publish(user_id=alice, view=home(section("Two")), hash=first["hash"])
    assert again["view"]["id"] == first["id"]
    stale = {"user_id": alice, "view": home(section("Three")), "hash": first["hash"]}
    assert await outcome(client, "views.publish", **stale) == "hash_conflict"
    assert await outcome(client, "views.publish", user_id="U404", view=home()) == "user_not_found"
    await slack.people.open_home("alice")
    await slack.deliveries.settled()
    event = listener.events()[0]
    assert (event["type"], event["tab"], event["channel"][0]) == ("app_home_opened", "home", "D")
    assert event["view"]["id"] == first["id"]
    assert (await slack.home("alice", "Two")).id == first["id"]


async def test_an_app_without_a_home_tab_publishes_none() -> None:
    async with SandboxSlack(app=App(home=False)) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        publish = {"user_id": ident(slack, "alice"), "view": home()}
        assert await outcome(client, "views.publish", **publish) == "not_enabled"
        with pytest.raises(ValueError, match="no home tab"):
            await slack.people.open_home("alice")
