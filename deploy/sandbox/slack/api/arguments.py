"""Arguments of a Web API call, from a query, a form or a JSON body, and the refusals that bad ones earn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from deploy.sandbox.slack.model import Json

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Refused(Exception):
    """A call that is answered with ok false: Slack's error code, and fields that go with it."""

    error: str
    more: Json = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(*messages: str) -> Refused:
    """Return the refusal of arguments, with sentences that say what is wrong."""
    errors = [f"[ERROR] {message}" for message in messages]
    return Refused("invalid_arguments", {"response_metadata": {"messages": errors}})


class Arguments(Mapping[str, Any]):
    """The arguments of one call, `token` excepted. What is read from a form is text."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = {key: value for key, value in given.items() if key != "token" and value is not None}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - JSON
        return self._given[name]

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator of names
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self._given.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """Return an argument as text. Raises Refused where it is missing or empty."""
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an argument that is true, 1 or true in words."""
        return str(self._given.get(name, default)).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        """Return an argument as a whole number. Raises Refused."""
        try:
            return int(self._given.get(name, default))
        except (TypeError, ValueError):
            raise invalid(f"{name} must be a number") from None

    def parsed(self, name: str, error: str = "invalid_arguments") -> Any:  # noqa: ANN401 - JSON
        """Return an argument that is JSON, in a form as text; None where it is not given. Raises Refused."""
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None


def decode(content_type: str, body: bytes, query: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """Return the arguments of a query and a body, and Slack's warning or an empty text. Raises Refused."""
    kind, _, parameters = (part.strip() for part in content_type.lower().partition(";"))
    has_charset = "charset=" in parameters
    given: dict[str, Any] = {key: value for key, value in query.items() if key != "token"}
    if kind == _JSON:
        return given | _object(body), "" if has_charset else "missing_charset"
    if not body:
        return given, ""
    if kind != _FORM:
        raise Refused("invalid_post_type" if kind else "missing_post_type")
    try:
        form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError:
        raise Refused("invalid_form_data") from None
    return given | form, "superfluous_charset" if has_charset else ""


def _object(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body or b"{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(decoded, dict):
        raise Refused("json_not_object")
    return {key: value for key, value in decoded.items() if key != "token"}
