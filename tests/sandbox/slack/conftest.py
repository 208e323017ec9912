"""A workspace, the client of an app in it, and an app that only listens."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.manifest import App
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.transport import Answer


class Listener:
    """An app: what it heard, and how it acknowledges from now on."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answer = Answer(acknowledged=True, payload=None, seconds=0.01, problem="")

    def acknowledge(self, **payload: object) -> None:
        self.answer = Answer(acknowledged=True, payload=payload, seconds=0.01, problem="")

    def keep_silent(self) -> None:
        self.answer = Answer(acknowledged=False, payload=None, seconds=3.0, problem="operation_timeout")

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Answer:
        self.heard.append((kind, payload))
        return self.answer

    async def close(self) -> None:
        """Nothing is open."""

    def events(self) -> list[dict[str, Any]]:
        return [payload["event"] for kind, payload in self.heard if kind == "events_api"]


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async with SandboxSlack(app=App()) as slack:
        yield slack


@pytest.fixture
def listener(slack: SandboxSlack) -> Listener:
    listener = Listener()
    slack.transport = listener
    return listener


@pytest.fixture
def client(slack: SandboxSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url)
