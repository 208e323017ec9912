"""The composition objects of Block Kit.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.sandbox.slack.limits_rules import (
    Rule,
    array,
    at,
    boolean,
    choice,
    exactly_one,
    record,
    string,
    typed,
)

TEXT_MOST = 3000
URL = string(3000, pattern=r"[A-Za-z][A-Za-z0-9+.-]*:\S+", what="URL")
WEB_URL = string(3000, pattern=r"https?://\S+", what="URL")
STYLE = choice("primary", "danger")


def plain(most: int = TEXT_MOST) -> Rule:
    """Accept a plain_text object of 1 to `most` characters."""
    return typed(
        {"plain_text": record({"type": choice("plain_text"), "text": string(most)}, {"emoji": boolean})}
    )


def text(most: int = TEXT_MOST) -> Rule:
    """Accept a plain_text or mrkdwn object of 1 to `most` characters."""
    kinds = typed(
        {
            "plain_text": plain(most),
            "mrkdwn": record({"type": choice("mrkdwn"), "text": string(most)}, {"verbatim": boolean}),
        }
    )

    def rule(value: object, pointer: str) -> Iterator[str]:
        if wrong := list(kinds(value, pointer)):
            yield at(pointer, "failed to match all allowed schemas")
            yield from wrong

    return rule


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE}
)
"""The page asks for plain_text in `text`; mrkdwn is what Slack's SDK sends and Slack takes."""


def _option(words: Rule, description: Rule, **more: Rule) -> Rule:
    return record({"text": words, "value": string(150)}, {"description": description, **more})


MENU_OPTION = _option(plain(75), plain(75))
BOX_OPTION = _option(text(75), text(75))
"""Of radio buttons and checkboxes, which may have formatting."""
OVERFLOW_OPTION = _option(plain(75), plain(75), url=URL)
OPTION_GROUP = record({"label": plain(75), "options": array(MENU_OPTION, 100)}, {})

SLACK_FILE = record({}, {"id": string(), "url": WEB_URL}, exactly_one("id", "url"))
IMAGE_SOURCE: dict[str, Rule] = {"image_url": WEB_URL, "slack_file": SLACK_FILE}
ALT_TEXT = string(2000)

DISPATCH = record({}, {"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 2)})


def _filters_something(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if not value:
        yield at(pointer, "must define at least one filter")


CONVERSATION_FILTER = record(
    {},
    {
        "include": array(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    _filters_something,
)
