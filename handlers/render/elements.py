"""The blocks that messages are made of, each within Slack's own limits.

Text is mrkdwn taken literally (`verbatim`): nothing in it becomes a link, a channel or a mention by itself.

Source: https://docs.slack.dev/reference/block-kit
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from checks.presentation.prose import plain
from handlers.render.message import Block
from handlers.render.text import block, cut, shorten

SECTION_MOST = 3_000
CONTEXT_MOST = 2_000
CONTEXT_ELEMENTS = 10
LABEL_MOST = 75
VALUE_MOST = 2_000
ACTION_ID_MOST = 255
BUTTONS_MOST = 25
CONFIRM_TITLE_MOST, CONFIRM_MOST, CONFIRM_LABEL_MOST = 100, 300, 30

SAID = "say:"
"""What the action_id of a button begins with whose click is a command."""
TURN = "turn:"
"""The same where what that is answered with takes the place of the message."""


def section(text: str, beside: Block | None = None) -> Block:
    """Return a paragraph of mrkdwn, with a button beside it where one is given."""
    made = {"type": "section", "text": _mrkdwn(text, SECTION_MOST), "expand": True}
    return made | {"accessory": beside} if beside else made


def context(*texts: str) -> Block:
    """Return a line in small print, of one or more pieces of mrkdwn; empty ones are left out."""
    pieces = [text for text in texts if text.strip()][:CONTEXT_ELEMENTS]
    return {"type": "context", "elements": [_mrkdwn(text, CONTEXT_MOST) for text in pieces or [""]]}


def divider() -> Block:
    """Return a line across."""
    return {"type": "divider"}


def preformatted(text: str) -> Block:
    """Return lines to be copied."""
    return section(block(text))


def actions(*buttons: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons[:BUTTONS_MOST])}


def button(label: str, said: str, *, primary: bool = False, turns: bool = False, confirm: str = "") -> Block:
    """Return a button whose click is the command `said`. A message has at most one primary one.

    With `turns` the answer takes the place of the message. With `confirm`, a question, a click is asked about
    first.
    """
    made = {
        "type": "button",
        "text": _plain_text(label, LABEL_MOST),
        "action_id": _action_id(said, TURN if turns else SAID),
        "value": said[:VALUE_MOST],
    }
    made |= {"confirm": _confirm(label, confirm)} if confirm else {}
    return made | {"style": "primary"} if primary else made


def _confirm(label: str, question: str) -> Block:
    """Return the window that asks before a click counts, with the label of the button to go on."""
    return {
        "title": _plain_text(f"{label}?", CONFIRM_TITLE_MOST),
        "text": _plain_text(question, CONFIRM_MOST),
        "confirm": _plain_text(label, CONFIRM_LABEL_MOST),
        "deny": _plain_text("Keep it", CONFIRM_LABEL_MOST),
        "style": "danger",
    }


def select(name: str, options: Sequence[Block], chosen: Block | None) -> Block:
    """Return a menu of commands: `options` are those of `inputs.option`, `chosen` is one of them."""
    made = {
        "type": "static_select",
        "placeholder": _plain_text(name, LABEL_MOST),
        "action_id": SAID + name,
        "options": list(options),
    }
    return made | {"initial_option": chosen} if chosen else made


def _action_id(said: str, before: str) -> str:
    """Name a button by its command; a long one by its beginning and its hash, as names are used once."""
    name = before + said
    if len(name) <= ACTION_ID_MOST:
        return name
    return name[: ACTION_ID_MOST - 9] + "-" + sha256(said.encode(errors="replace")).hexdigest()[:8]


def _mrkdwn(text: str, most: int) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": cut(text, most) if text.strip() else "-", "verbatim": True}


def _plain_text(text: str, most: int) -> dict[str, Any]:
    # Slack shows plain text as it is; a word joiner makes sure of it where a client does not.
    words = shorten(re.sub(r"<(?=[!@#])", "<\u2060", plain(text)), most)
    return {"type": "plain_text", "text": words if words.strip() else "-", "emoji": False}
