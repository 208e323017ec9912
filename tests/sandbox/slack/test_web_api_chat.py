import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, button, section


async def test_a_message_is_answered_as_slack_does(slack: SandboxSlack, client: AsyncWebClient) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    answer = await client.chat_postMessage(
        channel="#ops",
        text="Words",
        blocks=[section(), actions(button("go"), button("stop"))],
        metadata=metadata,
    )
    message = answer["message"]
    assert answer["channel"] == ident(slack, "#ops")
    assert answer["ts"] == message["ts"]
    assert message["user"] == slack.workspace.bot.id
    assert message["bot_id"] == slack.workspace.bot_id
    assert message["bot_profile"]["app_id"] == message["app_id"] == slack.workspace.app_id
    assert message["metadata"] == metadata
    assert all(block["block_id"] for block in message["blocks"])
    assert "subtype" not in message


async def test_timestamps_grow_even_within_an_instant(slack: SandboxSlack, client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel="#ops", text=str(it)))["ts"] for it in range(9)]
    assert stamps == sorted(set(stamps))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)
    assert slack.workspace.new_ts() > stamps[-1]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("#ops", "ok"),
        ("ops", "ok"),
        ("#old", "is_archived"),
        ("#private-sre", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
        ("C404", "channel_not_found"),
    ],
)
async def test_where_the_bot_may_post(client: AsyncWebClient, channel: str, error: str) -> None:
    assert await outcome(client, "chat.postMessage", channel=channel, text="Words") == error


async def test_posting_needs_membership_and_permission(slack: SandboxSlack, client: AsyncWebClient) -> None:
    ops = slack.workspace.channel("ops")
    ops.members.remove(slack.workspace.bot.id)
    assert await outcome(client, "chat.postMessage", channel=ops.id, text="Words") == "not_in_channel"
    slack.context.scopes |= {"chat:write.public"}
    assert await outcome(client, "chat.postMessage", channel=ops.id, text="Words") == "ok"
    ops.restricted = "restricted_action"
    assert await outcome(client, "chat.postMessage", channel=ops.id, text="Words") == "restricted_action"


async def test_a_message_to_a_user_opens_direct_messages(slack: SandboxSlack, client: AsyncWebClient) -> None:
    alice = ident(slack, "alice")
    answer = await client.chat_postMessage(channel=alice, text="Words")
    assert answer["channel"].startswith("D")
    assert (await client.conversations_open(users=alice))["channel"]["id"] == answer["channel"]


async def test_what_slack_does_not_take(client: AsyncWebClient) -> None:
    wrong: dict[str, dict[str, object]] = {
        "no_text": {},
        "msg_too_long": {"text": "x" * 40_001},
        "invalid_blocks_format": {"blocks": "nonsense"},
        "invalid_blocks": {"text": "Words", "blocks": [{"type": "nonsense"}]},
        "markdown_text_conflict": {"text": "Words", "markdown_text": "*Words*"},
        "thread_not_found": {"text": "Words", "thread_ts": "1.000000"},
    }
    got = {
        code: await outcome(client, "chat.postMessage", channel="#ops", **arguments)
        for code, arguments in wrong.items()
    }
    assert got == {code: code for code in wrong}


async def test_a_thread_is_counted_at_its_root(slack: SandboxSlack, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="#ops", text="Root")
    reply = await client.chat_postMessage(channel="#ops", text="Reply", thread_ts=root["ts"])
    assert reply["message"]["thread_ts"] == root["ts"]
    assert reply["message"]["parent_user_id"] == slack.workspace.bot.id
    thread = (await client.conversations_replies(channel=root["channel"], ts=root["ts"]))["messages"]
    assert [it["text"] for it in thread] == ["Root", "Reply"]
    assert thread[0]["reply_count"] == 1
    assert thread[0]["latest_reply"] == reply["ts"]
    link = await client.chat_getPermalink(channel=root["channel"], message_ts=reply["ts"])
    assert link["permalink"].endswith(f"?thread_ts={root['ts']}&cid={root['channel']}")


async def test_an_update_keeps_what_it_does_not_name(slack: SandboxSlack, client: AsyncWebClient) -> None:
    metadata = {"event_type": "run", "event_payload": {}}
    posted = await client.chat_postMessage(channel="#ops", text="One", blocks=[section()], metadata=metadata)
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    changed = (await client.chat_update(**where, blocks=[section("Two")], text="Two"))["message"]
    assert changed["blocks"][0]["text"]["text"] == "Two"
    assert changed["metadata"] == metadata
    assert "edited" not in changed
    bare = (await client.chat_update(**where, text="Three"))["message"]
    assert "blocks" not in bare
    assert bare["edited"]["user"] == slack.workspace.bot_id
    assert bare["ts"] == posted["ts"]


async def test_what_cannot_be_changed(slack: SandboxSlack, client: AsyncWebClient) -> None:
    theirs = await slack.people.say("alice", "#ops", "Mine")
    own = await client.chat_postMessage(channel="#ops", text="Own")
    channel = own["channel"]
    for method, theirs_error in (
        ("chat.update", "cant_update_message"),
        ("chat.delete", "cant_delete_message"),
    ):
        for ts, error in ((theirs.ts, theirs_error), ("1.000000", "message_not_found")):
            assert await outcome(client, method, channel=channel, ts=ts, text="Words") == error
    slack.workspace.channels[channel].archived = True
    assert await outcome(client, "chat.update", channel=channel, ts=own["ts"], text="Words") == "is_inactive"


async def test_a_deleted_root_stays_as_a_tombstone_while_it_has_replies(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    root = await client.chat_postMessage(channel="#ops", text="Root")
    where = {"channel": root["channel"], "ts": root["ts"]}
    reply = await client.chat_postMessage(channel="#ops", text="Reply", thread_ts=root["ts"])
    await slack.people.delete("alice", "#ops", root["ts"])
    history = (await client.conversations_history(channel=root["channel"]))["messages"]
    assert [it.get("subtype") for it in history] == ["tombstone"]
    assert await outcome(client, "chat.update", **where, text="Words") == "message_not_found"
    await client.chat_delete(channel=root["channel"], ts=reply["ts"])
    assert (await client.conversations_history(channel=root["channel"]))["messages"] == []
    late = {"channel": root["channel"], "thread_ts": root["ts"], "text": "Late"}
    stray = await client.chat_postMessage(**late)
    assert "thread_ts" not in stray["message"]
    history = (await client.conversations_history(channel=root["channel"]))["messages"]
    assert [it["text"] for it in history] == ["Late"]


async def test_an_ephemeral_message_is_for_one_member(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.workspace.channel("ops").members.remove(ident(slack, "bob"))
    answer = await client.chat_postEphemeral(channel="#ops", user=ident(slack, "alice"), text="Psst")
    seen = await slack.message("#ops", "Psst", user="alice")
    assert seen.ts == answer["message_ts"]
    channel = ident(slack, "#ops")
    assert (await client.conversations_history(channel=channel))["messages"] == []
    assert await outcome(client, "chat.update", channel=channel, ts=seen.ts, text="x") == "message_not_found"
    to_bob = {"channel": channel, "user": ident(slack, "bob"), "text": "Psst"}
    assert await outcome(client, "chat.postEphemeral", **to_bob) == "user_not_in_channel"


async def test_the_bot_hears_of_its_own_messages(
    slack: SandboxSlack, client: AsyncWebClient, listener: Listener
) -> None:
    posted = await client.chat_postMessage(channel="#ops", text="One")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Two")
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    await slack.deliveries.settled()
    first, changed, deleted = listener.events()
    assert first["bot_id"] == slack.workspace.bot_id
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "Two")
    assert changed["previous_message"]["text"] == "One"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])
