"""response_urls: they reach whoever asked, and need no token; five times, for half an hour.

What comes of them is seen by one person, so that one too many is better than none: where Slack does not
answer, it is sent again. Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

import logging
import re
from asyncio import timeout
from contextlib import suppress
from typing import Any, Final

import msgspec
from aiohttp import ClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.delivery.calls import LONGEST, PAUSES, SECONDS, Sleep, retry_after
from handlers.delivery.charts import Charts
from handlers.delivery.errors import Kind, SlackRefused, meaning
from handlers.delivery.layout import NO_UNFURLING, as_it_can, content
from handlers.render.message import Message

USES: Final = 5

log = logging.getLogger(__name__)
_quiet = logging.getLogger(f"{__name__}.client")
_quiet.setLevel(logging.WARNING)  # at DEBUG the client logs the URL, which is a secret


class ResponseUrl:
    """One of them. `left` counts its uses as far as this process knows."""

    def __init__(self, url: str, client: AsyncWebClient, sleep: Sleep, charts: Charts) -> None:
        self.left = USES if url else 0
        self._url, self._client, self._sleep, self._charts = url, client, sleep, charts

    async def send(
        self, message: Message, *, replace: bool = False, thread_ts: str = "", patient: bool = True
    ) -> bool:
        """Show a message to the asker; false where it does not arrive.

        With `replace` it is shown instead of what was clicked; without `patient` it is tried once.
        """
        if self.left < 1:
            return False

        async def send(shown: Message) -> bool:
            body = {
                **content(shown),
                **NO_UNFURLING,
                "response_type": "ephemeral",
                "replace_original": replace,
            }
            body |= {"thread_ts": thread_ts} if thread_ts and not replace else {}
            return await self._send(body, patient=patient)

        try:
            return await as_it_can(send, message, self._charts)
        except SlackRefused as refused:
            log.warning("a response_url does not take a message: %s", refused)
            return False

    async def dismiss(self) -> None:
        """Take away the message that was clicked; a courtesy."""
        if self.left:
            with suppress(SlackRefused):
                await self._send({"delete_original": True}, patient=False)

    async def _send(self, body: dict[str, Any], *, patient: bool) -> bool:
        pauses, waited = iter(PAUSES if patient else ()), 0.0
        while True:
            response = await self._attempt(body)
            if response and response.status_code < 500 and response.status_code != 429:
                return self._taken(response)
            pause: float | None
            if response and response.status_code == 429:
                pause = retry_after(response.headers)
                waited += pause
            else:
                pause = next(pauses, None)
            if pause is None or not patient or waited > LONGEST or self.left < 1:
                return False
            await self._sleep(pause)

    async def _attempt(self, body: dict[str, Any]) -> WebhookResponse | None:
        """Return Slack's answer, null for none; what was sent then may count as a use."""
        client = AsyncWebhookClient(
            self._url,
            ssl=self._client.ssl,
            session=self._client.session,
            logger=_quiet,
            retry_handlers=[],
        )
        client.proxy = self._client.proxy  # null means none, not the SDK's own idea of it
        try:
            async with timeout(SECONDS):
                return await client.send_dict(body)
        except (TimeoutError, OSError, ClientError) as error:
            log.warning("a response_url does not answer: %s", type(error).__name__)
            self.left -= 1
            return None

    def _taken(self, response: WebhookResponse) -> bool:
        """Return whether it arrived. Raises `SlackRefused` for a layout that Slack does not take."""
        code = _error(response.body)
        if 200 <= response.status_code < 300 and not code:
            self.left -= 1
            return True
        log.warning("a response_url answers %s %s", response.status_code, code)
        if meaning(code).kind is Kind.LAYOUT:
            raise SlackRefused(code)
        self.left = 0
        return False


def _error(body: str) -> str:
    """Return Slack's word for what is wrong, from JSON or as the whole text; empty where there is none."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return body if re.fullmatch(r"[a-z]+(_[a-z]+)+", body) else ""
    return str(answer.get("error") or "")
