"""The elements of Block Kit and the blocks that they work in.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.sandbox.slack.limits_objects import (
    ALT_TEXT,
    BOX_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IMAGE_SOURCE,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    STYLE,
    URL,
    plain,
)
from deploy.sandbox.slack.limits_rich_text import RICH_TEXT
from deploy.sandbox.slack.limits_rules import (
    Check,
    Rule,
    array,
    at,
    boolean,
    choice,
    exactly_one,
    number,
    record,
    string,
    typed,
)

NAME = string(255)
"""An action_id or a block_id."""
_ID = string(pattern=r"[A-Z0-9]+", what="ID")
_INPUT_MOST = 3000
_ANY_LENGTH = string(least=0)
_DECIMAL = string(pattern=r"-?\d+(\.\d+)?", what="number")

_Elements = dict[str, Rule]


def _element(kind: str, required: _Elements, optional: _Elements, *checks: Check) -> _Elements:
    every = {"type": choice(kind), **required}
    return {kind: record(every, {"action_id": NAME, **optional}, *checks)}


def _initial_among_options(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Yield the options that are selected at first but not offered."""
    offered = [
        *value.get("options", ()),
        *(o for group in value.get("option_groups", ()) for o in group["options"]),
    ]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield at(f"{pointer}/initial_option", "must be one of the options")
    for index, option in enumerate(value.get("initial_options", ())):
        if option not in offered:
            yield at(f"{pointer}/initial_options/{index}", "must be one of the options")


def _shortest_before_longest(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if value.get("min_length", 0) > value.get("max_length", _INPUT_MOST):
        yield at(f"{pointer}/min_length", "must be less than or equal to `max_length`")


_FOCUS: _Elements = {"focus_on_load": boolean}
_MENU: _Elements = {"placeholder": plain(150), "confirm": CONFIRM, **_FOCUS}
_MULTI: _Elements = {**_MENU, "max_selected_items": number(1, whole=True)}
_STATIC: _Elements = {"options": array(MENU_OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
_STATIC_CHECKS = (exactly_one("options", "option_groups"), _initial_among_options)
_QUERY: _Elements = {"min_query_length": number(0, whole=True)}
_CONVERSATIONS: _Elements = {"default_to_current_conversation": boolean, "filter": CONVERSATION_FILTER}
_RESPONSE: _Elements = {"response_url_enabled": boolean}
_TYPED_IN: _Elements = {"placeholder": plain(150), "dispatch_action_config": DISPATCH, **_FOCUS}

_MENUS: _Elements = {
    **_element("static_select", {}, {**_MENU, **_STATIC, "initial_option": MENU_OPTION}, *_STATIC_CHECKS),
    **_element("external_select", {}, {**_MENU, **_QUERY, "initial_option": MENU_OPTION}),
    **_element("users_select", {}, {**_MENU, "initial_user": _ID}),
    **_element(
        "conversations_select", {}, {**_MENU, **_CONVERSATIONS, **_RESPONSE, "initial_conversation": _ID}
    ),
    **_element("channels_select", {}, {**_MENU, **_RESPONSE, "initial_channel": _ID}),
    **_element(
        "multi_static_select",
        {},
        {**_MULTI, **_STATIC, "initial_options": array(MENU_OPTION, 100)},
        *_STATIC_CHECKS,
    ),
    **_element("multi_external_select", {}, {**_MULTI, **_QUERY, "initial_options": array(MENU_OPTION, 100)}),
    **_element("multi_users_select", {}, {**_MULTI, "initial_users": array(_ID)}),
    **_element(
        "multi_conversations_select", {}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": array(_ID)}
    ),
    **_element("multi_channels_select", {}, {**_MULTI, "initial_channels": array(_ID)}),
}
_BOXES: _Elements = {
    **_element(
        "checkboxes",
        {"options": array(BOX_OPTION, 10)},
        {"initial_options": array(BOX_OPTION, 10), "confirm": CONFIRM, **_FOCUS},
        _initial_among_options,
    ),
    **_element(
        "radio_buttons",
        {"options": array(BOX_OPTION, 10)},
        {"initial_option": BOX_OPTION, "confirm": CONFIRM, **_FOCUS},
        _initial_among_options,
    ),
}
_DAYS: _Elements = _element(
    "datepicker",
    {},
    {**_MENU, "initial_date": string(pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", what="date")},
)
_TIMES: _Elements = _element(
    "timepicker",
    {},
    {**_MENU, "initial_time": string(pattern=r"([01]\d|2[0-3]):[0-5]\d", what="time"), "timezone": string()},
)
_MOMENTS: _Elements = _element(
    "datetimepicker",
    {},
    {"initial_date_time": number(10**9, 10**10 - 1, whole=True), "confirm": CONFIRM, **_FOCUS},
)
_BUTTON_LIKE: _Elements = {
    "confirm": CONFIRM,
    "accessibility_label": string(75),
    "visible_to_user_ids": array(_ID, 10),
}
_BUTTONS: _Elements = {
    **_element(
        "button",
        {"text": plain(75)},
        {"value": string(2000), "url": URL, "style": STYLE, **_BUTTON_LIKE},
    ),
    **_element("overflow", {"options": array(OVERFLOW_OPTION, 5)}, {"confirm": CONFIRM}),
}
_IMAGE: _Elements = {
    "image": record({"type": choice("image"), "alt_text": ALT_TEXT}, IMAGE_SOURCE, exactly_one(*IMAGE_SOURCE))
}
_RICH_INPUT: _Elements = _element(
    "rich_text_input",
    {},
    {
        **_TYPED_IN,
        "initial_value": RICH_TEXT,
        "min_lines": number(1, 100, whole=True),
        "max_lines": number(1, 100, whole=True),
    },
)
_TYPING: _Elements = {
    **_element(
        "plain_text_input",
        {},
        {
            **_TYPED_IN,
            "initial_value": string(_INPUT_MOST, least=0),
            "multiline": boolean,
            "min_length": number(0, _INPUT_MOST, whole=True),
            "max_length": number(1, _INPUT_MOST, whole=True),
        },
        _shortest_before_longest,
    ),
    **_element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED_IN, "initial_value": _DECIMAL, "min_value": _DECIMAL, "max_value": _DECIMAL},
    ),
    **_element("email_text_input", {}, {**_TYPED_IN, "initial_value": _ANY_LENGTH}),
    **_element("url_text_input", {}, {**_TYPED_IN, "initial_value": _ANY_LENGTH}),
}
_FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
_ICONS: _Elements = {
    **_element("feedback_buttons", {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {}),
    **_element(
        "icon_button",
        {"icon": choice("trash"), "text": plain(75)},
        {"value": string(2000), **_BUTTON_LIKE},
    ),
}

_ANYWHERE = {**_MENUS, **_BOXES, **_DAYS, **_TIMES}
IN_SECTION = typed({**_ANYWHERE, **_BUTTONS, **_IMAGE})
IN_ACTIONS = typed({**_ANYWHERE, **_BUTTONS, **_MOMENTS, **_RICH_INPUT})
IN_INPUT = typed({**_ANYWHERE, **_MOMENTS, **_RICH_INPUT, **_TYPING})
IN_CONTEXT_ACTIONS = typed(_ICONS)
IMAGE = _IMAGE["image"]
