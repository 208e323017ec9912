"""Deliveries to the app's request URL.

Signed as docs.slack.dev/authentication/verifying-requests-from-slack says.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from deploy.sandbox.slack.transport import (
    DISPATCH_FAILED,
    EVENTS_API,
    INTERACTIVE,
    KINDS,
    LIMIT,
    OPERATION_TIMEOUT,
    RETRY_PAUSES,
    Answer,
    Retries,
)

CLIENT_ERROR = "http_client_error"
SERVICE_ERROR = "http_service_error"
_RETRY_REASONS = {
    OPERATION_TIMEOUT: "http_timeout",
    DISPATCH_FAILED: "connection_failed",
    CLIENT_ERROR: "http_error",
    SERVICE_ERROR: "http_error",
}
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came of a request; without a status it never was answered, for the reason in `problem`."""

    seconds: float
    problem: str = ""
    status: int = 0
    content_type: str = ""
    text: str = ""
    no_retry: bool = False


class SignedHttp:
    """Posts to the request URL; `clock` gives the time of the signatures, in seconds since the epoch.

    An acknowledgement is a status 200, for events any from 200 to 299; redirects are not followed.
    """

    def __init__(
        self,
        request_url: str,
        signing_secret: str,
        clock: Callable[[], float] = time.time,
        *,
        limit: float = LIMIT,
        retries: tuple[float, ...] = RETRY_PAUSES,
    ) -> None:
        self._url = request_url
        self._secret = signing_secret.encode()
        self._clock = clock
        self._limit = limit
        self._retries = Retries(retries)

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Answer:
        """See `Transport`; an event whose refusal has the header `X-Slack-No-Retry: 1` is not sent again."""
        if kind not in KINDS:
            raise ValueError(f"no kind of delivery: {kind}")
        content_type, body = _encode(kind, payload)

        async def attempt(number: int, reason: str) -> tuple[Answer, str]:
            extra = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
            reply = await self._post(content_type, body, extra)
            answer = _answer(kind, reply)
            final = answer.acknowledged or kind != EVENTS_API or reply.no_retry
            return answer, "" if final else _RETRY_REASONS[answer.problem]

        return await self._retries.deliver(attempt)

    async def verify(self) -> bool:
        """Return whether the request URL answers a url_verification with its challenge."""
        challenge = secrets.token_urlsafe(40)
        payload = {"token": "sandbox", "challenge": challenge, "type": "url_verification"}
        reply = await self._post(_JSON, json.dumps(payload).encode(), {})
        if reply.status != 200:
            return False
        return reply.text == challenge or (_parse(reply) or {}).get("challenge") == challenge

    async def close(self) -> None:
        """Give up what is to be delivered again."""
        await self._retries.close()

    async def _post(self, content_type: str, body: bytes, extra: Mapping[str, str]) -> Reply:
        headers = {
            "Accept": "application/json,*/*",
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **self._signature(body),
            **extra,
        }
        start = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._limit),
                aiohttp.ClientSession() as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                text = await response.text(errors="replace")
                seconds = time.monotonic() - start
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Reply(seconds, "", response.status, response.content_type, text, no_retry)
        except TimeoutError:
            return Reply(time.monotonic() - start, OPERATION_TIMEOUT)
        except aiohttp.ClientError:
            return Reply(time.monotonic() - start, DISPATCH_FAILED)

    def _signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        base = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _encode(kind: str, payload: dict[str, Any]) -> tuple[str, bytes]:
    """Return the content type and the body in which Slack sends this kind."""
    if kind == EVENTS_API:
        return _JSON, json.dumps(payload).encode()
    if kind == INTERACTIVE:
        return _FORM, urlencode({"payload": json.dumps(payload)}).encode()
    return _FORM, urlencode(payload).encode()


def _answer(kind: str, reply: Reply) -> Answer:
    if reply.problem:
        return Answer(False, None, reply.seconds, reply.problem)
    if reply.status == 200 or (kind == EVENTS_API and 200 <= reply.status < 300):
        payload = None if kind == EVENTS_API else _parse(reply)
        return Answer(True, payload, reply.seconds, "")
    return Answer(False, None, reply.seconds, SERVICE_ERROR if reply.status >= 500 else CLIENT_ERROR)


def _parse(reply: Reply) -> dict[str, Any] | None:
    """Return the message or response_action in a body, None if it is empty; other text is a message's."""
    if not reply.text.strip():
        return None
    if reply.content_type == _JSON:
        with contextlib.suppress(ValueError):
            found = json.loads(reply.text)
            return found if isinstance(found, dict) else None
    return {"text": reply.text}
