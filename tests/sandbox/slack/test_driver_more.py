"""Rarer things that people do, and what the driver does to the workspace."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App, read_manifest
from deploy.sandbox.slack.seeing import words_of
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.workspace import NoSuch
from tests.sandbox.slack.calling import ident, outcome
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, button, home, option, rich, section
from tests.sandbox.slack.test_driver_bolt import over_socket
from tests.sandbox.slack.waiting import until


async def test_a_home_tab_can_be_clicked_in(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    with pytest.raises(NoSuch):
        await slack.people.click_home("alice", "go")
    await client.views_publish(user_id=ident(slack, "alice"), view=home(actions(button("go"))))
    shown = await slack.people.click_home("alice", "go")
    view = slack.workspace.home(ident(slack, "alice"))
    assert view is not None
    assert shown.payload["container"] == {"type": "view", "view_id": view.id}
    assert "response_url" not in shown.payload
    trigger = shown.payload["trigger_id"]
    push = {"trigger_id": trigger, "view": {"type": "modal", "title": option()["text"], "blocks": []}}
    assert await outcome(client, "views.push", **push) == "not_found"
    assert listener.heard[-1][1]["view"]["type"] == "home"


async def test_a_menu_of_a_message_can_ask_the_app_for_its_options(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    menu = {"type": "external_select", "action_id": "cluster", "min_query_length": 1}
    posted = await client.chat_postMessage(channel="#ops", text="Which?", blocks=[actions(menu)])
    offered = [option("a", "cluster-a")]
    listener.acknowledge(option_groups=[{"label": option()["text"], "options": offered}])
    shown = await slack.people.suggest("alice", "cluster", "c", channel="#ops", ts=posted["ts"])
    assert list(shown.options) == offered
    clicked = await slack.people.click("alice", "#ops", posted["ts"], "cluster", "cluster-a")
    assert clicked.payload["actions"][0]["selected_option"] == offered[0]
    with pytest.raises(ValueError, match="no option"):
        await slack.people.click("alice", "#ops", posted["ts"], "cluster", "cluster-b")


async def test_an_agent_is_told_what_one_looks_at(slack: SandboxSlack, listener: Listener) -> None:
    place = await slack.people.open_home("alice", "messages", viewing="#ops")
    await slack.deliveries.settled()
    (event,) = listener.events()
    assert (event["tab"], event["channel"]) == ("messages", place.id)
    assert event["context"]["entities"][0]["value"] == ident(slack, "#ops")


async def test_an_acknowledgement_that_slack_does_not_take_is_a_failure(
    slack: SandboxSlack, listener: Listener
) -> None:
    listener.acknowledge(blocks=[{"type": "nonsense"}])
    shown = await slack.people.command("alice", "#ops")
    assert shown.problem == "invalid_blocks"
    assert shown.message is not None
    assert "invalid_blocks" in shown.message.text


async def test_a_message_says_what_its_blocks_say(slack: SandboxSlack, client: AsyncWebClient) -> None:
    inline = [
        {"type": "text", "text": "Ask "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " or "},
        {"type": "link", "url": "https://example.com"},
        {"type": "emoji", "name": "tada"},
    ]
    blocks = [
        section("*Ready*", accessory=button()),
        rich({"type": "rich_text_section", "elements": inline}),
    ]
    await client.chat_postMessage(channel="#ops", text="Fallback", blocks=blocks)
    lines = words_of(await slack.message("#ops")).splitlines()
    assert lines == ["*Ready*", "Words", "Ask <@U1> or https://example.com:tada:"]


async def test_the_driver_cuts_the_socket_and_the_app_comes_back() -> None:
    async with SandboxSlack(app=App()) as slack, over_socket(slack), aiohttp.ClientSession() as http:
        await until(lambda: slack.socket.connections == 1)
        async with http.post(
            f"{slack.url}/sandbox/socket", json={"do": "refresh", "reason": "link_disabled"}
        ):
            pass
        await until(lambda: _opened(slack) > 1)


def _opened(slack: SandboxSlack) -> int:
    return [call.method for call in slack.calls].count("apps.connections.open")


def test_without_a_manifest_everything_is_allowed(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "none.yaml") == App()
    (tmp_path / "list.yaml").write_text("[]")
    with pytest.raises(ValueError, match="not a manifest"):
        read_manifest(tmp_path / "list.yaml")


def test_a_manifest_says_what_the_app_may_do(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text(
        """
        features:
          bot_user: {display_name: ready}
          slash_commands: [{command: /ready, should_escape: true}, {command: /set}]
          app_home: {home_tab_enabled: true}
        oauth_config: {scopes: {bot: [commands]}}
        settings: {event_subscriptions: {bot_events: [app_mention]}}
        """
    )
    assert read_manifest(path) == App(
        name="ready",
        scopes=frozenset({"commands"}),
        events=frozenset({"app_mention"}),
        commands=frozenset({"/ready", "/set"}),
        escaped=frozenset({"/ready"}),
        home=True,
        agent=False,
    )
