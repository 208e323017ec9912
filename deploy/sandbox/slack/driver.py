"""The workspace over HTTP, for tests in other processes and for people.

POST /sandbox/<action> takes a JSON object with the arguments of the method of `People` of that name:
command, click, click_view, click_home, suggest, submit, close, say, enter, delete, react, unreact, join,
invite, kick, archive, home (`open_home`). The answer is what they see: of an interaction `acknowledged`,
`seconds`, `problem`, `payload`, `message`, `view`, `errors` and `options`, of say `message`, of enter either.

Below /sandbox/ there is also, without the leading slash:

    GET state, channels/<c>/messages, users/<u>/ephemerals, users/<u>/view, users/<u>/home, files/<id>
    GET calls, deliveries
    GET wait?channel=&text=&thread_ts=&after=&reaction=&user=&timeout=   a message; of a user: an ephemeral
    GET wait?user=&text=&timeout=                                        the modal or Home tab of a user
    GET wait?version=&timeout=                                           any change after that version
    GET, DELETE faults; PUT faults [fault...]        channels in faults by name or id
    PUT scopes {scopes}; PUT tokens {revoked: ["bot"]}; POST clock {seconds}
    POST socket {do: drop, deafen or refresh, reason, count}
    POST users {name, real_name, tz}; POST channels {name, members, kind, archived, restricted}
    PUT channels/<c> {name, archived, restricted}
    POST usergroups {handle, users, name}; PUT usergroups/<handle> {users}

What is not there is answered with 404, bad input with 400, a wait in vain with 504, each with {"error": why}.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import msgspec
from aiohttp import web

from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.api.uploads import download
from deploy.sandbox.slack.changes import Changes
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.people import People
from deploy.sandbox.slack.seeing import (
    Sought,
    everything,
    find_message,
    seen_by,
    seen_channel,
    seen_message,
    seen_result,
    seen_view,
    words_of_view,
)
from deploy.sandbox.slack.workspace import NoSuch

if TYPE_CHECKING:
    from deploy.sandbox.slack.server import SandboxSlack

_ACTIONS: Final[Mapping[str, Callable[..., Awaitable[object]]]] = {
    "command": People.command,
    "click": People.click,
    "click_view": People.click_view,
    "click_home": People.click_home,
    "suggest": People.suggest,
    "submit": People.submit,
    "close": People.close,
    "say": People.say,
    "enter": People.enter,
    "delete": People.delete,
    "react": People.react,
    "unreact": People.unreact,
    "join": People.join,
    "invite": People.invite,
    "kick": People.kick,
    "archive": People.archive,
    "home": People.open_home,
}
_PATIENCE = 60.0
Handler = Callable[[web.Request], Awaitable[Json | web.Response]]


class Driver:
    """The handlers under /sandbox/."""

    def __init__(self, slack: "SandboxSlack") -> None:
        self._slack, self._workspace = slack, slack.workspace

    def route(self, router: web.UrlDispatcher) -> None:
        """Add the routes."""
        gets: dict[str, Handler] = {
            "state": self._state,
            "channels/{channel}/messages": self._messages,
            "users/{user}/ephemerals": self._ephemerals,
            "users/{user}/view": self._view,
            "users/{user}/home": self._home,
            "files/{file}": self._file,
            "calls": self._calls,
            "deliveries": self._deliveries,
            "wait": self._wait,
        }
        for path, handler in gets.items():
            router.add_get(f"/sandbox/{path}", _answering(handler))
        for method, path, change in Changes(self._slack).routes():
            router.add_route(method, f"/sandbox/{path}", _answering(change))
        router.add_post("/sandbox/{action}", _answering(self._act))

    async def _act(self, request: web.Request) -> Json:
        action = _ACTIONS.get(request.match_info["action"])
        if action is None:
            raise NoSuch(f"no action {request.match_info['action']}; there is {', '.join(_ACTIONS)}")
        arguments = read_arguments(action, await read_object(request))
        result = await action(self._slack.people, **arguments)
        match result:
            case Shown():
                return seen_result(self._workspace, result)
            case Message():
                return {"message": seen_message(self._workspace, result)}
            case Channel():
                return {"channel": result.id}
            case _:
                return {}

    async def _state(self, _request: web.Request) -> Json:
        slack = self._slack
        more = {"scopes": sorted(slack.context.scopes), "faults": slack.faults.as_json()}
        return everything(self._workspace) | more | {"connections": slack.socket.connections}

    async def _messages(self, request: web.Request) -> Json:
        channel = self._workspace.channel(request.match_info["channel"])
        return {"channel": channel.id, "messages": seen_channel(self._workspace, channel.id)}

    async def _ephemerals(self, request: web.Request) -> Json:
        return {"messages": seen_by(self._workspace, self._user(request))}

    async def _view(self, request: web.Request) -> Json:
        return {"view": seen_view(self._workspace, self._workspace.modal(self._user(request)))}

    async def _home(self, request: web.Request) -> Json:
        return {"view": seen_view(self._workspace, self._workspace.home(self._user(request)))}

    def _user(self, request: web.Request) -> str:
        return self._workspace.user(request.match_info["user"]).id

    async def _file(self, request: web.Request) -> web.Response:
        return download(self._workspace.files.get(request.match_info["file"]))

    async def _calls(self, _request: web.Request) -> Json:
        return {"calls": [it.as_json() for it in self._slack.calls]}

    async def _deliveries(self, _request: web.Request) -> Json:
        return {"deliveries": [it.as_json() for it in self._slack.deliveries.log]}

    async def _wait(self, request: web.Request) -> Json:
        query = dict(request.query)
        seconds = min(float(query.pop("timeout", 5)), _PATIENCE)
        find: Callable[[], Json | None]
        if "version" in query:
            version = int(query["version"])
            find = lambda: {"version": now} if (now := self._workspace.version) > version else None  # noqa: E731
        elif "channel" in query:
            sought = Sought(**read_arguments(Sought, query))
            find = lambda: self._found_message(sought)  # noqa: E731
        else:
            user = self._workspace.user(query.get("user", "")).id
            find = lambda: self._found_view(user, query.get("text", ""))  # noqa: E731
        return await self._workspace.until(find, seconds)

    def _found_message(self, sought: Sought) -> Json | None:
        message = find_message(self._workspace, sought)
        return {"message": seen_message(self._workspace, message)} if message else None

    def _found_view(self, user: str, text: str) -> Json | None:
        for view in (self._workspace.modal(user), self._workspace.home(user)):
            if view and text in words_of_view(view):
                return {"view": seen_view(self._workspace, view)}
        return None


def read_arguments(function: Callable[..., object], given: Json) -> dict[str, Any]:
    """Return the arguments of a function out of a JSON object, checked. Raises ValueError."""
    hints = get_type_hints(function)
    parameters = {key: it for key, it in inspect.signature(function).parameters.items() if key != "self"}
    if unknown := sorted(set(given) - set(parameters)):
        raise ValueError(f"unknown: {', '.join(unknown)}; known are {', '.join(parameters)}")
    missing = [key for key, it in parameters.items() if it.default is it.empty and key not in given]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return {key: msgspec.convert(value, hints[key]) for key, value in given.items()}


async def read_object(request: web.Request) -> Json:
    """Return the JSON object of a request. Raises ValueError."""
    body = json.loads(await request.text() or "{}")
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - bad input, answered 400
    return body


def _answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            result = await handler(request)
        except NoSuch as error:
            return web.json_response({"error": str(error)}, status=404)
        except ValueError as error:  # msgspec's errors are such too
            return web.json_response({"error": str(error)}, status=400)
        except TimeoutError:
            return web.json_response({"error": "nothing of that kind was seen in time"}, status=504)
        return result if isinstance(result, web.Response) else web.json_response(result)

    return answer
