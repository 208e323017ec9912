"""users.*, usergroups.*: who is in the workspace. auth.test and its like: who the app is."""

from collections.abc import Mapping
from typing import Final

from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.context import Context, Handler, page
from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.rendering import group_json, user_json


def auth_test(context: Context, _arguments: Arguments) -> Json:
    """Say who the token belongs to."""
    workspace = context.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.domain.title(),
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def api_test(_context: Context, arguments: Arguments) -> Json:
    """Echo the arguments, and the error that they ask for."""
    given = {"args": dict(arguments)} if arguments else {}
    if error := arguments.text("error"):
        raise Refused(error, given)
    return given


def open_connection(context: Context, _arguments: Arguments) -> Json:
    """Give the address of a WebSocket."""
    if context.open_socket is None:
        raise Refused("forbidden_team")
    return {"url": context.open_socket(context.base_url.replace("http", "ws", 1))}


def info(context: Context, arguments: Arguments) -> Json:
    """Return one user."""
    user = context.workspace.users[context.user(arguments.required("user"))]
    return {"user": user_json(context.workspace, user)}


def list_(context: Context, arguments: Arguments) -> Json:
    """Return everybody, the bot included."""
    workspace = context.workspace
    everybody = list(workspace.users.values())
    some, cursor = page(everybody, arguments, default=len(everybody))
    members = [user_json(workspace, it) for it in some]
    return {
        "members": members,
        "cache_ts": int(workspace.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def groups(context: Context, arguments: Arguments) -> Json:
    """Return the user groups."""
    users, count = arguments.flag("include_users"), arguments.flag("include_count")
    found = context.workspace.groups.values()
    return {"usergroups": [group_json(context.workspace, it, users=users, count=count) for it in found]}


def group_users(context: Context, arguments: Arguments) -> Json:
    """Return the ids of who is in a user group."""
    group = context.workspace.groups.get(arguments.required("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


METHODS: Final[Mapping[str, Handler]] = {
    "auth.test": auth_test,
    "api.test": api_test,
    "apps.connections.open": open_connection,
    "users.info": info,
    "users.list": list_,
    "usergroups.list": groups,
    "usergroups.users.list": group_users,
}
