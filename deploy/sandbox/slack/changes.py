"""The part of the driver that changes the workspace itself rather than acting as a person."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from aiohttp import web

from deploy.sandbox.slack.api.tokens import Name
from deploy.sandbox.slack.model import Json, Kind
from deploy.sandbox.slack.rendering import channel_json, group_json, user_json
from deploy.sandbox.slack.workspace import NoSuch

if TYPE_CHECKING:
    from deploy.sandbox.slack.server import SandboxSlack

T = TypeVar("T", bound="_Input")
Change = Callable[[web.Request], Awaitable[Json]]


class _Input(msgspec.Struct, forbid_unknown_fields=True):
    """A body, checked strictly."""


class _Scopes(_Input):
    scopes: set[str]


class _Revoked(_Input):
    revoked: set[Name]


class _Clock(_Input):
    seconds: float


class _Socket(_Input):
    do: Literal["drop", "deafen", "refresh"]
    reason: str = "warning"
    count: int = 0


class _User(_Input):
    name: str
    real_name: str = ""
    tz: str = "Europe/Berlin"


class _Channel(_Input):
    name: str
    members: list[str] = []
    kind: Kind = "public_channel"
    archived: bool = False
    restricted: str = ""


class _ChannelChange(_Input):
    name: str | None = None
    archived: bool | None = None
    restricted: str | None = None


class _Group(_Input):
    handle: str
    users: list[str] = []
    name: str = ""


class _GroupChange(_Input):
    users: list[str]


class Changes:
    """The handlers that set the scene."""

    def __init__(self, slack: "SandboxSlack") -> None:
        self._slack, self._workspace = slack, slack.workspace

    def routes(self) -> Iterator[tuple[str, str, Change]]:
        """Yield HTTP method, path below /sandbox/, and handler."""
        yield "GET", "faults", self._faults
        yield "PUT", "faults", self._put_faults
        yield "DELETE", "faults", self._clear_faults
        yield "PUT", "scopes", self._scopes
        yield "PUT", "tokens", self._tokens
        yield "POST", "clock", self._clock
        yield "POST", "socket", self._socket
        yield "POST", "users", self._add_user
        yield "POST", "channels", self._add_channel
        yield "PUT", "channels/{channel}", self._change_channel
        yield "POST", "usergroups", self._add_group
        yield "PUT", "usergroups/{handle}", self._change_group

    async def _faults(self, _request: web.Request) -> Json:
        return {"faults": self._slack.faults.as_json()}

    async def _put_faults(self, request: web.Request) -> Json:
        faults = msgspec.json.decode(await request.read(), type=list[Json])
        for fault in faults:
            if isinstance(fault.get("channel"), str) and fault["channel"]:
                fault["channel"] = self._workspace.channel(fault["channel"]).id
        self._slack.faults.from_json(faults)
        return await self._faults(request)

    async def _clear_faults(self, request: web.Request) -> Json:
        self._slack.faults.clear()
        return await self._faults(request)

    async def _scopes(self, request: web.Request) -> Json:
        self._slack.context.scopes = frozenset((await _read(request, _Scopes)).scopes)
        return {"scopes": sorted(self._slack.context.scopes)}

    async def _tokens(self, request: web.Request) -> Json:
        self._slack.tokens.revoked = (await _read(request, _Revoked)).revoked
        return {"revoked": sorted(self._slack.tokens.revoked)}

    async def _clock(self, request: web.Request) -> Json:
        self._workspace.advance((await _read(request, _Clock)).seconds)
        return {"now": self._workspace.now()}

    async def _socket(self, request: web.Request) -> Json:
        socket = self._slack.socket
        given = await _read(request, _Socket)
        match given.do:
            case "drop":
                await socket.drop(given.count)
            case "deafen":
                await socket.deafen(given.count)
            case "refresh":
                await socket.refresh(given.reason, given.count)
        return {"connections": socket.connections}

    async def _add_user(self, request: web.Request) -> Json:
        given = await _read(request, _User)
        user = self._workspace.add_user(given.name, given.real_name, given.tz)
        return {"user": user_json(self._workspace, user)}

    async def _add_channel(self, request: web.Request) -> Json:
        given = await _read(request, _Channel)
        members = [self._workspace.user(it).id for it in given.members]
        channel = self._workspace.add_channel(given.name, *members, kind=given.kind, archived=given.archived)
        channel.restricted = given.restricted
        return {"channel": channel_json(self._workspace, channel)}

    async def _change_channel(self, request: web.Request) -> Json:
        given = await _read(request, _ChannelChange)
        channel = self._workspace.channel(request.match_info["channel"])
        channel.name = channel.name if given.name is None else given.name
        channel.archived = channel.archived if given.archived is None else given.archived
        channel.restricted = channel.restricted if given.restricted is None else given.restricted
        self._workspace.changed()
        return {"channel": channel_json(self._workspace, channel)}

    async def _add_group(self, request: web.Request) -> Json:
        given = await _read(request, _Group)
        users = [self._workspace.user(it).id for it in given.users]
        group = self._workspace.add_group(given.handle, *users, name=given.name)
        return {"usergroup": group_json(self._workspace, group, users=True)}

    async def _change_group(self, request: web.Request) -> Json:
        given = await _read(request, _GroupChange)
        handle = request.match_info["handle"]
        group = next((it for it in self._workspace.groups.values() if handle in (it.handle, it.id)), None)
        if group is None:
            raise NoSuch(f"no user group {handle}")
        group.users = [self._workspace.user(it).id for it in given.users]
        self._workspace.changed()
        return {"usergroup": group_json(self._workspace, group, users=True)}


async def _read(request: web.Request, kind: type[T]) -> T:
    return msgspec.json.decode(await request.read(), type=kind)
