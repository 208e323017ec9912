"""Calls that Slack refuses, delays or loses: all is there once, or there is a reason."""

import signal
from collections import Counter
from typing import Any

import pytest

from deploy.sandbox.faults import Faults
from deploy.sandbox.slack.faults import CallKind, Fault
from deploy.sandbox.slack.seeing import words_of
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

TROUBLES: dict[CallKind, dict[str, Any]] = {
    "lost_answer": {},
    "status": {"status": 503},
    "timeout": {"seconds": 0.2},
    "error": {"error": "internal_error"},
    "ratelimited": {"seconds": 1},
}
REVOKED = "Slack refuses the token of the bot (`token_revoked`)"


async def test_everything_is_there_once_whatever_becomes_of_a_call(
    hasty: Stage, subtests: pytest.Subtests
) -> None:
    """Of each kind once for the root message, its edits and a reply; in channels that share a run."""
    prod, workspace = hasty.clusters[0], hasty.slack.workspace
    prod.faults = Faults(stall={"pods"})
    await hasty.bot()
    places = {
        kind: workspace.add_channel(kind, workspace.user("alice").id, workspace.bot.id).id
        for kind in TROUBLES
    }
    for kind, more in TROUBLES.items():
        hasty.slack.faults.put(Fault("chat.postMessage", kind, channel=places[kind], **more))
        await hasty.slack.people.command("alice", kind, "prod")
    for kind, more in TROUBLES.items():
        await hasty.root("Checking", kind)
        hasty.slack.faults.put(
            Fault("chat.update", kind, channel=places[kind], times=2, **more),
            Fault("chat.postMessage", kind, channel=places[kind], **more),
        )
    prod.faults = Faults()
    for kind in TROUBLES:
        with subtests.test(kind):
            root = await hasty.finished("prod", kind)
            thread = Counter(words_of(reply) for reply in hasty.replies(root))
            assert (len(thread), {*thread.values()}) == (7, {1})
            assert len(hasty.messages(kind)) == 1
            assert "*NOT READY*  `prod`" in words_of(root)
    assert not hasty.slack.faults.as_json()


async def test_a_rate_that_is_spent_for_seconds(stage: Stage) -> None:
    await stage.bot()
    stage.slack.faults.put(Fault("chat.postMessage", "ratelimited", seconds=2))
    await Person(stage).types("prod", "The answer takes a moment longer", alone=True)
    assert not stage.messages()
    await stage.finished("prod")
    refused, posted, *_ = (call.at for call in stage.slack.calls if call.method == "chat.postMessage")
    assert posted - refused >= 2


async def test_a_rate_that_is_spent_for_minutes(stage: Stage) -> None:
    bot = await stage.bot()
    alice, bob = Person(stage), Person(stage, "bob")
    stage.slack.faults.put(Fault("chat.postMessage", "ratelimited", seconds=300))
    await alice.types("prod", "Slack lets us post again in 5 min; the answer comes then.", alone=True)
    await bob.types("list", "Clusters", alone=True)
    assert sum(call.method == "chat.postMessage" for call in stage.slack.calls) == 1
    await bot.end(signal.SIGKILL)


@pytest.mark.parametrize("code", ["msg_blocks_too_long", "invalid_blocks"])
async def test_a_layout_that_slack_does_not_take(hasty: Stage, code: str) -> None:
    bot = await hasty.bot()
    alice = Person(hasty)
    hasty.slack.faults.put(Fault("chat.*", "error", error=code), Fault("response_url", "error", error=code))
    root = await alice.types("prod", "The layout was refused by Slack; this is the text alone")
    assert words_of(root).startswith("Checking `prod`")
    listed = await alice.types("list", "The layout was refused by Slack", alone=True)
    assert words_of(listed).startswith("2 clusters")
    assert f"chat_postMessage: {code}" in bot.lines
    assert "*NOT READY*  `prod`" in words_of(await hasty.finished("prod"))


async def test_a_response_url_that_takes_no_more(hasty: Stage) -> None:
    await hasty.bot()
    alice = Person(hasty)
    for code in ("expired_url", "used_url"):
        hasty.slack.faults.put(Fault("response_url", "error", error=code))
        await alice.types("list", "*Clusters*", alone=True)
    methods = [call.method for call in hasty.slack.calls if call.arguments.get("text", "").startswith("2 cl")]
    assert methods == ["response_url", "chat.postEphemeral"] * 2

    hasty.slack.faults.put(
        Fault("response_url", "error", error="expired_url"),
        Fault("chat.postEphemeral", "error", error="user_not_in_channel"),
    )
    await hasty.slack.people.command("alice", "#ops", "list")
    direct = Person(hasty, channel=hasty.slack.workspace.im(alice.id).id)
    await direct.sees("*Clusters*")


async def test_a_token_that_is_revoked(hasty: Stage) -> None:
    bot = await hasty.bot()
    alice = Person(hasty)
    await alice.types("prod", "Checking")
    root = await hasty.finished("prod")
    hasty.slack.tokens.revoked = {"bot"}
    told = words_of(await alice.types("staging", REVOKED, alone=True))
    assert "What to do: an admin has to reinstall the app and set `SLACK_BOT_TOKEN`" in told
    clicked = await alice.clicks(root, "How to fix", REVOKED, alone=True)
    assert words_of(clicked) == told
    hasty.slack.faults.put(Fault("response_url", "error", error="token_revoked"))
    await alice.presses(root, "Full report")
    await hasty.eventually(lambda: "and Slack refuses to tell" in bot.lines, "a line in the log")
    hasty.slack.tokens.revoked = set()
    await alice.types("staging", "Run again")


@pytest.mark.parametrize(
    ("scope", "said", "told"),
    [
        ("chat:write", "prod", "the Slack app lacks a scope: `chat:write`"),
        ("files:write", "report prod", "the Slack app lacks a scope: `files:write`"),
    ],
)
async def test_a_scope_that_is_missing(hasty: Stage, scope: str, said: str, told: str) -> None:
    await hasty.bot()
    alice = Person(hasty)
    await alice.types("prod", "Run again")
    hasty.slack.context.scopes -= {scope}
    message = words_of(await alice.types(said, told, alone=True))
    assert "What to do: an admin has to add it under OAuth &amp; Permissions and reinstall the app" in message


async def test_scopes_of_courtesies(hasty: Stage) -> None:
    bot = await hasty.bot()
    hasty.slack.context.scopes -= {"reactions:write", "channels:history", "usergroups:read"}
    await hasty.slack.people.say("alice", "#ops", "@readiness list")
    await hasty.whisper("alice", "*Clusters*")
    assert "a courtesy is left out: the Slack app lacks a scope: `reactions:write`" in bot.lines


async def test_a_form_that_comes_too_late(hasty: Stage) -> None:
    alice = Person(hasty)
    hasty.configuration["access"] = [{"verbs": ["waive"], "users": [alice.id]}]
    bot = await hasty.bot()
    root = await alice.types("prod", "Run again")
    hasty.slack.faults.put(Fault("views.open", "error", error="expired_trigger_id"))
    offered = await alice.clicks(root, "Waive", "the form is ready", alone=True)
    hasty.slack.faults.put(Fault("views.open", "ratelimited", seconds=30))
    await alice.presses(offered, "Open the form")
    await hasty.eventually(lambda: bot.lines.count("form offered") == 2, "the form is offered again")
    assert not hasty.slack.workspace.modal(alice.id)
    assert "the form is ready" in words_of(offered)
    await alice.opens(offered, "Open the form")


async def test_no_secret_is_in_the_log_whatever_goes_wrong(hasty: Stage) -> None:
    bot = await hasty.bot("--verbose")
    slack, alice = hasty.slack, Person(hasty)
    for kind in ("lost_answer", "status"):
        more = TROUBLES[kind]
        slack.faults.put(*(Fault(method, kind, **more) for method in ("chat.*", "response_url", "upload")))
        await alice.types("list", "*Clusters*", alone=True)
    root = await alice.types("prod", "Run again")
    await alice.clicks(root, "Full report", "readiness-")
    await slack.socket.drop()
    await hasty.eventually(lambda: bot.lines.count("has been established") > 1, "a new socket")
    doors = [*slack.workspace.response_urls, *slack.workspace.upload_tickets]
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "ticket=", *doors):
        assert secret not in bot.lines
