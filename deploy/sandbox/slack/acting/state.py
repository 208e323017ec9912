"""What a person chose or typed: values as `view.state.values` and `state.values` carry them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from deploy.sandbox.slack.blocks import elements
from deploy.sandbox.slack.model import Json

_FIELDS: Final[Mapping[str, str]] = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}
"""Type of an element that keeps a value → the field that carries it."""
_INITIAL: Final[Mapping[str, str]] = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    **{
        field: field.replace("selected", "initial")
        for field in _FIELDS.values()
        if field.startswith("selected")
    },
}
_PATTERNS: Final[Mapping[str, str]] = {
    "datepicker": r"\d{4}-\d\d-\d\d",
    "timepicker": r"([01]\d|2[0-3]):[0-5]\d",
    "email_text_input": r"[^@\s]+@[^@\s]+",
    "url_text_input": r"https?://\S+",
    "number_input": r"-?\d+(\.\d+)?",
}
Names = Callable[[str, str], str]
"""(Type of element, what a person would call it) → id."""


def keeps_value(element: Json) -> bool:
    """Whether an element has a state, as menus and inputs have and buttons have not."""
    return element.get("type") in _FIELDS


def initial_values(blocks: Sequence[Json], channel: str = "") -> Json:
    """Return block_id → action_id → value of every element that keeps one, before anybody touched it.

    `channel` is the conversation in which a person sees the blocks.
    """
    return {
        block["block_id"]: {it["action_id"]: _initial(it, channel) for it in kept}
        for block in blocks
        if (kept := [it for it in elements(block) if keeps_value(it)])
    }


def _initial(element: Json, channel: str) -> Json:
    field = _FIELDS[element["type"]]
    empty: object = [] if field.endswith("s") and field.startswith("selected") else None
    if element.get("default_to_current_conversation") and field == "selected_conversation":
        empty = channel or None
    return {"type": element["type"], field: element.get(_INITIAL[field], empty)}


def chosen(element: Json, value: Any, names: Names, suggested: Sequence[Json] = ()) -> Json:  # noqa: ANN401 - by type
    """Return the value of an element of which a person chose or typed something.

    Options are named by label or value, people and channels as `names` takes them, in a list where several
    can be chosen; a datetimepicker takes seconds of the epoch. `suggested` are the options that an external
    select offers. Raises ValueError for what a client would not let through.
    """
    kind = element["type"]
    field = _FIELDS[kind]
    return {"type": kind, field: _value(element, field, value, names, suggested)}


def _value(element: Json, field: str, value: Any, names: Names, suggested: Sequence[Json]) -> Any:  # noqa: ANN401
    kind = element["type"]
    if field == "selected_option":
        return None if value is None else option(element, value, suggested)
    if field == "selected_options":
        return [option(element, it, suggested) for it in _several(value)]
    if field in ("selected_user", "selected_conversation", "selected_channel"):
        return None if value is None else names(kind, value)
    if field.startswith("selected_") and field.endswith("s"):
        return [names(kind, it) for it in _several(value)]
    if kind == "datetimepicker" and not isinstance(value, int | None):
        raise ValueError(f"{value!r} is no number of seconds")
    if value is None or value == "" or kind in ("datetimepicker", "rich_text_input"):
        return value or None
    return _typed(element, str(value))


def _several(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("several can be chosen: a list is needed")  # noqa: TRY004 - bad input
    return value


def option(element: Json, value: object, suggested: Sequence[Json] = ()) -> Json:
    """Return the option with this value or label. Raises ValueError."""
    groups = element.get("option_groups", [])
    every: list[Json] = [
        *element.get("options", []),
        *(it for group in groups for it in group["options"]),
        *suggested,
    ]
    values = [it for it in every if value in (it, it.get("value"))]
    labelled = [it for it in every if it["text"]["text"] == value]
    if values or labelled:
        return (values or labelled)[0]
    labels = ", ".join(it["text"]["text"] for it in every)
    raise ValueError(f"no option {json.dumps(value)} among {labels or 'none'}")


def _typed(element: Json, text: str) -> str:
    kind = element["type"]
    pattern = _PATTERNS.get(kind)
    if pattern and not re.fullmatch(pattern, text):
        raise ValueError(f"{text!r} is nothing for a {kind}")
    if kind == "datepicker":
        datetime.fromisoformat(text)
    if kind == "number_input":
        _within(element, "min_value", "max_value", float(text))
        if not element.get("is_decimal_allowed") and "." in text:
            raise ValueError(f"{text} is no whole number")
    if kind == "plain_text_input":
        _within(element, "min_length", "max_length", len(text))
    return text


def _within(element: Json, least: str, most: str, number: float) -> None:
    if number < float(element.get(least, number)) or number > float(element.get(most, number)):
        raise ValueError(
            f"{number:g} is outside of {least} {element.get(least)} and {most} {element.get(most)}"
        )


def is_empty(value: Json) -> bool:
    """Whether a value in a state is nothing chosen or typed."""
    return not any(content for key, content in value.items() if key != "type")
