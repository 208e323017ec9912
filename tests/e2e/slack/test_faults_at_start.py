"""A bot that cannot begin: it waits for what passes, and says in a sentence what does not."""

import asyncio
import signal
import socket

import pytest

from deploy.sandbox.slack.faults import Fault
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            Fault("auth.test", "error", error="invalid_auth"),
            "Slack refuses the token of the bot (invalid_auth)\n  an admin has to reinstall the app and set",
        ),
        (
            Fault("apps.connections.open", "error", error="invalid_auth"),
            "Slack refuses SLACK_APP_TOKEN (invalid_auth)\n  it needs the scope connections:write",
        ),
    ],
    ids=["the bot's", "the app's"],
)
async def test_a_token_that_is_refused(stage: Stage, fault: Fault, said: str) -> None:
    stage.slack.faults.put(fault)
    code, told = await stage.run("serve")
    assert code == 2
    assert f"readiness: {said}" in told
    assert "Traceback" not in told
    assert "Unclosed" not in told


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is not set\n  README, “Slack”, says where to find it\n"),
        ({"REDIS_URL": "redis://127.0.0.1:9"}, "the store at redis://127.0.0.1:9 cannot be reached"),
    ],
    ids=["missing", "no Redis"],
)
async def test_what_has_to_be_mended_first(stage: Stage, environment: dict[str, str], said: str) -> None:
    stage.environment |= environment
    code, told = await stage.run("serve")
    assert code == 2
    assert told.startswith(f"readiness: {said}")
    assert "\n  " in told
    assert "Traceback" not in told
    assert not stage.slack.calls


async def test_a_limit_of_a_pool_that_it_is_not_in(stage: Stage) -> None:
    code, told = await stage.run("serve", "--no-worker", "--pool-at-once", "3")
    assert code == 2
    assert told == (
        "readiness: --pool-at-once has no effect with --no-worker\n"
        "  give it to each `readiness worker` of the pool\n"
    )


async def test_a_port_that_is_taken(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, told = await stage.run("serve", "--http", f"127.0.0.1:{port}")
    assert code == 2
    assert f"readiness: 127.0.0.1:{port} cannot be listened on: Address already in use\n" in told
    assert "Traceback" not in told


async def test_a_slack_that_has_trouble_of_its_own(stage: Stage) -> None:
    stage.slack.faults.put(
        Fault("auth.test", "status", status=503),
        Fault("auth.test", "ratelimited", seconds=1),
        Fault("apps.connections.open", "error", error="internal_error"),
    )
    bot = await stage.bot()
    for warning in ("Slack cannot be reached, next try in 1 s", "no socket to Slack, next try in 1 s"):
        assert warning in bot.lines
    await stage.slack.people.command("alice", "#ops", "list")
    await stage.whisper("alice", "prod")


async def test_a_bot_that_waits_for_slack_ends_when_it_is_asked_to(stage: Stage) -> None:
    stage.slack.faults.put(Fault("auth.test", "status", status=503, times=0))
    waiting = asyncio.create_task(stage.bot())
    await stage.eventually(lambda: stage.bots and "cannot be reached" in stage.bots[0].lines, "a warning")
    waiting.cancel()
    assert await stage.bots[0].end(signal.SIGTERM) == 0
    assert "Traceback" not in stage.bots[0].lines
