"""The routes, the manifest that Slack is told, the scopes, and the methods that the code calls: all agree."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient

from bot.serve.scopes import SCOPES
from checks.summary import Summary
from deploy.sandbox.slack.blocks import elements
from deploy.sandbox.slack.manifest import MANIFEST
from deploy.sandbox.slack.scopes import EVENTS, METHODS, needed
from handlers.intents import Filters, Verb, Waivers
from handlers.ports import Cluster
from handlers.render import (
    acceptances,
    changes,
    forms,
    helping,
    remediation,
    root,
    schedule_form,
    schedules,
    tables,
)
from handlers.request import Request
from handlers.routes import Route, routes
from handlers.schedules.intents import Replan, Schedules
from handlers.workspace import Workspace
from tests.bot.output.sample import DELTA, NOW, SAMPLE
from tests.handlers.memory import RememberingTopics, anywhere
from tests.handlers.render.accepted import ASKER, WAIVED
from tests.handlers.render.opened import attestation, waiver
from tests.handlers.render.scheduled import FORM, SHOWN

ROOT = Path(__file__).parents[2]
CHANNELS = ("public_channel", "private_channel")
KINDS = {
    "conversations.list": CHANNELS,
    "conversations.info": CHANNELS,
    "conversations.members": CHANNELS,
    "users.conversations": CHANNELS,
    "conversations.open": ("im",),
}
"""The kinds of conversation that a method is called for; others for all that the bot can be in."""
EVERYWHERE = ("public_channel", "private_channel", "im")


async def ask(_request: Request) -> None: ...


ROUTES = routes(ask, lambda: NOW, Workspace("T1"), RememberingTopics(), anywhere)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text()))


def taken(kind: str) -> list[str | re.Pattern[str]]:
    return [route.what for route in ROUTES if route.kind == kind]


def calls() -> Iterator[str]:
    """Yield the Web API methods that the code calls."""
    known = {method.replace(".", "_"): method for method in METHODS}
    for path in (*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot/serve").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "files_upload_v2":
                yield from ("files.getUploadURLExternal", "files.completeUploadExternal")
            elif isinstance(node, ast.Attribute) and _calls_slack(node.attr):
                yield known[node.attr]
            elif isinstance(node, ast.Constant) and node.value in METHODS:
                yield str(node.value)


def _calls_slack(name: str) -> bool:
    """Whether the SDK's client has a method of that name, which is not one for any call."""
    method = getattr(AsyncWebClient, name, None)
    return "_" in name.strip("_") and name != "api_call" and inspect.iscoroutinefunction(method)


def test_commands_and_events_are_those_of_the_manifest(manifest: dict[str, Any]) -> None:
    assert taken("command") == [it["command"] for it in manifest["features"]["slash_commands"]]
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert set(taken("event")) == {event.partition(".")[0] for event in subscribed}
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]


def test_scopes_are_what_methods_and_events_need_and_nothing_more(manifest: dict[str, Any]) -> None:
    asked = manifest["oauth_config"]["scopes"]["bot"]
    wanted = {"commands"} if taken("command") else set()
    wanted |= {"assistant:write"} if "agent_view" in manifest["features"] else set()
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        wanted |= EVENTS[event]
    for method in set(calls()) - {"apps.connections.open"}:
        wanted |= {scope for kind in KINDS.get(method, EVERYWHERE) for scope in needed(method, kind)} & (
            METHODS[method].scopes
        )
    assert asked == sorted(asked) == sorted(SCOPES)
    assert set(asked) == wanted


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.what))
def test_a_listener_takes_what_bolt_gives(route: Route) -> None:
    given = set(inspect.signature(AsyncArgs.__init__).parameters) - {"self"}
    assert set(inspect.signature(route.listener).parameters) <= given


def test_whatever_can_be_clicked_is_taken() -> None:
    messages = (
        root.final(SAMPLE, Filters(), ("U1",), NOW),
        root.waiting("prod-eu", None, SAMPLE, NOW),
        root.failed("prod-eu", "why", "", SAMPLE, (), NOW),
        changes.changes(SAMPLE, DELTA, 1, NOW),
        remediation.remediation(SAMPLE, "", 1, NOW),
        helping.overview("", [Cluster("prod-eu")]),
        acceptances.listing({"prod-eu": [WAIVED]}, {("prod-eu", Verb.WAIVE)}, Waivers(), NOW),
        tables.clusters([(Cluster("prod-eu"), Summary.of(SAMPLE))], 1, NOW),
        schedules.listing([SHOWN], 1, Schedules(), NOW),
        schedule_form.unopened(Replan("s-7f3a9c")),
    )
    offered = [it for message in messages for block in message.blocks for it in elements(dict(block))]
    assert len(offered) > 20
    for element in offered:
        assert any(isinstance(it, re.Pattern) and it.match(element["action_id"]) for it in taken("action"))


def test_whatever_can_be_submitted_is_taken() -> None:
    [pattern] = taken("view")
    assert isinstance(pattern, re.Pattern)
    for form in (waiver(), attestation(), forms.change(WAIVED, ASKER, NOW), FORM):
        assert pattern.match(form.view["callback_id"])
