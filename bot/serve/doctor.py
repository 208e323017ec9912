"""`readiness slack check`: what is wrong with tokens, scopes and channels, before anything starts."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.serve.app import web_client
from bot.serve.scopes import SCOPES
from bot.serve.tokens import APP_LEVEL, Tokens
from bot.settings import Settings
from checks.presentation.prose import plain
from handlers.delivery.errors import Kind, SlackRefused, meaning

PAGE = 999
"""The most that Slack gives at once; it may be asked twenty times a minute."""
SHOWN = 10
"""Channels named where none was asked about."""


@dataclass(frozen=True)
class Line:
    """One thing looked at: in order, or a problem and what to do about it. `code` is Slack's word for it."""

    subject: str
    found: str
    problem: bool = False
    hint: str = ""
    code: str = ""

    def __str__(self) -> str:
        hint = f"\n      {self.hint}" if self.hint else ""
        return f"{'✗' if self.problem else '✓'} {self.subject}: {plain(self.found)}{hint}"


async def examine(tokens: Tokens, settings: Settings, channels: Iterable[str]) -> list[Line]:
    """Look at everything; a problem ends the look only where nothing else could be seen."""
    async with web_client(tokens) as client:
        answer = await _call("bot token", client.auth_test())
        if isinstance(answer, Line):
            lines = [answer]
        else:
            lines = [*_bot(answer)]
            lines += [line async for line in _channels(client, list(channels), answer.get("user") or "")]
            lines += [line async for line in _rules(client, settings)]
        if tokens.app:
            lines.append(await _socket(client, tokens))
        return lines


def _bot(answer: AsyncSlackResponse) -> Iterator[Line]:
    yield Line("bot token", f"@{answer.get('user')} in {answer.get('team')} ({answer.get('url', '')})")
    granted = answer.headers.get("x-oauth-scopes", answer.headers.get("X-OAuth-Scopes"))
    if granted is None:
        yield Line("scopes", "Slack did not say which the token has")
        return
    missing = set(SCOPES) - {scope.strip() for scope in granted.split(",")}
    for scope in sorted(missing):
        yield Line(
            f"scope {scope}",
            f"missing: {SCOPES[scope]}",
            problem=True,
            hint="add it under OAuth & Permissions (or update the manifest), then reinstall the app",
        )
    if not missing:
        yield Line("scopes", f"all {len(SCOPES)} that are needed")


async def _socket(client: AsyncWebClient, tokens: Tokens) -> Line:
    answer = await _call("app token", client.apps_connections_open(app_token=tokens.app))
    if not isinstance(answer, Line):
        return Line("app token", "Slack offers a socket")
    if answer.code and meaning(answer.code).kind is Kind.APP:
        return Line("app token", f"Slack refuses it ({answer.code})", problem=True, hint=APP_LEVEL)
    return answer


async def _channels(client: AsyncWebClient, wanted: list[str], bot: str) -> AsyncIterator[Line]:
    """Look at the channels that were named; without any, say which the bot is in."""
    known: list[dict[str, Any]] = []
    cursor = ""
    while True:
        kinds = "public_channel,private_channel"
        page = client.conversations_list(types=kinds, limit=PAGE, cursor=cursor)
        answer = await _call("channels", page)
        if isinstance(answer, Line):
            yield answer
            return
        known += answer.get("channels") or []
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    for name in wanted:
        found = next((c for c in known if name.lstrip("#") in (c["id"], c.get("name"))), None)
        yield _channel(name, found, bot)
    if not wanted:
        there = (it for it in known if it.get("is_member") and not it.get("is_archived"))
        joined = [f"#{channel['name']}" for channel in there]
        more = f" and {len(joined) - SHOWN} more" if len(joined) > SHOWN else ""
        yield Line("channels", "in " + (", ".join(joined[:SHOWN]) + more if joined else "none yet"))


def _channel(name: str, channel: dict[str, Any] | None, bot: str) -> Line:
    subject = f"channel {name}"
    if channel is None:
        hint = f"a private channel is seen only once the app is invited: /invite @{bot}"
        return Line(subject, "not found", problem=True, hint=hint)
    if channel.get("is_archived"):
        return Line(subject, "archived", problem=True, hint="unarchive it, or choose another")
    if not channel.get("is_member"):
        return Line(subject, "the bot is not in it", problem=True, hint=f"there: /invite @{bot}")
    return Line(subject, f"#{channel['name']} ({channel['id']})")


async def _rules(client: AsyncWebClient, settings: Settings) -> AsyncIterator[Line]:
    """Look whether the user groups of the access rules exist."""
    wanted = sorted({group for rule in settings.access for group in rule.groups})
    if not wanted:
        return
    answer = await _call("user groups", client.usergroups_list())
    if isinstance(answer, Line):
        yield answer
        return
    known = {group["id"]: group["handle"] for group in answer.get("usergroups") or []}
    for group in wanted:
        if group in known:
            yield Line(f"user group {group}", f"@{known[group]}")
        else:
            hint = "it was disabled or deleted, or belongs to another workspace: see access in readiness.yaml"
            yield Line(f"user group {group}", "not found: its rules grant nothing", problem=True, hint=hint)


async def _call(subject: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | Line:
    """Return Slack's answer, or the line that says why there is none."""
    try:
        return await call
    except SlackApiError as error:
        return _refusal(subject, error.response)
    except (aiohttp.ClientError, SlackRequestError, TimeoutError) as error:
        hint = "look at the network, at proxies, and at SLACK_API_URL where it is set"
        return Line(subject, f"Slack cannot be reached: {str(error) or 'no answer'}", problem=True, hint=hint)


def _refusal(subject: str, response: AsyncSlackResponse) -> Line:
    code = str(response.get("error") or "")
    if not code or meaning(code).kind in (Kind.RATE, Kind.PASSING):
        found = f"Slack did not answer properly ({code or f'status {response.status_code}'})"
        return Line(subject, found, problem=True, hint="try again in a minute")
    why = SlackRefused(code, response.get("needed") or "")
    return Line(subject, str(why), problem=True, hint=why.hint, code=code)
