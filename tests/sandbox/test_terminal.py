"""A conversation as a terminal shows it."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.model import Json, Message
from deploy.sandbox.slack.posting import post
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.terminal.mrkdwn import styled
from deploy.sandbox.terminal.screen import USUAL, Room, Screen
from tests.sandbox.slack.conftest import Listener
from tests.sandbox.slack.kit import actions, button, home, options


@pytest.mark.parametrize(
    ("mrkdwn", "plain", "styles"),
    [
        ("no *stars* in 2*3*4", "no stars in 2*3*4", {"bold": "stars"}),
        ("_so_ it_is_ ~gone~", "so it_is_ gone", {"italic": "so", "strike": "gone"}),
        ("`*a* &lt;b&gt;`", "*a* <b>", {"cyan": "*a* <b>"}),
        ("run\n```\nkubectl get pods\n```", "run\nkubectl get pods", {"cyan": "kubectl get pods"}),
        (":x: *`shop`* at 12:30:45", "❌ shop at 12:30:45", {"bold": "shop", "cyan": "shop"}),
        (":large_orange_circle: :no_such_emoji:", "🟠 :no_such_emoji:", {}),
        ("ask <@U1> or <!subteam^S1> in <#C1|ops>", "ask (U1) or (S1) in (C1)", {"bold": "(U1)"}),
        ("<https://example.com/?a=1&amp;b=2|Why &amp; how>", "Why & how", {"underline": "Why & how"}),
        ("&lt;@U1&gt; &amp;lt;", "<@U1> &lt;", {}),
    ],
)
def test_mrkdwn(mrkdwn: str, plain: str, styles: dict[str, str]) -> None:
    text = styled(mrkdwn, "({})".format)
    assert text.plain == plain
    spans = [(str(span.style), text.plain[span.start : span.end]) for span in text.spans]
    for style, words in styles.items():
        assert any(style in name and words == found for name, found in spans), spans


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


@pytest.mark.parametrize(
    ("element", "value", "told"),
    [
        (button("it"), None, "alice  clicks [Words]"),
        (
            {"type": "static_select", "action_id": "it", "options": options(2)},
            "value-1",
            "alice  chooses [One]",
        ),
        (
            {"type": "checkboxes", "action_id": "it", "options": options(2)},
            ["value-0"],
            "alice  chooses [One]",
        ),
        ({"type": "datepicker", "action_id": "it"}, "2026-12-05", "alice  chooses [2026-12-05]"),
    ],
)
async def test_whatever_people_do_on_home_is_told(
    element: Json, value: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SandboxSlack(app=App()) as slack:
        slack.transport = Listener()
        screen, client = Screen(slack), AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        await client.views_publish(user_id=slack.workspace.user("alice").id, view=home(actions(element)))
        await slack.people.click_home("alice", "it", value)
        screen.show()
        assert told in capsys.readouterr().out


async def test_only_what_is_new_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    async with SandboxSlack() as slack:
        workspace, screen = slack.workspace, Screen(slack)
        channel, bot = workspace.channel("#ops").id, workspace.bot.id

        def say(*lines: str, thread_ts: str = "") -> Message:
            blocks = [_section(line) for line in lines]
            return post(
                workspace, Message(workspace.new_ts(), channel, bot, "-", thread_ts=thread_ts), blocks
            )

        def shown(room: Room = USUAL) -> list[str]:
            screen.show(room)
            return [line.strip() for line in capsys.readouterr().out.splitlines()]

        root = say("*first*", "second")
        assert shown() == ["readiness", "first", "second"]
        assert shown() == []
        root.blocks = [_section("*first*"), _section("third")]
        assert shown() == ["readiness  (edited)", "third"]
        for number in range(3):
            say(f"reply {number}", thread_ts=root.ts)
        assert shown() == ["│ in the thread", "│ reply 0", "│ … 2 more messages in the thread"]
        say(*map(str, range(10)))
        assert shown(Room(channel=4)) == ["readiness", "0", "1", "2", "… 7 more lines"]
