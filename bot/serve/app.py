"""The Bolt app: routes, and who we are in the workspace."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.serve.tokens import Tokens
from handlers.delivery.errors import SlackRefused
from handlers.routes import Ask, attach

log = logging.getLogger(__name__)

TIMEOUT = 30
"""Seconds that one request may take; `handlers.delivery` bounds each call more closely."""

LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class Identity:
    """The app as the workspace knows it."""

    team_id: str
    team: str
    bot_user_id: str
    bot_id: str
    name: str


@asynccontextmanager
async def web_client(tokens: Tokens) -> AsyncIterator[AsyncWebClient]:
    """Open a client whose every call goes to the configured address, over connections that are kept."""
    async with aiohttp.ClientSession(trust_env=True) as session:
        client = AsyncWebClient(
            token=tokens.bot, base_url=tokens.api_url, timeout=TIMEOUT, session=session, retry_handlers=[]
        )
        client.proxy = None  # the session knows, and unlike the SDK it looks at NO_PROXY
        yield client


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who we are. Raises `SlackRefused` where it does not accept the token."""
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        raise SlackRefused(str(error.response.get("error")), error.response.get("needed") or "") from None
    return Identity(
        team_id=answer.get("team_id") or "",
        team=answer.get("team") or "",
        bot_user_id=answer.get("user_id") or "",
        bot_id=answer.get("bot_id") or "",
        name=answer.get("user") or "readiness",
    )


async def identify_patiently(client: AsyncWebClient) -> Identity:
    """As `identify`, trying again for as long as Slack cannot be reached."""
    pause = 1.0
    while True:
        try:
            return await identify(client)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("Slack cannot be reached, next try in %.0f s: %s", pause, str(error) or "no answer")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def bolt_app(client: AsyncWebClient, tokens: Tokens, who: Identity, ask: Ask) -> AsyncApp:
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

    app = AsyncApp(
        client=client,
        signing_secret=tokens.signing_secret or None,
        request_verification_enabled=bool(tokens.signing_secret),
        authorize=authorize,
        process_before_response=True,
    )
    attach(app, ask, lambda: datetime.now(UTC))

    @app.error
    async def crashed(error: Exception) -> None:
        log.error("a listener crashed", exc_info=error)

    return app
