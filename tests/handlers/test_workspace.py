"""Who is at home, and who belongs to a workspace that shares a channel with ours."""

from typing import Any

import pytest

from handlers import listeners
from handlers.intents import Save
from handlers.request import Request
from handlers.workspace import Workspace
from tests.bot.output.sample import NOW

ALONE = Workspace("T1")
GRID = Workspace("T1", "E1")
"""A workspace of an organisation."""
THEIRS = {"id": "T9", "domain": "theirs"}


def click(workspace: Workspace, own: str | None, **more: Any) -> Request:  # noqa: ANN401 - JSON
    body = {
        "user": {"id": "U1", "username": "ann", "team_id": own},
        "channel": {"id": "C1"},
        "message": {"ts": "2.0"},
        "actions": [{"action_ts": "9.0", "value": "fix prod"}],
    }
    return listeners.of_click({**body, **more}, NOW, workspace)


def form(workspace: Workspace, own: str, **more: Any) -> Request:  # noqa: ANN401 - JSON
    view = {"id": "V1", "hash": "h", "private_metadata": '{"channel": "C1"}', "app_installed_team_id": "T1"}
    body = {"user": {"id": "U1", "name": "ann", "team_id": own}, "view": view}
    return listeners.of_form({**body, **more}, Save("prod", "cni", "why", NOW), NOW, workspace)


def mention(workspace: Workspace, said: dict[str, Any], **more: Any) -> Request:  # noqa: ANN401 - JSON
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "2.0", "text": "prod", **said}
    return listeners.of_words({"event_id": "Ev1", "event": event, **more}, NOW, workspace)


SHARED = {"is_ext_shared_channel": True}
AT_HOME = [
    click(Workspace(""), "T1", team={"id": "T1"}),
    click(ALONE, "T1", team={"id": "T1"}),
    click(ALONE, "T1", team=THEIRS),
    click(ALONE, None, team=THEIRS),
    click(GRID, "T2", team={"id": "T2", "enterprise_id": "E1"}),
    click(GRID, "T2", team={"id": "T2"}, enterprise={"id": "E1", "name": "ours"}),
    click(GRID, "T2", team=None, enterprise={"id": "E1", "name": "ours"}),
    click(GRID, "E1"),
    form(ALONE, "T1", team=THEIRS),
    # In a shared channel that began elsewhere, the team of the delivery is theirs.
    mention(ALONE, {"team": "T1"}, team_id="T9", **SHARED),
    mention(ALONE, {"team": "T9", "user_team": "T1"}, team_id="T9", **SHARED),
    mention(ALONE, {}, team_id="T9"),
    mention(GRID, {"user_team": "E1"}, team_id="T9", enterprise_id="E9", **SHARED),
    mention(GRID, {"user_team": "T2"}, team_id="T2", enterprise_id="E1", **SHARED),
    mention(GRID, {"team": "T2"}, team_id="T9", context_team_id="T2", context_enterprise_id="E1", **SHARED),
    mention(GRID, {"team": "T2"}, team_id="T1", is_ext_shared_channel=False),
]
STRANGERS = [
    # In a shared channel that began with them, or in their own client, everything is theirs.
    click(ALONE, "T9", team=THEIRS),
    click(ALONE, "T9", team={"id": "T1"}),
    click(GRID, "T9", team={"id": "T1"}, enterprise={"id": "E1"}),
    click(GRID, "T9", team=THEIRS, enterprise={"id": "E9"}),
    form(ALONE, "T9", team=THEIRS),
    mention(ALONE, {"team": "T9"}, team_id="T9", **SHARED),
    mention(ALONE, {"team": "T1", "user_team": "T9"}, team_id="T1", **SHARED),
    mention(ALONE, {}, team_id="T1", **SHARED),
    mention(ALONE, {"user_team": "E9"}, team_id="T1", **SHARED),
    mention(GRID, {"user_team": "T9"}, team_id="T1", enterprise_id="E1", **SHARED),
    mention(GRID, {"user_team": "T9"}, team_id="T9", enterprise_id="E9", **SHARED),
]


@pytest.mark.parametrize("request_", AT_HOME)
def test_people_of_our_workspace_or_organisation(request_: Request) -> None:
    assert not request_.asker.stranger


@pytest.mark.parametrize("request_", STRANGERS)
def test_people_of_another_one(request_: Request) -> None:
    assert request_.asker.stranger
