"""What becomes of a delivery: who asks, where, and where the answer belongs."""

import asyncio
from inspect import signature
from typing import Any

import pytest

from handlers import listeners
from handlers.conversation.topic import Topic
from handlers.intents import Home, Intent, Welcome
from handlers.request import Asker, Request
from handlers.routes import routes
from handlers.workspace import Workspace
from tests.bot.output.sample import NOW
from tests.handlers.memory import RememberingTopics, anywhere

TEAM = "T1"
WORKSPACE = Workspace(TEAM, bot_user="UBOT")


def click(**more: Any) -> Request:  # noqa: ANN401 - JSON
    body = {
        "team": {"id": TEAM},
        "user": {"id": "U1", "username": "ann", "team_id": TEAM},
        "channel": {"id": "C1", "name": "ops"},
        "container": {"message_ts": "2.0", "is_ephemeral": False},
        "message": {"ts": "2.0"},
        "trigger_id": "t",
        "response_url": "https://hooks.slack.com/actions/x",
        "actions": [{"action_ts": "9.0", "value": "fix prod"}],
    }
    return listeners.of_click({**body, **more}, NOW, WORKSPACE)


def event(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "message", "user": "U1", "channel": "C1", "ts": "2.0", "text": "<@UBOT> prod", **more}


def mention(said: dict[str, Any], **more: Any) -> Request:  # noqa: ANN401 - JSON
    return listeners.of_words({"event_id": "Ev1", "team_id": TEAM, "event": said, **more}, NOW, WORKSPACE)


@pytest.mark.parametrize(
    ("message", "thread", "home"),
    [
        ({"ts": "2.0"}, "2.0", ""),  # a message in the channel
        ({"ts": "2.0", "thread_ts": "2.0"}, "2.0", ""),  # a root message with replies
        ({"ts": "2.0", "thread_ts": "1.0"}, "1.0", "1.0"),  # a reply
    ],
)
def test_a_click_is_answered_in_the_thread_and_a_run_where_the_message_is(
    message: dict[str, str], thread: str, home: str
) -> None:
    asker = click(message=message).asker
    assert (asker.thread_ts, asker.home_ts) == (thread, home)


def test_a_click_on_what_the_asker_sees_alone() -> None:
    container = {"message_ts": "2.0", "is_ephemeral": True, "channel_id": "C1"}
    asker = click(container=container, message=None, channel=None).asker
    assert (asker.channel, asker.thread_ts, asker.home_ts, asker.ephemeral) == ("C1", "", "", True)
    asker = click(container=container | {"thread_ts": "1.0"}, message=None).asker
    assert (asker.thread_ts, asker.home_ts) == ("1.0", "1.0")


def test_words_are_those_that_were_written() -> None:
    text = "<@UBOT> why is <http://shop.example|shop.example> &lt;down&gt; &amp; out, <@U2>?"
    assert mention(event(text=text)).said == "why is shop.example <down> & out,  ?"


def test_channels_are_those_that_were_meant() -> None:
    text = "<@UBOT> schedule prod in <#C024BE91L|ops>, not <#C024BE91M> or <#G024BE91L|>"
    assert mention(event(text=text)).said == "schedule prod in #C024BE91L, not #C024BE91M or #G024BE91L"


def test_another_page_takes_the_place_of_what_everyone_sees() -> None:
    turn = {"action_id": "turn:fix prod page:2", "action_ts": "9.0", "value": "fix prod page:2"}
    assert click(actions=[turn]).asker.page_ts == "2.0"
    assert not click().asker.page_ts
    assert not click(actions=[turn], container={"message_ts": "2.0", "is_ephemeral": True}).asker.page_ts
    home = click(actions=[turn], container={"type": "view"}, message=None, channel=None)
    assert not home.asker.page_ts


def test_a_mention_is_answered_in_its_thread_and_its_text_is_what_follows() -> None:
    request = mention(event())
    assert (request.said, request.asker.thread_ts, request.asker.home_ts) == ("prod", "2.0", "2.0")
    assert mention(event(thread_ts="1.0")).asker.thread_ts == "1.0"
    assert mention(event(text="<@UBOT|readiness> fix prod <@W2>")).said == "fix prod"


def test_repetitions_are_the_same_request_and_clicks_are_not() -> None:
    command = {"user_id": "U1", "channel_id": "C1", "trigger_id": "t"}
    assert listeners.of_command(command, NOW).id == listeners.of_command(command, NOW).id
    assert click().id == click().id
    assert click().id != click(actions=[{"action_ts": "9.1", "value": "fix prod"}]).id
    assert mention(event()).id == mention(event()).id
    unnamed = {"user_id": "U1", "channel_id": "C1", "text": "list"}
    assert listeners.of_command(unnamed, NOW).id != listeners.of_command(unnamed, NOW).id


def test_a_name_that_is_given_twice_hides_nothing() -> None:
    command = {"user_id": "U1", "channel_id": "C1", "trigger_id": "t", "text": "list"}
    of = listeners.of_command
    assert of(command, NOW).id != of(command | {"text": "help"}, NOW).id
    assert of(command, NOW).id != of(command | {"user_id": "U2"}, NOW).id
    assert click().id != click(message={"ts": "3.0"}).id
    assert click().id != click(actions=[{"action_ts": "9.0", "value": "fix test"}]).id
    assert mention(event()).id != mention(event(ts="3.0")).id


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        (event(), True),
        (event(subtype="file_share"), True),
        (event(subtype="thread_broadcast"), True),
        (event(subtype="channel_join"), False),
        (event(subtype="message_changed"), False),
        (event(subtype="message_deleted", user=None), False),
        (event(bot_id="B1"), False),
        (event(user=""), False),
    ],
)
def test_only_what_people_write_is_for_us(said: dict[str, Any], ours: bool) -> None:  # noqa: FBT001 - expected
    assert listeners.is_for_us(said) is ours


THREAD = {"text": "why?", "thread_ts": "1.0"}


@pytest.mark.parametrize(
    ("kind", "said", "asked"),
    [
        ("app_mention", event(), True),
        ("app_mention", event(channel="D1"), False),  # the message itself comes too
        ("app_mention", event(bot_id="B1"), False),
        ("message", event(), False),
        ("message", event(channel_type="im"), True),
        ("message", event(channel="D1"), True),
        ("message", event(channel="D1", bot_id="B1"), False),
        ("message", event(**THREAD), True),
        ("message", event(**THREAD, subtype="thread_broadcast"), True),
        ("message", event(**THREAD, subtype="message_changed"), False),
        ("message", event(**THREAD, bot_id="B1"), False),
        ("message", event(**THREAD | {"thread_ts": "3.0"}), False),  # a thread of others
        ("message", event(**THREAD | {"text": "and <@UBOT>, why?"}), False),  # a mention comes too
        ("message", event(**THREAD | {"text": "<@UBOT|readiness> why?"}), False),
        ("message", event(**THREAD | {"text": "<@U2> can you look?"}), False),
        ("message", event(**THREAD | {"text": " <!subteam^S1> look"}), False),
        ("message", event(**THREAD | {"text": "<!here> look"}), False),
        ("message", event(**THREAD | {"text": "why, <@U2> asks"}), True),
    ],
)
async def test_what_is_said_is_heard_once(kind: str, said: dict[str, Any], asked: bool) -> None:  # noqa: FBT001 - expected
    topics = RememberingTopics()
    topics.known["C1", "1.0"] = Topic("prod")
    heard = await delivered(kind, said | {"type": kind}, topics)
    assert bool(heard) is asked
    assert [it.asker.overheard for it in heard] == [kind == "message" and "thread_ts" in said] * asked


async def test_whose_thread_it_is_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(RememberingTopics):
        async def topic(self, channel: str, thread_ts: str) -> Topic | None:
            await asyncio.Event().wait()
            return await super().topic(channel, thread_ts)

    monkeypatch.setattr("handlers.routes.LOOK", 0.01)
    broken = RememberingTopics()
    broken.broken = True
    assert not await delivered("message", event(**THREAD), Away())
    assert not await delivered("message", event(**THREAD), broken)
    assert await delivered("app_mention", event(**THREAD), broken)


@pytest.mark.parametrize(
    ("tab", "intent", "channel"), [("home", Home(), ""), ("messages", Welcome(), "D1"), (None, Home(), "")]
)
async def test_opening_the_app_asks_for_what_is_shown_there(
    tab: str | None, intent: Intent, channel: str
) -> None:
    opened = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab}
    [request] = await delivered("app_home_opened", opened)
    assert (request.intent, request.asker.user, request.asker.channel) == (intent, "U1", channel)


async def delivered(
    kind: str, said: dict[str, Any], topics: RememberingTopics | None = None
) -> list[Request]:
    """Return what is asked by an event."""
    heard: list[Request] = []

    async def ask(request: Request) -> None:
        heard.append(request)

    acknowledged = asyncio.Event()

    async def ack() -> None:
        acknowledged.set()

    every = routes(ask, lambda: NOW, WORKSPACE, topics or RememberingTopics(), anywhere)
    [listener] = [route.listener for route in every if route.what == kind]
    given = {"ack": ack, "body": {"event_id": "Ev1", "event": said}, "event": said}
    await listener(**{name: given[name] for name in signature(listener).parameters})
    assert acknowledged.is_set()
    return heard


def test_a_click_in_the_home_tab_is_in_no_channel() -> None:
    view: dict[str, Any] = {"container": {"type": "view", "view_id": "V1"}, "channel": None, "message": None}
    view |= {"response_url": ""}
    chosen = {"action_ts": "9.0", "selected_option": {"value": "home environment:prod"}}
    request = click(**view, actions=[chosen])
    assert request.said == "home environment:prod"
    assert request.asker == Asker(user="U1", channel="", name="ann", trigger_id="t")


def test_a_request_survives_the_queue() -> None:
    request = click()
    assert Request.decode(request.encode()) == request
    assert isinstance(request.asker, Asker)
