"""How the demo goes on while somebody looks."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from deploy.sandbox.demo.__main__ import has_browser
from deploy.sandbox.demo.decline import PLACE, STEPS, Decline
from deploy.sandbox.demo.stage import Sample
from deploy.sandbox.samples import well_run
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.conftest import Listener


async def test_everything_happens_in_turn_is_told_and_checked_and_is_mended() -> None:
    sample = Sample(well_run.NAME, well_run.well_run, datetime.now(UTC))
    async with SandboxSlack() as slack:
        slack.transport = listener = Listener()
        playing = asyncio.create_task(Decline(sample, slack.people, pause=0).go_on())
        await slack.message(PLACE, "mended", timeout=30)
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
        await slack.deliveries.settled()
        place = slack.workspace.channel(PLACE).id
        told = [it.text for it in slack.workspace.messages[place].values()]
    assert told[: len(STEPS)] == [step.says for step in STEPS]
    commands = [payload["text"] for kind, payload in listener.heard if kind == "slash_commands"]
    assert commands[: len(STEPS) + 1] == [well_run.NAME] * (len(STEPS) + 1)


@pytest.mark.parametrize(
    ("environment", "platform", "opens"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({}, "darwin", True),
        ({"CI": "1"}, "win32", False),
    ],
)
def test_the_browser_opens_where_somebody_can_see_it(
    environment: Mapping[str, str],
    platform: str,
    opens: bool,  # noqa: FBT001 - the answer
) -> None:
    assert has_browser(environment, platform) is opens
