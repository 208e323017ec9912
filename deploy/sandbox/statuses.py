"""Answers, and the API server's own words for what went wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

_EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You can start a new list without the continue parameter"
)
_GO_ON = (
    ", or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, "
    "modified, or deleted between the time the first chunk was returned and now may show up in the list."
)
SIGN_IN = b"""<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>
"""

_WORDS = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "Unauthorized"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    500: ("", "etcdserver: request timed out"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: ("Timeout", "Timeout: request did not complete within the allotted timeout"),
}


@dataclass(frozen=True)
class Answer:
    """What is sent back; `body` as it goes over the wire."""

    body: bytes
    code: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """What a request is for, as the API server's authorizer sees it; `resource` is empty for other paths."""

    path: str
    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """`pods`, `deployments.apps`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


def compact(document: object) -> str:
    """Return JSON without spaces."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def document(value: object, code: int = 200, content_type: str = JSON) -> Answer:
    """Return an answer of JSON, ended by a line feed as Go's encoder does."""
    return Answer(f"{compact(value)}\n".encode(), code, content_type)


def text(value: str, code: int = 200) -> Answer:
    """Return an answer of plain text."""
    return Answer(value.encode(), code, TEXT)


def status(
    code: int,
    message: str = "",
    *,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Answer:
    """Return a Status; `reason` and `message` default to the server's generic ones for that code."""
    usual_reason, usual_message = _WORDS.get(code, ("", HTTPStatus(code).phrase))
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": dict(metadata or {}),
        "status": "Failure",
        "message": message or usual_message,
        "reason": reason or usual_reason,
        "details": details,
        "code": code,
    }
    return document({key: value for key, value in body.items() if value is not None and value != ""}, code)


def _details(target: Target) -> dict[str, str]:
    details = {"name": target.name, "group": target.group, "kind": target.resource}
    return {key: value for key, value in details.items() if value}


def forbidden(target: Target, user: str) -> Answer:
    """403, in the words of the request's authorizer."""
    if not target.resource:
        message = f'forbidden: User "{user}" cannot {target.verb} path "{target.path}"'
        return status(403, message, reason="Forbidden", details={})
    subject = f'{target.key} "{target.name}"' if target.name else target.key
    resource = f"{target.resource}/{target.subresource}".removesuffix("/")
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    what = f'cannot {target.verb} resource "{resource}" in API group "{target.group}" {where}'
    message = f'{subject} is forbidden: User "{user}" {what}'
    return status(403, message, reason="Forbidden", details=_details(target))


def object_not_found(target: Target) -> Answer:
    """404 for a name."""
    return status(404, f'{target.key} "{target.name}" not found', details=_details(target))


def path_not_found() -> Answer:
    """404 for a path that belongs to no API: plain text, as the last handler of a real server answers."""
    return text("404 page not found\n", 404)


def unknown_resource() -> Answer:
    """404 for a resource that a served group and version lacks."""
    return status(404, details={})


def not_allowed() -> Answer:
    """405 for every write."""
    return status(405, details={})


def bad_request(message: str) -> Answer:
    """400."""
    return status(400, message)


def expired(token: str) -> Answer:
    """410 for a continue token that is too old; `token`, unless empty, goes on with an inconsistent list."""
    if not token:
        return status(410, f"{_EXPIRED}.", reason="Expired")
    return status(410, _EXPIRED + _GO_ON, reason="Expired", metadata={"continue": token})


def throttled(target: Target, seconds: int) -> Answer:
    """429: a Status from storage for resources, the priority filter's plain text for other paths."""
    words = "storage is (re)initializing"
    if target.resource:
        body = status(429, words, reason="TooManyRequests", details={"retryAfterSeconds": seconds}).body
        content_type = JSON
    else:
        body, content_type = b"Too many requests, please try again later.\n", TEXT
    return Answer(body, 429, content_type, {"Retry-After": str(seconds)})
