"""What becomes of a delivery: who asks, where, and where the answer belongs."""

from typing import Any

import pytest

from handlers import listeners
from handlers.home import Home
from handlers.request import Asker, Request
from handlers.routes import routes
from tests.bot.output.sample import NOW

TEAM = "T1"
HOME = Home(TEAM)


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
    return listeners.of_click({**body, **more}, NOW, HOME)


def event(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": "message", "user": "U1", "channel": "C1", "ts": "2.0", "text": "<@UBOT> prod", **more}


def mention(said: dict[str, Any], **more: Any) -> Request:  # noqa: ANN401 - JSON
    return listeners.of_mention({"event_id": "Ev1", "team_id": TEAM, "event": said, **more}, NOW, HOME)


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
        (event(subtype="message_changed"), False),
        (event(subtype="message_deleted", user=None), False),
        (event(bot_id="B1"), False),
        (event(user=""), False),
    ],
)
def test_only_what_people_write_is_for_us(said: dict[str, Any], ours: bool) -> None:  # noqa: FBT001 - expected
    assert listeners.is_for_us(said) is ours


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
    ],
)
async def test_what_is_said_is_heard_once(kind: str, said: dict[str, Any], asked: bool) -> None:  # noqa: FBT001 - expected
    heard: list[Request] = []

    async def ask(request: Request) -> None:
        heard.append(request)

    async def ack() -> None: ...

    [listener] = [route.listener for route in routes(ask, lambda: NOW, HOME) if route.what == kind]
    await listener(ack=ack, body={"event_id": "Ev1", "event": said}, event=said)
    assert bool(heard) is asked


def test_a_request_survives_the_queue() -> None:
    request = click()
    assert Request.decode(request.encode()) == request
    assert isinstance(request.asker, Asker)
