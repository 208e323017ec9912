"""views.*: modals, of which three can lie on each other, and Home tabs."""

import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from deploy.sandbox.slack.acting.state import initial_values
from deploy.sandbox.slack.api.arguments import Arguments, Refused, invalid
from deploy.sandbox.slack.api.context import Context, Handler
from deploy.sandbox.slack.blocks import with_ids
from deploy.sandbox.slack.limits import view_problem
from deploy.sandbox.slack.model import Json, Trigger, View
from deploy.sandbox.slack.rendering import view_json
from deploy.sandbox.slack.workspace import Workspace

_STACK = 3
_BYTES = 250_000


def open_(context: Context, arguments: Arguments) -> Json:
    """Open a modal over what the person sees; what was open is closed."""
    workspace = context.workspace
    body = _body(arguments, "modal")
    trigger = _exchange(workspace, arguments)
    view = add(workspace, trigger.user, body, channel=trigger.channel)
    for ident in workspace.modals.pop(trigger.user, []):
        del workspace.views[ident]
    workspace.modals[trigger.user] = [view.id]
    workspace.changed()
    return {"view": view_json(workspace, view)}


def push(context: Context, arguments: Arguments) -> Json:
    """Put a modal on the one that the trigger came from."""
    workspace = context.workspace
    body = _body(arguments, "modal")
    trigger = _exchange(workspace, arguments)
    if trigger.view not in workspace.modals.get(trigger.user, []):
        raise Refused("not_found")
    return {"view": view_json(workspace, pile(workspace, trigger.user, body))}


def pile(workspace: Workspace, user: str, body: Json) -> View:
    """Put a modal on top of a user's (id) stack. Raises Refused where three are open."""
    stack = workspace.modals[user]
    if len(stack) >= _STACK:
        raise Refused("push_limit_reached")
    below = workspace.views[stack[-1]]
    view = add(workspace, user, body, channel=below.channel)
    view.previous, view.root = below.id, below.root
    stack.append(view.id)
    workspace.changed()
    return view


def update(context: Context, arguments: Arguments) -> Json:
    """Change a view that is open, by view_id or external_id; with `hash` only if nobody else changed it."""
    workspace = context.workspace
    ident, external = arguments.text("view_id"), arguments.text("external_id")
    if not ident and not external:
        raise invalid("missing required field: view_id or external_id")
    view = workspace.views.get(ident) if ident else _by_external_id(workspace, external)
    if view is None:
        raise Refused("not_found")
    body = _body(arguments, view.body["type"])
    _check_hash(view, arguments)
    replace(workspace, view, body)
    return {"view": view_json(workspace, view)}


def replace(workspace: Workspace, view: View, body: Json) -> None:
    """Give a view another body; inputs keep what was filled in where block_id and action_id stay."""
    body = {**body, "blocks": with_ids(body["blocks"])}
    _check_external_id(workspace, body, view)
    kept, view.body, view.hash = view.state, body, _hash(workspace)
    view.state = initial_values(body["blocks"])
    for block_id, values in view.state.items():
        values.update({key: old for key, old in kept.get(block_id, {}).items() if key in values})
    workspace.changed()


def publish(context: Context, arguments: Arguments) -> Json:
    """Set the Home tab of a user."""
    workspace = context.workspace
    user = context.user(arguments.required("user_id"))
    if not workspace.app.home:
        raise Refused("not_enabled")
    body = _body(arguments, "home")
    home = workspace.home(user)
    if home:
        _check_hash(home, arguments)
        replace(workspace, home, body)
    else:
        home = add(workspace, user, body)
        workspace.homes[user] = home.id
        workspace.changed()
    return {"view": view_json(workspace, home)}


def add(workspace: Workspace, user: str, body: Json, channel: str = "") -> View:
    """Make a view, which is not yet shown anywhere. Raises Refused for an external_id that another has."""
    _check_external_id(workspace, body)
    body = {**body, "blocks": with_ids(body["blocks"])}
    ident = workspace.new_id("V")
    view = View(ident, user, body, _hash(workspace), root=ident, channel=channel)
    view.state = initial_values(body["blocks"], channel)
    workspace.views[ident] = view
    return view


def check(body: Any, kind: str) -> Json:  # noqa: ANN401 - whatever the app sent
    """Return a view that Slack takes. Raises Refused."""
    if not isinstance(body, dict):
        raise invalid("view must be an object [json-pointer:/view]")
    if len(json.dumps(body).encode()) > _BYTES:
        raise Refused("view_too_large")
    problem = view_problem(body)
    if problem:
        raise Refused(problem.error, {"response_metadata": {"messages": list(problem.messages)}})
    if body["type"] != kind:
        raise invalid(f"unsupported type: {body['type']} [json-pointer:/view/type]")
    return body


def _body(arguments: Arguments, kind: str) -> Json:
    arguments.required("view")
    return check(arguments.parsed("view"), kind)


def _exchange(workspace: Workspace, arguments: Arguments) -> Trigger:
    trigger = workspace.triggers.get(arguments.required("trigger_id"))
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if workspace.now() > trigger.expires:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(view: View, arguments: Arguments) -> None:
    if arguments.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")


def _check_external_id(workspace: Workspace, body: Json, own: View | None = None) -> None:
    external = body.get("external_id")
    other = _by_external_id(workspace, external) if external else None
    if other and other is not own:
        raise Refused("duplicate_external_id")


def _by_external_id(workspace: Workspace, external: str) -> View | None:
    return next((it for it in workspace.views.values() if it.body.get("external_id") == external), None)


def _hash(workspace: Workspace) -> str:
    return f"{int(workspace.now())}.{secrets.token_hex(4)}"


METHODS: Final[Mapping[str, Handler]] = {
    "views.open": open_,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
