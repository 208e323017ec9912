"""The Bolt app: routes, and who we are in the workspace."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.serve.tokens import Tokens
from handlers.delivery.calls import Calls
from handlers.delivery.errors import SlackSilent
from handlers.ports import Topics
from handlers.routes import Ask, OpenTo, attach
from handlers.workspace import Workspace

log = logging.getLogger(__name__)

TIMEOUT = 30
"""Seconds that one request may take; `handlers.delivery` bounds each call more closely."""

LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class Identity:
    """The app as the workspace knows it."""

    team_id: str
    enterprise_id: str
    team: str
    bot_user_id: str
    bot_id: str
    name: str


@asynccontextmanager
async def web_client(tokens: Tokens) -> AsyncIterator[AsyncWebClient]:
    """Open a client whose every call goes to the configured address, over connections that are kept."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=tokens.bot, base_url=tokens.api_url, timeout=TIMEOUT, session=session, retry_handlers=[]
        )
        client.proxy = _proxy(tokens.api_url)
        yield client


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment has for an address; null for none.

    The SDK's own look does not heed NO_PROXY; aiohttp's heeds it, in two threads for every call.
    """
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who we are, for as long as it does not answer.

    Raises `SlackRefused` where it does not accept the token.
    """
    calls = Calls(lambda: datetime.now(UTC), asyncio.sleep)
    pause = 1.0
    while True:
        try:
            return _identity(await calls.once(client.auth_test))
        except SlackSilent:
            log.warning("Slack cannot be reached, next try in %.0f s", pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _identity(answer: AsyncSlackResponse) -> Identity:
    return Identity(
        team_id=answer.get("team_id") or "",
        enterprise_id=answer.get("enterprise_id") or "",
        team=answer.get("team") or "",
        bot_user_id=answer.get("user_id") or "",
        bot_id=answer.get("bot_id") or "",
        name=answer.get("user") or "readiness",
    )


def bolt_app(
    client: AsyncWebClient, tokens: Tokens, who: Identity, ask: Ask, topics: Topics, open_to: OpenTo
) -> AsyncApp:
    """Return the app with its routes.

    Who we are is known already, so that no listener has to ask Slack before it acknowledges.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=who.team_id,
            bot_token=tokens.bot,
            bot_id=who.bot_id,
            bot_user_id=who.bot_user_id,
        )

    # Its own loggers take their level from the root: with --verbose they would tell every payload.
    logger = logging.getLogger("slack_bolt")
    logger.addFilter(_is_news)
    app = AsyncApp(
        logger=logger,
        client=client,
        signing_secret=tokens.signing_secret or None,
        request_verification_enabled=bool(tokens.signing_secret),
        authorize=authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    workspace = Workspace(who.team_id, who.enterprise_id, who.bot_user_id)
    attach(app, ask, lambda: datetime.now(UTC), workspace, topics, open_to)

    @app.error
    async def crashed(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        if not isinstance(error, BoltUnhandledRequestError):
            log.error("a listener crashed", exc_info=error)
            return None
        event = body.get("event") or {}
        log.warning("nobody here takes: %s", event.get("type") or body.get("command") or body.get("type"))
        # An event would be delivered again and again; of anything else the person who did it is told.
        return BoltResponse(status=200) if event else None

    return app


def _is_news(record: logging.LogRecord) -> bool:
    """Whether it is more than that `client` and `authorize` go before SLACK_BOT_TOKEN: so it is meant."""
    return "`token`" not in record.getMessage()
