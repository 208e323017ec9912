from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.workspace import NoSuch
from tests.sandbox.slack.calling import ident
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, button, option, plain, section


async def test_a_command_is_delivered_field_by_field(slack: SandboxSlack, listener: Listener) -> None:
    listener.acknowledge(text="One moment")
    shown = await slack.people.command("alice", "#private-sre", "  cluster-a <b> & @bob ")
    kind, payload = listener.heard[0]
    assert kind == "slash_commands"
    assert payload == {
        "token": slack.workspace.verification_token,
        "team_id": slack.workspace.team_id,
        "team_domain": "sandbox",
        "channel_id": ident(slack, "#private-sre"),
        "channel_name": "privategroup",
        "user_id": ident(slack, "alice"),
        "user_name": "alice",
        "command": "/readiness",
        "text": "cluster-a &lt;b&gt; &amp; @bob",
        "api_app_id": slack.workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": payload["response_url"],
        "trigger_id": payload["trigger_id"],
    }
    assert all(isinstance(value, str) for value in payload.values())
    assert shown.message is not None
    assert (shown.message.text, shown.message.only_for) == ("One moment", ident(slack, "alice"))


async def test_an_escaped_command_has_ids_for_mentions() -> None:
    app = App(commands=frozenset({"/ask"}), escaped=frozenset({"/ask"}))
    async with SandboxSlack(app=app) as slack:
        slack.transport = listener = Listener()
        await slack.people.command("alice", "#ops", "@bob #ops @sre @nobody a@b", "/ask")
        bob, ops = ident(slack, "bob"), ident(slack, "#ops")
        group = next(iter(slack.workspace.groups))
        text = f"<@{bob}> <#{ops}|ops> <!subteam^{group}> @nobody a@b"
        assert listener.heard[0][1]["text"] == text


@pytest.mark.parametrize(
    ("answer", "seen_by"),
    [({"text": "Hi", "response_type": "in_channel"}, ""), ({"blocks": [section("Hi")]}, "alice")],
)
async def test_an_acknowledgement_can_carry_a_message(
    slack: SandboxSlack, listener: Listener, answer: dict[str, Any], seen_by: str
) -> None:
    listener.acknowledge(**answer)
    await slack.people.command("alice", "#ops")
    found = await slack.message("#ops", "Hi", user=seen_by)
    assert found.by_bot


async def test_slackbot_says_when_a_command_fails(slack: SandboxSlack, listener: Listener) -> None:
    listener.keep_silent()
    shown = await slack.people.command("alice", "#ops")
    assert shown.message is not None
    assert shown.message.user == "USLACKBOT"
    assert shown.message.text == '/readiness failed with the error "operation_timeout"'
    unknown = await slack.people.command("alice", "#ops", command="/dance")
    assert unknown.problem == "not a valid command"


async def test_nobody_is_there_without_a_connection(slack: SandboxSlack) -> None:
    assert (await slack.people.command("alice", "#ops")).problem == "dispatch_failed"


@pytest.mark.parametrize(("user", "channel"), [("carol", "#private-sre"), ("alice", "#old")])
async def test_people_act_only_where_a_client_lets_them(
    slack: SandboxSlack, listener: Listener, user: str, channel: str
) -> None:
    with pytest.raises(ValueError, match=r"is not in|is archived"):
        await slack.people.command(user, channel)
    with pytest.raises(NoSuch):
        await slack.people.say("nobody", "#ops", "Words")
    assert listener.heard == []


async def test_a_click_says_what_was_clicked_and_where(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    again = button("again", value="cluster-a", text=plain("Run again"), style="primary")
    root = await client.chat_postMessage(channel="#ops", text="Root")
    posted = await client.chat_postMessage(
        channel="#ops", text="Words", blocks=[actions(again)], thread_ts=root["ts"]
    )
    await slack.people.click("alice", "#ops", posted["ts"], "Run again")
    kind, payload = listener.heard[-1]
    assert kind == "interactive"
    assert payload["type"] == "block_actions"
    container = {"type": "message", "message_ts": posted["ts"], "channel_id": posted["channel"]}
    assert payload["container"] == container | {"is_ephemeral": False, "thread_ts": root["ts"]}
    assert payload["message"]["ts"] == posted["ts"]
    assert payload["user"]["id"] == ident(slack, "alice")
    assert payload["team"] == {"id": slack.workspace.team_id, "domain": "sandbox"}
    assert payload["channel"] == {"id": posted["channel"], "name": "ops"}
    action = payload["actions"][0]
    assert {key: action[key] for key in ("type", "action_id", "value", "style")} == {
        "type": "button",
        "action_id": "again",
        "value": "cluster-a",
        "style": "primary",
    }
    assert float(action["action_ts"]) > float(posted["ts"])


async def test_a_click_on_an_ephemeral_message_does_not_carry_it(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    await client.chat_postEphemeral(
        channel="#ops", user=ident(slack, "alice"), text="Psst", blocks=[actions(button("go"))]
    )
    await slack.people.click("alice", "#ops", "", "go")
    payload = listener.heard[-1][1]
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True
    with pytest.raises(NoSuch):
        await slack.people.click("bob", "#ops", payload["container"]["message_ts"], "go")


async def test_a_button_that_is_gone_cannot_be_clicked(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    posted = await client.chat_postMessage(channel="#ops", text="Words", blocks=[actions(button("go"))])
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Done", blocks=[section()])
    for ts in (posted["ts"], ""):
        with pytest.raises(NoSuch, match="go"):
            await slack.people.click("alice", "#ops", ts, "go")
    assert all(kind == "events_api" for kind, _ in listener.heard)


async def test_menus_of_a_message_remember_what_was_chosen(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    options = [option("a", "A"), option("b", "B")]
    menu = {"type": "static_select", "action_id": "cluster", "options": options}
    more = {"type": "overflow", "action_id": "more", "options": options}
    await client.chat_postMessage(channel="#ops", text="x", blocks=[actions(menu, more, button("go"))])
    await slack.people.click("alice", "#ops", "", "cluster", "B")
    assert listener.heard[-1][1]["actions"][0]["selected_option"] == options[1]
    await slack.people.click("alice", "#ops", "", "more", "A")
    assert listener.heard[-1][1]["actions"][0]["selected_option"] == options[0]
    for user, chosen in (("alice", options[1]), ("bob", None)):
        await slack.people.click(user, "#ops", "", "go")
        (values,) = listener.heard[-1][1]["state"]["values"].values()
        assert values == {"cluster": {"type": "static_select", "selected_option": chosen}}


async def test_what_people_say_arrives_once_as_a_message_and_once_as_a_mention(
    slack: SandboxSlack, listener: Listener
) -> None:
    bot = slack.workspace.bot.id
    said = await slack.people.say("alice", "#ops", "@readiness check <!channel> & all")
    await slack.deliveries.settled()
    message, mention = listener.events()
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["text"] == mention["text"] == f"<@{bot}> check &lt;!channel&gt; &amp; all"
    assert message["channel_type"] == "channel"
    assert message["ts"] == message["event_ts"] == said.ts
    inline = message["blocks"][0]["elements"][0]["elements"]
    assert inline == [{"type": "user", "user_id": bot}, {"type": "text", "text": " check <!channel> & all"}]
    envelope = listener.heard[0][1]
    assert envelope["type"] == "event_callback"
    assert envelope["authorizations"][0]["user_id"] == bot
    assert envelope["is_ext_shared_channel"] is False


async def test_direct_messages_and_private_channels_have_events_of_their_own(
    slack: SandboxSlack, listener: Listener
) -> None:
    await slack.people.say("alice", "@readiness", "@readiness help")
    await slack.people.say("alice", "#private-sre", "@readiness not heard")
    await slack.people.invite("alice", "#private-sre", "readiness")
    await slack.people.say("alice", "#private-sre", "heard")
    await slack.people.kick("alice", "#private-sre", "readiness")
    await slack.people.say("alice", "#private-sre", "not heard")
    await slack.deliveries.settled()
    assert [(it["type"], it.get("channel_type")) for it in listener.events()] == [
        ("message", "im"),
        ("member_joined_channel", "C"),
        ("message", "group"),
        ("group_left", None),
    ]


async def test_only_what_was_subscribed_to_is_delivered() -> None:
    async with SandboxSlack(app=App(events=frozenset({"app_mention"}))) as slack:
        slack.transport = listener = Listener()
        await slack.people.say("alice", "#ops", "@readiness hello")
        slack.context.scopes -= {"app_mentions:read"}
        await slack.people.say("alice", "#ops", "@readiness hello")
        await slack.deliveries.settled()
        assert [it["type"] for it in listener.events()] == ["app_mention"]


async def test_deliveries_can_come_twice_with_the_same_ids(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    await client.chat_postMessage(channel="#ops", text="Words", blocks=[actions(button("go"))])
    await slack.deliveries.settled()
    listener.heard.clear()
    await slack.people.command("alice", "#ops", duplicates=2)
    await slack.people.click("alice", "#ops", "", "go", duplicates=2)
    await slack.people.say("alice", "@readiness", "hello", duplicates=2)
    await slack.deliveries.settled()
    ids = [payload.get("trigger_id") or payload["event_id"] for _, payload in listener.heard]
    assert len(ids) == 6
    assert len(set(ids)) == 3


async def test_reactions_and_archiving_are_events(slack: SandboxSlack, listener: Listener) -> None:
    said = await slack.people.say("alice", "#ops", "Words")
    await slack.people.react("bob", "#ops", said.ts, ":tada:")
    with pytest.raises(ValueError, match="before"):
        await slack.people.react("bob", "#ops", said.ts, "tada")
    await slack.people.unreact("bob", "#ops", said.ts, "tada")
    await slack.people.archive("alice", "#ops")
    await slack.deliveries.settled()
    kinds = ["message", "reaction_added", "reaction_removed", "channel_archive"]
    assert [it["type"] for it in listener.events()] == kinds
    assert listener.events()[1]["item"] == {"type": "message", "channel": said.channel, "ts": said.ts}


async def test_a_response_url_takes_five_answers(slack: SandboxSlack, listener: Listener) -> None:
    shown = await slack.people.command("alice", "#private-sre")
    assert len(listener.heard) == 1
    hook = AsyncWebhookClient(shown.payload["response_url"])
    assert (await hook.send(text="Working")).body == "ok"
    first = await slack.message("#private-sre", "Working", user="alice")
    assert (await hook.send(text="Done", replace_original=True)).status_code == 200
    assert (await slack.message("#private-sre", "Done", user="alice")).ts == first.ts
    for text, status in (("x" * 40_001, 400), ("Aloud", 200), ("More", 200), ("Last", 200), ("Late", 404)):
        sent = await hook.send(text=text, response_type="in_channel")
        assert sent.status_code == status, text
        assert ("used_url" in sent.body) == (status == 404)
    assert (await slack.message("#private-sre", "Aloud")).only_for == ""


async def test_a_response_url_lasts_half_an_hour(slack: SandboxSlack, listener: Listener) -> None:
    shown = await slack.people.command("alice", "#ops")
    hook = AsyncWebhookClient(shown.payload["response_url"])
    slack.workspace.advance(29 * 60)
    assert (await hook.send(text="In time")).status_code == 200
    slack.workspace.advance(61)
    late = await hook.send(text="Late")
    assert len(listener.heard) == 1
    assert (late.status_code, late.body) == (404, '{"ok": false, "error": "expired_url"}')


async def test_a_response_url_can_remove_what_was_clicked(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    posted = await client.chat_postMessage(channel="#ops", text="Words", blocks=[actions(button("go"))])
    shown = await slack.people.click("alice", "#ops", posted["ts"], "go")
    hook = AsyncWebhookClient(shown.payload["response_url"])
    assert (await hook.send(delete_original=True)).status_code == 200
    assert slack.workspace.message(posted["channel"], posted["ts"]) is None
    assert [kind for kind, _ in listener.heard].count("interactive") == 1
