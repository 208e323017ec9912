"""The reviews that callers make of themselves: may I, and who am I."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from deploy.sandbox import statuses
from deploy.sandbox.faults import named
from deploy.sandbox.statuses import Answer, Target

_READING = {"get", "list", "watch"}
_PROTOBUF = b"k8s\x00"
_ATTRIBUTES = ("namespace", "verb", "group", "version", "resource", "subresource", "name")


def access(body: bytes, forbidden: AbstractSet[str]) -> Answer:
    """Answer a SelfSubjectAccessReview, JSON or protobuf: reading is allowed unless forbidden."""
    try:
        spec = _protobuf_spec(body) if body.startswith(_PROTOBUF) else json.loads(body)["spec"]
        target = _target(spec)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return statuses.bad_request(f"no access review: {error!r}")
    allowed = target.verb in _READING and not named(forbidden, target)
    return _review(
        "authorization.k8s.io/v1", "SelfSubjectAccessReview", spec=spec, status={"allowed": allowed}
    )


def identity(user: str) -> Answer:
    """Answer a SelfSubjectReview."""
    info = {"username": user, "groups": ["system:authenticated"]}
    return _review("authentication.k8s.io/v1", "SelfSubjectReview", status={"userInfo": info})


def _review(api_version: str, kind: str, **rest: object) -> Answer:
    return statuses.document({"kind": kind, "apiVersion": api_version, "metadata": {}, **rest}, 201)


def _target(spec: Mapping[str, Any]) -> Target:
    path = spec.get("nonResourceAttributes")
    if path:
        return Target(path["path"], path["verb"])
    asked = {key: value for key, value in spec["resourceAttributes"].items() if key in _ATTRIBUTES}
    return Target("", **asked)


def _protobuf_spec(body: bytes) -> dict[str, dict[str, str]]:
    """Read a review's spec out of the envelope in which kubectl sends it. Raises ValueError, LookupError."""
    review = _fields(_fields(body[len(_PROTOBUF) :])[2])
    spec = _fields(review[2])
    if 2 in spec:
        attributes = _fields(spec[2])
        return {"nonResourceAttributes": {"path": attributes[1].decode(), "verb": attributes[2].decode()}}
    attributes = _fields(spec[1])
    named_fields = {name: attributes.get(number, b"").decode() for number, name in enumerate(_ATTRIBUTES, 1)}
    return {"resourceAttributes": named_fields}


def _fields(message: bytes) -> dict[int, bytes]:
    """Return a protobuf message's length-delimited fields, all that a review has, by number."""
    found = {}
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 != 2:
            raise ValueError(f"unexpected wire type {tag & 7}")
        length, at = _varint(message, at)
        found[tag >> 3] = message[at : at + length]
        at += length
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
