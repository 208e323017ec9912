"""What a read can run into, in the words that reports show."""

import os
import re
from dataclasses import dataclass

import aiohttp
import msgspec

from checks.shapes import decoder

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not the JSON that was expected."""


class ReadError(Exception):
    """A read that failed for good; `str()` is the reason as reports show it."""


class ForbiddenError(ReadError):
    """403."""


class NotFoundError(ReadError):
    """404."""


class ExpiredError(ReadError):
    """410: the continue token is too old."""


class UnauthorizedError(ReadError):
    """401: the credentials are not, or no longer, accepted."""


class UntrustedError(ReadError):
    """The server's certificate was not accepted."""


@dataclass(frozen=True)
class Answer:
    """A whole answer of the server."""

    status: int
    body: bytes
    content_type: str
    retry_after: float | None


class _Status(msgspec.Struct):
    """The body of a refusal."""

    message: str = ""


def refusal(answer: Answer) -> ReadError:
    """Turn a status that is no answer into the reason that reports show."""
    match answer.status:
        case 401:
            return UnauthorizedError("unauthorized")
        case 403:
            return ForbiddenError("forbidden")
        case 404:
            return NotFoundError("not found")
        case 410:
            return ExpiredError("the list expired while it was read")
        case 429:
            return ReadError("throttled (429), however long the pauses")
        case status:
            return ReadError(f"HTTP {status}{_said(answer.body)}")


def _said(body: bytes) -> str:
    try:
        message = decoder(_Status).decode(body).message
    except UNREADABLE:
        return ""
    return f": {message}" if message else ""


def fault_words(error: Exception) -> str:
    """Say what happened to the connection."""
    match error:
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError():
            return "the answer was cut off"
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} does not resolve"
        case aiohttp.ClientConnectorError():
            # asyncio words it for itself, and names the address again.
            system = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            return f"{error.host}:{error.port}: {system or error}"
        case _:
            return str(error) or type(error).__name__


def hopeless_words(error: Exception) -> str:
    """Say why a request can never succeed."""
    match error:
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return "its address is not one that begins with https:// or http://"
        case aiohttp.TooManyRedirects():
            return "it redirects in circles"
        case _:
            return f"no request can be made of its address and credentials: {error}"


def certificate_words(error: Exception) -> str:
    """Say why TLS failed."""
    reason = re.search(r"certificate verify failed: ([^(\]]+)", str(error))
    return f"its certificate is not trusted: {reason[1].strip()}" if reason else f"TLS failed: {error}"
