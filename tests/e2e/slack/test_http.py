"""The same conversation over signed HTTP, and nothing for those who cannot sign."""

import re
import time
from urllib.parse import urlencode

import aiohttp
import pytest

from deploy.sandbox.slack.signed_http import CLIENT_ERROR, SignedHttp
from deploy.sandbox.slack.transport import EVENTS_API, INTERACTIVE, SLASH_COMMANDS
from tests.e2e.slack.person import Person
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e


async def listening(stage: Stage) -> str:
    """Start a bot that listens on a free port, and lead the workspace to it."""
    bot = await stage.bot("--http", "127.0.0.1:0", SLACK_APP_TOKEN="")
    found = await stage.eventually(
        lambda: re.search(r"listening on (http://127\.0\.0\.1:\d+/slack/events)", bot.lines), "it listens"
    )
    stage.slack.use_http(found[1])
    return found[1]


async def test_the_same_conversation(hasty: Stage) -> None:
    alice = Person(hasty)
    hasty.configuration["access"] = [{"verbs": ["waive"], "users": [alice.id]}]
    url = await listening(hasty)
    assert await SignedHttp(url, hasty.slack.signing_secret).verify()
    await alice.types("", "ready for production", alone=True)
    root = await alice.types("prod", "Full report")
    await hasty.finished("prod")
    await alice.clicks(root, "How to fix", "*How to fix*  `prod`")
    await alice.opens(root, "Waive")
    shown = await alice.submits(what="Every finding of cni (1)", Why="an agent", until="2020-01-01")
    assert "Choose a day after today" in shown.errors["until"]
    unclear = await alice.types("diff prdo", "Did you mean", alone=True)
    await alice.clicks(unclear, "diff prod", "There is no earlier run of `prod`")
    asked = await hasty.slack.people.say("alice", "#ops", "<@readiness> history prod")
    answer = await alice.sees("*History*  `prod`")
    assert answer.thread_ts == asked.ts
    await hasty.slack.deliveries.settled()
    assert all(delivery.answer.acknowledged for delivery in hasty.slack.deliveries.log)
    assert await hasty.bots[0].end() == 0


async def test_who_cannot_sign_is_turned_away(hasty: Stage) -> None:
    url = await listening(hasty)
    alice, place = Person(hasty), hasty.slack.workspace.channel("#ops").id
    payload = {"command": "/readiness", "text": "prod", "user_id": alice.id, "channel_id": place}
    payload |= {"trigger_id": "1.2.3", "type": "block_actions"}
    wrong = SignedHttp(url, "not-the-secret", retries=())
    old = SignedHttp(url, hasty.slack.signing_secret, clock=lambda: time.time() - 600, retries=())
    for kind in (SLASH_COMMANDS, INTERACTIVE, EVENTS_API):
        for sender in (wrong, old):
            answer = await sender.deliver(kind, payload)
            assert not answer.acknowledged
            assert answer.problem == CLIENT_ERROR
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=urlencode(payload), headers=form) as response,
    ):
        assert response.status == 401
    assert not hasty.slack.workspace.messages[place]
