"""One message, whichever mishaps come one after another."""

import asyncio
import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.server import SandboxSlack
from handlers.delivery.errors import SlackSilent
from tests.handlers.delivery.office import KEY, Office, texts, words

MISHAPS = st.sampled_from(
    [
        Fault(method, **what)
        for method in ("chat.postMessage", "conversations.history", "conversations.replies")
        for what in (
            {"kind": "lost_answer"},
            {"kind": "timeout", "seconds": 0.001},
            {"kind": "status", "status": 500},
            {"kind": "ratelimited", "seconds": 40},
            {"kind": "error", "error": "internal_error"},
        )
    ]
)


@settings(max_examples=30)
@given(st.lists(MISHAPS, max_size=12), st.booleans())
def test_one_message(mishaps: list[Fault], threaded: bool) -> None:  # noqa: FBT001 - generated
    asyncio.run(ask_until_answered(mishaps, threaded=threaded))


async def ask_until_answered(mishaps: list[Fault], *, threaded: bool) -> None:
    async with SandboxSlack() as slack:
        office = Office(slack)
        root = (await slack.people.say("alice", "#ops", "prod?")).ts if threaded else ""
        office.goes_wrong(*mishaps)
        answered = False
        while not answered:
            with contextlib.suppress(SlackSilent):
                await office.another_courier().open(office.asker(thread_ts=root), KEY, words("ready"))
                answered = True
        assert texts(office.seen()) == ["ready"]
