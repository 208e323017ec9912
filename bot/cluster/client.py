"""The only place that talks to a Kubernetes API, through the official client's asyncio half.

Bodies are taken raw: status codes, retries and decoding are ours. Nothing is ever written but access reviews.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec
from kubernetes.aio.client import ApiClient

from bot.cluster.faults import (
    UNREADABLE,
    Answer,
    ReadError,
    UntrustedError,
    certificate_words,
    fault_words,
    hopeless_words,
    refusal,
)
from checks.shapes import decoder

ATTEMPTS = 5
THROTTLED_ATTEMPTS = 20
"""How often one request is tried: after a fault, and where the server only asks to wait."""

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
"""Seconds between tries: doubled each time with jitter; a longer Retry-After than this is honoured too."""

REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=8, sock_read=12)
"""Seconds to connect, and between two pieces of an answer; the whole is bounded by the run's deadline."""

AGGREGATED = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
)
JSON = "application/json"


class Client:
    """Reads from one cluster."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    @property
    def server(self) -> str:
        """The API server's address."""
        return str(self._api.configuration.host)

    async def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = JSON,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """Read a path; statuses in `also` count as answers like 200.

        Faults of the connection and 5xx are tried again a few times, a 429 as often as the server asks.
        Raises `ReadError` or one of its kinds.
        """
        return await self._request("GET", path, accept=accept, also=also, query=query or {}, body=None)

    async def review(self, attributes: dict[str, str], *, resource: bool) -> bool:
        """Ask the server whether these credentials may do something (a SelfSubjectAccessReview)."""
        key = "resourceAttributes" if resource else "nonResourceAttributes"
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {key: attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        answer = await self._request("POST", path, accept=JSON, also=frozenset({201}), query={}, body=body)
        try:
            return decoder(_Review).decode(answer.body).status.allowed
        except UNREADABLE as error:
            raise ReadError(f"the answer is not a review: {error}") from error

    async def _request(
        self,
        method: str,
        path: str,
        *,
        accept: str,
        also: frozenset[int],
        query: Mapping[str, str],
        body: dict[str, Any] | None,
    ) -> Answer:
        faults = throttled = 0
        while True:
            try:
                answer = await self._once(method, path, accept, query, body)
            except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
                raise UntrustedError(certificate_words(error)) from error
            except (aiohttp.NonHttpUrlClientError, aiohttp.TooManyRedirects, ValueError) as error:
                raise ReadError(hopeless_words(error)) from error
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                faults += 1
                if faults >= ATTEMPTS:
                    raise ReadError(fault_words(error)) from error
                await _pause(faults)
                continue
            if answer.status == 200 or answer.status in also:
                return answer
            if answer.status == 429 and throttled < THROTTLED_ATTEMPTS:
                throttled += 1
                await _pause(throttled, answer.retry_after)
            elif answer.status in {500, 502, 503, 504} and faults < ATTEMPTS - 1:
                faults += 1
                await _pause(faults, answer.retry_after)
            else:
                raise refusal(answer)

    async def _once(
        self, method: str, path: str, accept: str, query: Mapping[str, str], body: dict[str, Any] | None
    ) -> Answer:
        serialized = await self._api.param_serialize(
            method,
            path,
            query_params=list(query.items()),
            header_params={"Accept": accept},
            body=body,
            auth_settings=["BearerToken"],
        )
        response = await self._api.call_api(*serialized, _request_timeout=REQUEST_TIMEOUT)
        data = await response.read()
        retry_after = response.headers.get("Retry-After", "")
        return Answer(
            status=response.status,
            body=data,
            content_type=response.headers.get("Content-Type", ""),
            retry_after=float(retry_after) if retry_after.isdecimal() else None,
        )


class _ReviewStatus(msgspec.Struct):
    allowed: bool = False


class _Review(msgspec.Struct):
    status: _ReviewStatus


async def _pause(attempt: int, retry_after: float | None = None) -> None:
    backoff = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
    # Jitter, so that the kinds of one run do not all come back at once.
    await asyncio.sleep(max(retry_after or 0.0, backoff) * random.uniform(1.0, 1.2))  # noqa: S311
