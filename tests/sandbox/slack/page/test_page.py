"""The page over HTTP: what each person sees, and what they do not."""

import asyncio
import sys

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.model import File, Message
from deploy.sandbox.slack.posting import delete, post, react
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, asks, button, home, modal, section
from tests.sandbox.slack.page.conftest import fetched
from tests.sandbox.slack.page.parsed import Tag


def say(
    slack: SandboxSlack, text: str, who: str = "readiness", thread_ts: str = "", only: str = ""
) -> Message:
    workspace = slack.workspace
    channel, user = workspace.channel("#ops").id, workspace.user(who).id
    message = Message(workspace.new_ts(), channel, user, text, thread_ts=thread_ts)
    message.only_for = ident(slack, only) if only else ""
    return post(workspace, message)


def bodies(shown: Tag, log: str = "log-channel") -> list[str]:
    return [it.text.strip() for it in next(shown.every(id=log)).every(class_="body")]


async def test_without_a_word_the_first_person_is_in_a_channel_with_the_bot(
    http: aiohttp.ClientSession,
) -> None:
    shown = await fetched(http)
    assert shown.one("html").attributes["lang"] == "en"
    assert shown.one("title").text == "Alice Anders in #ops"
    current = [it.text.strip() for it in shown.every("a") if it.attributes.get("aria-current") == "page"]
    assert current == ["#ops", "#ops"]
    assert [it.attributes["id"] for it in shown.every("section")] == [
        *("pane-channel", "pane-home", "pane-direct")
    ]


async def test_messages_stand_by_day_and_author_with_what_hangs_on_them(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    root = say(slack, "first <!here>")
    say(slack, "second")
    say(slack, "third")
    say(slack, "a reply", "bob", root.ts)
    gone = say(slack, "gone")
    delete(slack.workspace, gone)
    react(slack.workspace, root, "eyes", ident(slack, "alice"))
    root.edited = {"user": "U1", "ts": "1"}
    shown = await fetched(http)
    assert bodies(shown) == ["first @here\n(edited)", "second", "third"]
    assert len(list(shown.every(class_="day"))) == 1
    assert [it.attributes["class"] for it in shown.every("article")] == [
        "message",
        "message",
        "message follows",
    ]
    assert shown.one("button", class_="reaction").attributes["aria-pressed"] == "true"
    [link] = (it for it in shown.every("a") if it.text == "1 reply")
    query = dict(part.split("=") for part in link.attributes["href"].lstrip("?").split("&"))
    thread = await fetched(http, **query)
    assert bodies(thread, "log-thread") == ["first @here\n(edited)", "a reply"]
    assert next(thread.every(id="box-thread")).attributes["data-thread"] == root.ts
    delete(slack.workspace, root)
    assert "This message was deleted." in next((await fetched(http)).every("article")).text


@pytest.mark.usefixtures("listener")
async def test_what_is_one_persons_is_nobody_elses(
    slack: SandboxSlack, client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    whisper = say(slack, "between us", only="alice")
    shown = await slack.people.command("alice", "#ops")
    field = asks({"type": "plain_text_input", "action_id": "why", "initial_value": "because"})
    await client.views_open(trigger_id=shown.payload["trigger_id"], view=modal(field))
    await client.views_publish(user_id=ident(slack, "alice"), view=home(section("My clusters")))
    await slack.people.say("alice", "readiness", "a secret")
    hers, his = await fetched(http, **{"as": "alice"}), await fetched(http, **{"as": "bob"})
    assert "Only visible to you" in hers.text
    assert next(hers.every(id="modal")).one("input").attributes["value"] == "because"
    assert "My clusters" in next(hers.every(id="sheet-home")).text
    assert bodies(hers, "log-direct") == ["a secret"]
    for words in ("between us", "Only visible to you", "because", "My clusters", "a secret"):
        assert words not in his.text
    assert not list(his.every(id="modal"))
    thread = await fetched(http, **{"as": "bob", "in": whisper.channel, "thread": whisper.ts})
    assert not list(thread.every(id="pane-thread"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"as": "zoe"}, "no user zoe"),
        ({"channel": "nowhere"}, "no channel nowhere"),
        ({"as": "carol", "channel": "private-sre"}, "carol is not in private-sre"),
    ],
)
async def test_what_is_not_there_is_said(
    http: aiohttp.ClientSession, query: dict[str, str], said: str
) -> None:
    async with http.get("/", params=query) as answer:
        assert (answer.status, await answer.text()) == (404, said)


async def test_threads_and_panes_that_are_not_there_are_left_out(http: aiohttp.ClientSession) -> None:
    shown = await fetched(http, thread="1.0", pane="kitchen", **{"in": "C0"})
    assert shown.one("main").attributes["class"] == "panes only-channel"


async def test_nothing_can_be_typed_in_an_archived_channel(http: aiohttp.ClientSession) -> None:
    shown = await fetched(http, channel="old")
    box = next(shown.every(id="box-channel"))
    assert "#old is archived" in box.text
    assert not list(box.every("textarea"))


def prompted(shown: Tag, box: str) -> list[str]:
    [form] = shown.every(id=box)
    return [it.attributes["data-prompt"] for it in form.every(class_="prompt")]


async def test_a_silent_channel_offers_commands_that_need_nothing_filled_in(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    assert prompted(await fetched(http), "box-channel") == ["/readiness list", "/readiness help"]
    await slack.people.say("alice", "#ops", "Good morning")
    assert prompted(await fetched(http), "box-channel") == []


async def test_conversations_go_on_or_begin_anew_with_their_prompts(
    slack: SandboxSlack, client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    def prompts(shown: Tag) -> list[str]:
        return prompted(shown, "box-direct")

    assert "help" in prompts(await fetched(http))
    asked = await slack.people.say("alice", "readiness", "list")
    await client.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="two clusters")
    shown = await fetched(http)
    assert bodies(shown, "log-direct") == ["list", "two clusters"]
    assert next(shown.every(id="box-direct")).attributes["data-thread"] == asked.ts
    assert prompts(shown) == []
    offers = [{"title": "Again", "message": "run it again"}]
    await client.assistant_threads_setSuggestedPrompts(
        channel_id=asked.channel, thread_ts=asked.ts, prompts=offers
    )
    await client.assistant_threads_setStatus(
        channel_id=asked.channel, thread_ts=asked.ts, status="is reading"
    )
    shown = await fetched(http)
    assert prompts(shown) == ["run it again"]
    assert "readiness is reading" in next(shown.every(id="log-direct")).text
    fresh = await fetched(http, fresh="1")
    assert next(fresh.every(id="box-direct")).attributes["data-thread"] == ""
    assert "help" in prompts(fresh)


async def test_files_are_shown_or_downloaded_and_run_nothing(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    message = say(slack, "the report")
    for name in ("report.html", "trend.png", "findings.csv"):
        file = File(slack.workspace.new_id("F"), name, 4, slack.workspace.now(), content=b"<b>x")
        slack.workspace.files[file.id] = file
        message.files.append(file.id)
    shown = await fetched(http)
    files = [next(it.every("a")).attributes for it in shown.every(class_="file")]
    expected = {
        "report.html": "text/html",
        "trend.png": "image/png",
        "findings.csv": "application/octet-stream",
    }
    for attributes, (name, kind) in zip(files, expected.items(), strict=True):
        async with http.get(attributes["href"]) as answer:
            assert (answer.status, answer.content_type, await answer.read()) == (200, kind, b"<b>x")
            if name.endswith("csv"):
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert "download" in attributes
            else:
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                assert attributes["target"] == "_blank"
    async with http.get("/files/F0/none.html") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/page/page.css", 200, "text/css"),
        ("/page/page.js", 200, "text/javascript"),
        ("/page/icon.svg", 200, "image/svg+xml"),
        ("/page/routes.py", 404, "text/plain"),
    ],
)
async def test_everything_comes_from_here(
    http: aiohttp.ClientSession, path: str, status: int, kind: str
) -> None:
    async with http.get(path) as answer:
        text = await answer.text()
        assert (answer.status, answer.content_type) == (status, kind)
        if status == 200:
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
            assert "style=" not in text
            assert "@import" not in text


# --- what is typed ------------------------------------------------------------------------------------------


async def test_what_begins_like_a_command_is_one(slack: SandboxSlack, listener: Listener) -> None:
    for text in ("/readiness  fresh page:2 ", "/readiness", "/deploy now", "look: /tmp", "/ no"):
        await slack.people.enter("alice", "#ops", text)
    await slack.deliveries.settled()
    commands = [payload["text"] for kind, payload in listener.heard if kind == "slash_commands"]
    assert commands == ["fresh page:2", ""]
    assert [event["text"] for event in listener.events()] == ["look: /tmp", "/ no"]
    await slack.message("#ops", "`/deploy` is not a valid command", user="alice")


async def test_there_are_no_commands_in_threads(slack: SandboxSlack, listener: Listener) -> None:
    root = say(slack, "a report")
    await slack.people.enter("bob", "#ops", "how so?", root.ts)
    await slack.people.enter("bob", "#ops", "/readiness fresh", root.ts)
    told = await slack.message("#ops", "/readiness is not supported in threads", user="bob")
    assert told.thread_ts == root.ts
    assert not [kind for kind, _ in listener.heard if kind == "slash_commands"]


async def test_the_driver_types_as_well_and_a_name_becomes_a_mention(
    slack: SandboxSlack, listener: Listener, http: aiohttp.ClientSession
) -> None:
    said = {"user": "carol", "channel": "#ops", "text": "@readiness list"}
    async with http.post("/sandbox/enter", json=said) as answer:
        assert (await answer.json())["message"]["words"] == f"<@{slack.workspace.bot.id}> list"
    await slack.deliveries.settled()
    assert "app_mention" in [event["type"] for event in listener.events()]


async def test_a_command_that_fails_is_told(slack: SandboxSlack, listener: Listener) -> None:
    listener.keep_silent()
    await slack.people.enter("alice", "#ops", "/readiness fresh")
    await slack.message("#ops", '/readiness failed with the error "operation_timeout"', user="alice")


async def test_a_click_is_named_by_what_the_page_sends(
    listener: Listener, client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    await client.chat_postMessage(channel="#ops", text="x", blocks=[actions(button("say:fix it"))])
    shown = await fetched(http)
    article = shown.one("article").attributes
    press = next(shown.one("article").every("button")).attributes
    sent = {"user": "alice", "channel": article["data-channel"], "ts": article["data-ts"]}
    async with http.post("/sandbox/click", json=sent | {"action": press["data-action"]}) as answer:
        assert (await answer.json())["acknowledged"]
    assert listener.heard[-1][1]["actions"][0]["action_id"] == "say:fix it"


async def test_a_workspace_that_is_served_says_where_its_page_is(http: aiohttp.ClientSession) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox.slack"), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert program.stdout
        lines = [(await program.stdout.readline()).decode() for _ in range(5)]
        [address] = (line.rpartition(" at ")[2].strip() for line in lines if line.startswith("# look"))
        async with http.get(address) as answer:
            assert "<h1>" in await answer.text()
    finally:
        program.terminate()
        await program.wait()
