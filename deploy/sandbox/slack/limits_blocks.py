"""The blocks of Block Kit and the surfaces that they may be on.

Left out, so refused as unknown: file (Slack's own), video (needs a scope of its own), call, card, carousel,
container, plan and task_card.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from deploy.sandbox.slack.limits_data import DATA_TABLE, DATA_VISUALIZATION, TABLE
from deploy.sandbox.slack.limits_elements import (
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    NAME,
)
from deploy.sandbox.slack.limits_objects import ALT_TEXT, IMAGE_SOURCE, plain, text
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

Surface = Literal["message", "modal", "home"]
MARKDOWN_MOST = 12_000
"""Characters of all markdown blocks of a message."""


def _unique(name: str, entries: list[Any], pointer: str) -> Iterator[str]:
    """Yield each entry that has the id of an earlier one, passing over what is no object."""
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        value = entry.get(name) if isinstance(entry, dict) else None
        if isinstance(value, str) and value in seen:
            yield at(f"{pointer}/{index}/{name}", f'`{name}` "{value}" already exists')
        elif isinstance(value, str):
            seen.add(value)


def _unique_actions(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    yield from _unique("action_id", value["elements"], f"{pointer}/elements")


def _says_something(value: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield at(f"{pointer}/type", "must define either `text` or `fields`")


def _block(
    kind: str, required: dict[str, Rule], optional: dict[str, Rule], checks: tuple[Check, ...] = ()
) -> Rule:
    return record({"type": choice(kind), **required}, {"block_id": NAME, **optional}, *checks)


def _in_context(value: object, pointer: str) -> Iterator[str]:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    yield from (IMAGE if is_image else text())(value, pointer)


_EVERYWHERE = {
    "actions": _block("actions", {"elements": array(IN_ACTIONS, 25)}, {}, (_unique_actions,)),
    "context": _block("context", {"elements": array(_in_context, 10)}, {}),
    "divider": _block("divider", {}, {}),
    "header": _block("header", {"text": plain(150)}, {"level": number(1, 4, whole=True)}),
    "image": _block(
        "image", {"alt_text": ALT_TEXT}, {"title": plain(2000), **IMAGE_SOURCE}, (exactly_one(*IMAGE_SOURCE),)
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": IN_INPUT},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "section": _block(
        "section",
        {},
        {"text": text(), "fields": array(text(2000), 10), "accessory": IN_SECTION, "expand": boolean},
        (_says_something,),
    ),
}
_TABLES = {"table": _block("table", *TABLE), "data_table": _block("data_table", *DATA_TABLE)}
_KINDS: dict[Surface, dict[str, Rule]] = {
    "message": {
        **_EVERYWHERE,
        **_TABLES,
        "context_actions": _block(
            "context_actions", {"elements": array(IN_CONTEXT_ACTIONS, 5)}, {}, (_unique_actions,)
        ),
        "data_visualization": _block("data_visualization", *DATA_VISUALIZATION),
        "markdown": _block("markdown", {"text": string(MARKDOWN_MOST)}, {}),
    },
    "modal": {
        **_EVERYWHERE,
        "alert": _block(
            "alert", {"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}
        ),
    },
    "home": {**_EVERYWHERE, **_TABLES},
}


def blocks(surface: Surface, most: int) -> Rule:
    """Accept up to `most` blocks that may be on a surface, each block_id once."""
    each = array(typed(_KINDS[surface]), most, least=0)

    def rule(value: object, pointer: str) -> Iterator[str]:
        yield from each(value, pointer)
        if isinstance(value, list):
            yield from _unique("block_id", value, pointer)

    return rule
