"""`readiness slack check`: each problem with its line, and what to do about it."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.serve.doctor import Line, examine
from bot.serve.tokens import Tokens
from bot.settings import Settings
from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.server import SandboxSlack
from tests.e2e import forked


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async with SandboxSlack() as entered:
        yield entered


@pytest.fixture
def found(slack: SandboxSlack) -> Tokens:
    return Tokens(slack.bot_token, slack.app_token, api_url=slack.api_url)


def problems(lines: list[Line]) -> list[str]:
    return [str(line) for line in lines if line.problem]


async def test_nothing_is_wrong(slack: SandboxSlack, found: Tokens) -> None:
    assert [str(line) for line in await examine(found, Settings(), ["ops", "#general"])] == [
        "✓ bot token: @readiness in Sandbox (https://sandbox.slack.com/)",
        f"✓ scopes: all {len(slack.context.scopes)} that are needed",
        f"✓ channel ops: #ops ({slack.workspace.channel('ops').id})",
        f"✓ channel #general: #general ({slack.workspace.channel('general').id})",
        "✓ app token: Slack offers a socket",
    ]
    asked = [call.method for call in slack.calls]
    assert asked == ["auth.test", "conversations.list", "apps.connections.open"]


async def test_without_a_channel_it_says_where_the_bot_is(slack: SandboxSlack, found: Tokens) -> None:
    for number in range(11):
        slack.workspace.add_channel(f"team-{number:02}", slack.workspace.bot.id)
    shown = [f"#team-{number:02}" for number in range(8)]
    lines = await examine(found, Settings(), [])
    assert f"✓ channels: in #general, #ops, {', '.join(shown)} and 3 more" in map(str, lines)


async def test_over_http_there_is_no_app_token(found: Tokens) -> None:
    lines = await examine(replace(found, app=""), Settings(), [])
    assert [line.subject for line in lines] == ["bot token", "scopes", "channels"]


async def test_a_page_of_channels_is_not_all(found: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.serve.doctor.PAGE", 1)
    assert problems(await examine(found, Settings(), ["general", "ops"])) == []


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        ("old", "✗ channel old: archived\n      unarchive it, or choose another"),
        (
            "private-sre",
            "✗ channel private-sre: not found\n      a private channel is seen only",
        ),
        ("#nowhere", "✗ channel #nowhere: not found"),
        ("lounge", "✗ channel lounge: the bot is not in it\n      there: /invite @readiness"),
    ],
)
async def test_a_channel_that_cannot_be_posted_to(
    slack: SandboxSlack, found: Tokens, channel: str, line: str
) -> None:
    slack.workspace.add_channel("lounge")
    (said,) = problems(await examine(found, Settings(), ["ops", channel]))
    assert said.startswith(line)


async def test_missing_scopes(slack: SandboxSlack, found: Tokens) -> None:
    slack.context.scopes -= {"files:write", "usergroups:read"}
    files, groups = problems(await examine(found, Settings(), []))
    assert files.startswith("✗ scope files:write: missing: full reports cannot be uploaded\n      add it")
    assert groups.startswith("✗ scope usergroups:read: missing: access rules for user groups grant nothing")


async def test_user_groups_of_the_rules(slack: SandboxSlack, found: Tokens) -> None:
    sre = next(iter(slack.workspace.groups))
    rule = {"groups": [sre, "S0999999999"], "clusters": ["*"], "verbs": ["run"]}
    lines = await examine(found, Settings.model_validate({"access": [rule]}), [])
    assert f"✓ user group {sre}: @sre" in map(str, lines)
    assert problems(lines)[0].startswith("✗ user group S0999999999: not found: its rules grant nothing")


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (
            Fault("auth.test", "error", error="account_inactive"),
            "✗ bot token: Slack refuses the token of the bot (account_inactive)\n      an admin",
        ),
        (
            Fault("auth.test", "status", status=503),
            "✗ bot token: Slack did not answer properly (status 503)\n      try again in a minute",
        ),
        (
            Fault("auth.test", "lost_answer"),
            "✗ bot token: Slack cannot be reached: Server disconnected\n      look at the network",
        ),
        (
            Fault("conversations.list", "ratelimited", seconds=5),
            "✗ channels: Slack did not answer properly (ratelimited)\n      try again in a minute",
        ),
        (
            Fault("apps.connections.open", "error", error="missing_scope"),
            "✗ app token: Slack refuses it (missing_scope)\n      it needs the scope connections:write",
        ),
        (
            Fault("apps.connections.open", "status", status=500),
            "✗ app token: Slack did not answer properly (status 500)\n      try again in a minute",
        ),
    ],
)
async def test_what_slack_refuses(slack: SandboxSlack, found: Tokens, fault: Fault, line: str) -> None:
    slack.faults.put(fault)
    (said,) = problems(await examine(found, Settings(), []))
    assert said.startswith(line)


async def test_wrong_tokens(slack: SandboxSlack) -> None:
    wrong = Tokens("xoxb-1", "xapp-1", api_url=slack.api_url)
    bot, app = problems(await examine(wrong, Settings(), ["ops"]))
    assert bot.startswith("✗ bot token: Slack refuses the token of the bot (invalid_auth)")
    assert app.startswith("✗ app token: Slack refuses it (invalid_auth)")


async def checked(slack: SandboxSlack, folder: Path, *arguments: str, **change: str) -> tuple[int, str]:
    """Run it as a process; return its exit code and all it says."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        **slack.environment(),
        **change,
    }
    code, out, err = await forked.run("slack", "check", *arguments, cwd=folder, env=environment)
    return code, out + err


@pytest.mark.e2e
async def test_its_exit_codes(slack: SandboxSlack, tmp_path: Path) -> None:
    code, said = await checked(slack, tmp_path, "ops")
    assert (code, said.count("✓"), said.count("✗")) == (0, 4, 0)
    code, said = await checked(slack, tmp_path, "old")
    assert (code, said.count("✓"), said.count("✗")) == (1, 3, 1)
    code, said = await checked(slack, tmp_path, SLACK_APP_TOKEN=slack.bot_token)
    assert code == 2
    assert said.startswith(
        "readiness: SLACK_APP_TOKEN does not begin with xapp-: it is another kind of token\n"
    )
    assert slack.bot_token not in said
