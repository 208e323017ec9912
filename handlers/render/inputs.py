"""What forms are made of, each part within Slack's own limits.

Sources: https://docs.slack.dev/reference/views/modal-views and
https://docs.slack.dev/reference/block-kit/composition-objects/option-object
"""

from collections.abc import Sequence
from datetime import date

from checks.presentation.prose import plain
from handlers.render.message import Block, Form
from handlers.render.text import shorten

TITLE_MOST = 24
OPTION_MOST = 75
VALUE_MOST = 150
HINT_MOST = 2_000
PLACEHOLDER_MOST = 150
METADATA_MOST = 3_000
OPTIONS_MOST = 100
"""Of one menu, all its groups together."""


def modal(title: str, blocks: Sequence[Block]) -> Form:
    """Return a form that only says something."""
    view = {"type": "modal", "title": _words(title, TITLE_MOST), "close": _words("Close", TITLE_MOST)}
    return Form({**view, "blocks": list(blocks)})


def submittable(title: str, blocks: Sequence[Block], *, callback_id: str, submit: str, metadata: str) -> Form:
    """Return a form to be filled in. `metadata` has at most METADATA_MOST characters."""
    return Form(
        {
            "type": "modal",
            "callback_id": callback_id,
            "title": _words(title, TITLE_MOST),
            "submit": _words(submit, TITLE_MOST),
            "close": _words("Cancel", TITLE_MOST),
            "private_metadata": metadata,
            "blocks": list(blocks),
        }
    )


def option(text: str, value: str, note: str = "") -> Block:
    """Return a choice of a menu, with a line in small print; `value` has at most VALUE_MOST characters."""
    made = {"text": _words(_middle(plain(text), OPTION_MOST), OPTION_MOST), "value": value}
    return made | ({"description": _words(note, OPTION_MOST)} if note.strip() else {})


def group(label: str, options: Sequence[Block]) -> Block:
    """Return choices under a heading."""
    return {"label": _words(label, OPTION_MOST), "options": list(options)}


def menu(name: str, label: str, groups: Sequence[Block], chosen: Block | None) -> Block:
    """Return a menu. `chosen` is one of its options."""
    made = {"type": "static_select", "placeholder": _words("Choose", PLACEHOLDER_MOST)}
    initial = {"initial_option": chosen} if chosen else {}
    return _input(name, label, {**made, "option_groups": list(groups), **initial})


def plain_menu(name: str, label: str, options: Sequence[Block], chosen: Block | None) -> Block:
    """Return a menu without groups. `chosen` is one of its options."""
    initial = {"initial_option": chosen} if chosen else {}
    return _input(name, label, {"type": "static_select", "options": list(options), **initial})


def several_menu(
    name: str,
    label: str,
    options: Sequence[Block],
    chosen: Sequence[Block],
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Return a menu in which several can be chosen. `chosen` are some of its options."""
    made = {"type": "multi_static_select", "placeholder": _words("Choose", PLACEHOLDER_MOST)}
    initial = {"initial_options": list(chosen)} if chosen else {}
    return _input(name, label, {**made, "options": list(options), **initial}, hint, optional=optional)


def channel_menu(name: str, label: str, channel: str, hint: str) -> Block:
    """Return a menu of conversations; the one in which it is opened is chosen where there is no `channel`."""
    made = {"type": "conversations_select", "default_to_current_conversation": True}
    kinds = {"filter": {"include": ["public", "private", "im"]}}
    initial = {"initial_conversation": channel} if channel else {}
    return _input(name, label, {**made, **kinds, **initial}, hint)


def time_input(name: str, label: str, time: str, *, hint: str = "") -> Block:
    """Return a field for a time of day, as in `09:00`, that may be left empty."""
    return _input(name, label, {"type": "timepicker", "initial_time": time}, hint, optional=True)


def box(name: str, label: str, only: Block, *, ticked: bool) -> Block:
    """Return a box to tick; `only` is its option."""
    initial = {"initial_options": [only]} if ticked else {}
    return _input(name, label, {"type": "checkboxes", "options": [only], **initial}, optional=True)


def text_input(
    name: str,
    label: str,
    value: str,
    *,
    most: int,
    hint: str = "",
    multiline: bool = False,
    optional: bool = False,
) -> Block:
    """Return a field for text."""
    made = {"type": "plain_text_input", "max_length": most, "multiline": multiline}
    initial = {"initial_value": value[:most]} if value else {}
    return _input(name, label, {**made, **initial}, hint, optional=optional)


def link_input(name: str, label: str, value: str) -> Block:
    """Return a field for an address that may be left empty."""
    initial = {"initial_value": value} if value else {}
    return _input(name, label, {"type": "url_text_input", **initial}, optional=True)


def day_input(name: str, label: str, day: date, hint: str) -> Block:
    """Return a field for a day."""
    return _input(name, label, {"type": "datepicker", "initial_date": day.isoformat()}, hint)


def _input(name: str, label: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    """Return a field; its block and its element have one name."""
    made = {
        "type": "input",
        "block_id": name,
        "label": _words(label, HINT_MOST),
        "element": {"action_id": name, **element},
        "optional": optional,
    }
    return made | ({"hint": _words(hint, HINT_MOST)} if hint else {})


def _words(text: str, most: int) -> Block:
    shown = shorten(text, most)
    return {"type": "plain_text", "text": shown if shown.strip() else "-", "emoji": False}


def _middle(text: str, most: int) -> str:
    """Cut the middle out: the names of objects begin alike."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[-end:]}"
