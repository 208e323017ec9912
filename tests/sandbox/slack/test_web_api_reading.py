"""conversations.*, users.*, usergroups.*, reactions.* and assistant.threads.*"""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome


async def test_history_comes_in_pages_newest_first(slack: SandboxSlack, client: AsyncWebClient) -> None:
    channel = ident(slack, "#ops")
    posted = [await slack.people.say("alice", "#ops", str(number)) for number in range(5)]
    seen: list[str] = []
    answer: Any = await client.conversations_history(channel=channel, limit=2)
    assert answer["has_more"]
    async for page in answer:
        seen += [it["text"] for it in page["messages"]]
    assert seen == ["4", "3", "2", "1", "0"]
    between: dict[str, Any] = {"channel": channel, "oldest": posted[1].ts, "latest": posted[3].ts}
    for inclusive, expected in ((False, ["2"]), (True, ["3", "2", "1"])):
        answer = await client.conversations_history(**between, inclusive=inclusive)
        assert [it["text"] for it in answer["messages"]] == expected


async def test_history_shows_metadata_on_request(client: AsyncWebClient) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(channel="#ops", text="Words", metadata=metadata)
    for wanted, expected in ((True, metadata), (False, None)):
        answer = await client.conversations_history(channel=posted["channel"], include_all_metadata=wanted)
        assert answer["messages"][0].get("metadata") == expected


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "nonsense!"}, "invalid_cursor"),
        ({"limit": 5000}, "invalid_limit"),
        ({"limit": "many"}, "invalid_arguments"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "today"}, "invalid_ts_latest"),
    ],
)
async def test_pages_that_are_not_there(
    slack: SandboxSlack, client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    channel = ident(slack, "#ops")
    assert await outcome(client, "conversations.history", channel=channel, **arguments) == error


async def test_who_is_not_in_a_channel_does_not_read_it(slack: SandboxSlack, client: AsyncWebClient) -> None:
    ops = slack.workspace.channel("ops")
    ops.members.remove(slack.workspace.bot.id)
    assert await outcome(client, "conversations.history", channel=ops.id) == "not_in_channel"
    assert await outcome(client, "conversations.info", channel=ops.id) == "ok"
    await client.conversations_join(channel=ops.id)
    assert await outcome(client, "conversations.replies", channel=ops.id, ts="1.0") == "thread_not_found"
    again = await client.conversations_join(channel=ops.id)
    assert again["warning"] == "already_in_channel"
    for method in ("info", "history", "members", "join"):
        private = ident(slack, "#private-sre")
        assert await outcome(client, f"conversations.{method}", channel=private) == "channel_not_found"
    assert await outcome(client, "conversations.join", channel=ident(slack, "#old")) == "is_archived"


async def test_the_list_has_what_the_bot_may_know_of(slack: SandboxSlack, client: AsyncWebClient) -> None:
    async def names(**arguments: Any) -> list[str]:  # noqa: ANN401 - as the client takes them
        found: Any = await client.conversations_list(**arguments)
        return [channel["name"] async for page in found for channel in page["channels"]]

    assert await names() == ["general", "ops", "old"]
    assert await names(exclude_archived=True, limit=1) == ["general", "ops"]
    both = "public_channel,private_channel"
    assert "private-sre" not in await names(types=both)
    await slack.people.invite("alice", "#private-sre", "readiness")
    assert "private-sre" in await names(types=both)
    assert await outcome(client, "conversations.list", types="letterbox") == "invalid_types"


async def test_its_own_are_those_the_bot_is_in(slack: SandboxSlack, client: AsyncWebClient) -> None:
    both = "public_channel,private_channel"
    page = await client.users_conversations(types=both, limit=1)
    everything = await client.users_conversations(types=both)
    bot = slack.workspace.bot.id
    joined = [it.name for it in slack.workspace.channels.values() if bot in it.members and it.kind != "im"]
    assert [it["name"] for it in everything["channels"]] == joined
    assert [it["name"] for it in page["channels"]] == joined[:1]
    assert "is_member" not in page["channels"][0]
    assert await outcome(client, "users.conversations", types="letterbox") == "invalid_types"


async def test_what_a_channel_is_closed_to_is_told(slack: SandboxSlack, client: AsyncWebClient) -> None:
    ops = slack.workspace.channel("#ops")
    ops.restricted = "restricted_action_read_only_channel"
    shown = (await client.conversations_info(channel=ops.id))["channel"]
    assert (shown["is_read_only"], shown["is_thread_only"]) == (True, False)


async def test_people_and_groups(slack: SandboxSlack, client: AsyncWebClient) -> None:
    alice = ident(slack, "alice")
    user = (await client.users_info(user=alice))["user"]
    assert (user["name"], user["real_name"], user["tz"]) == ("alice", "Alice Anders", "Europe/Berlin")
    assert [it["name"] for it in (await client.users_list())["members"] if not it["is_bot"]] == [
        "alice",
        "bob",
        "carol",
    ]
    groups = (await client.usergroups_list(include_users=True, include_count=True))["usergroups"]
    assert [(it["handle"], it["users"], it["user_count"]) for it in groups] == [("sre", [alice], 1)]
    assert (await client.usergroups_users_list(usergroup=groups[0]["id"]))["users"] == [alice]
    assert await outcome(client, "usergroups.users.list", usergroup="S404") == "no_such_subteam"
    assert await outcome(client, "users.info", user="U404") == "user_not_found"
    members = await client.conversations_members(channel=ident(slack, "#ops"))
    assert set(members["members"]) == set(slack.workspace.users)
    assert await outcome(client, "conversations.open") == "users_list_not_supplied"


async def test_reactions_are_put_and_taken_once(slack: SandboxSlack, client: AsyncWebClient) -> None:
    message = await slack.people.say("alice", "#ops", "Words")
    where = {"channel": message.channel, "timestamp": message.ts, "name": "eyes"}
    got = [
        await outcome(client, f"reactions.{method}", **where) for method in ("add", "add", "remove", "remove")
    ]
    assert got == ["ok", "already_reacted", "ok", "no_reaction"]
    wrong = {
        "invalid_name": {"name": "Eyes!"},
        "bad_timestamp": {"timestamp": "now"},
        "message_not_found": {"timestamp": "1.000000"},
    }
    assert {code: await outcome(client, "reactions.add", **where | it) for code, it in wrong.items()} == {
        code: code for code in wrong
    }


async def test_an_agent_shows_a_status_until_it_answers(slack: SandboxSlack, client: AsyncWebClient) -> None:
    message = await slack.people.say("alice", "@readiness", "cluster-a")
    where: dict[str, Any] = {"channel_id": message.channel, "thread_ts": message.ts}
    thread = slack.workspace.threads
    await client.assistant_threads_setStatus(**where, status="is reading")
    await client.assistant_threads_setTitle(**where, title="cluster-a")
    assert thread[message.channel, message.ts].status == "is reading"
    await client.chat_postMessage(channel=message.channel, thread_ts=message.ts, text="Ready")
    assert thread[message.channel, message.ts].status == ""
    assert thread[message.channel, message.ts].title == "cluster-a"
    prompts = [{"title": "List", "message": "list"}]
    method = "assistant.threads.setSuggestedPrompts"
    assert await outcome(client, method, channel_id=message.channel, prompts=prompts) == "ok"
    assert thread[message.channel, ""].prompts == prompts
    many = await outcome(client, method, channel_id=message.channel, prompts=prompts * 5)
    assert many == "invalid_arguments"
    lost = await outcome(client, method, channel_id=message.channel, prompts=prompts, thread_ts="1.0")
    assert lost == "invalid_thread_ts"


async def test_an_app_that_is_no_agent_offers_no_prompts() -> None:
    async with SandboxSlack(app=App(agent=False)) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        prompts = [{"title": "List", "message": "list"}]
        channel = slack.workspace.im(ident(slack, "alice")).id
        method = "assistant.threads.setSuggestedPrompts"
        assert await outcome(client, method, channel_id=channel, prompts=prompts) == "not_agent_app"
