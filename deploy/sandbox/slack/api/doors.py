"""The way of every request of the app: what goes wrong with it, whether it is one too many, and the log."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from deploy.sandbox.slack.api.arguments import Arguments, Refused
from deploy.sandbox.slack.api.calls import Call
from deploy.sandbox.slack.faults import Fault, Faults
from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.rates import Rates
from deploy.sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. `code` is `ok` or an error code, for the log."""

    body: str
    code: str = "ok"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def reply(body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer with JSON, as the Web API does."""
    code = "ok" if body.get("ok") else str(body.get("error"))
    return Reply(json.dumps(body, ensure_ascii=False), code, status, headers or {})


class Doors:
    """Lets requests in, with the faults and the rates of the workspace, and remembers them in `calls`."""

    def __init__(self, workspace: Workspace, faults: Faults, rates: Rates) -> None:
        self.calls: list[Call] = []
        self._workspace, self._faults, self._rates = workspace, faults, rates
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Answer nobody any more who is kept waiting."""
        self._closing.set()

    async def enter(
        self,
        request: web.Request,
        method: str,
        channel: str,
        arguments: dict[str, Any],
        act: Callable[[], Reply],
    ) -> web.StreamResponse:
        """Carry a request out, or let it fail as a fault says, and log it."""
        fault = self._faults.take(method, channel, _blocks(arguments))
        answer, sent = await self._answer(fault, method, channel, act)
        code, status = (answer.code, answer.status) if sent else ("", 0)
        self.calls.append(Call(method, channel, arguments, code, status, self._workspace.now()))
        self._workspace.changed()
        if not sent:
            if request.transport:
                request.transport.close()
            return web.Response()
        headers = {**answer.headers, "x-slack-req-id": secrets.token_hex(16), "Cache-Control": "no-store"}
        return web.Response(
            text=answer.body,
            status=answer.status,
            headers=headers,
            content_type=answer.content_type,
            charset="utf-8",
        )

    async def _answer(
        self, fault: Fault | None, method: str, channel: str, act: Callable[[], Reply]
    ) -> tuple[Reply, bool]:
        """Return the answer and whether it is sent."""
        match fault:
            case Fault(kind="error"):
                return reply({"ok": False, "error": fault.error}), True
            case Fault(kind="status"):
                return Reply("", str(fault.status), fault.status, content_type="text/html"), True
            case Fault(kind="ratelimited"):
                return _ratelimited(int(fault.seconds)), True
            case Fault(kind="timeout"):
                await self._pause(fault.seconds)
                return Reply(""), False
            case Fault(kind="slow"):
                await self._pause(fault.seconds)
        wait = self._rates.refuse(method, channel, self._workspace.now())
        answer = _ratelimited(wait) if wait else act()
        return answer, fault is None or fault.kind != "lost_answer"

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


def _blocks(arguments: dict[str, Any]) -> set[str]:
    """Return the types of the blocks that a call brings."""
    with contextlib.suppress(Refused, TypeError, AttributeError):  # what is no blocks is refused later
        return {str(block.get("type")) for block in Arguments(arguments).parsed("blocks") or ()}
    return set()


def _ratelimited(seconds: int) -> Reply:
    return reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})
