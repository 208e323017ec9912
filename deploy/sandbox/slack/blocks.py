"""Block Kit as a client reads it: ids for what has none, elements by what they say, and the words in it."""

import copy
import secrets
from collections.abc import Iterator, Sequence

from deploy.sandbox.slack.model import Json

_WITHOUT_ACTION = frozenset({"image", "mrkdwn", "plain_text"})
_SAYS = ("text", "alt_text", "title", "name", "url", "fallback")


def with_ids(blocks: Sequence[Json]) -> list[Json]:
    """Return a copy in which every block has a block_id and every element that acts an action_id."""
    named = copy.deepcopy(list(blocks))
    for block in named:
        if not block.get("block_id"):
            block["block_id"] = secrets.token_urlsafe(4)[:5]
        for element in elements(block):
            if not element.get("action_id"):
                element["action_id"] = secrets.token_urlsafe(4)[:5]
    return named


def elements(block: Json) -> Iterator[Json]:
    """Yield what a person can act on in a block."""
    if block.get("type") in ("rich_text", "table", "data_table"):
        return
    for element in (block.get("accessory"), block.get("element"), *block.get("elements", ())):
        if isinstance(element, dict) and element.get("type") not in _WITHOUT_ACTION:
            yield element


def find(blocks: Sequence[Json], action: str, block_id: str = "") -> tuple[Json, Json] | None:
    """Return the block and the element with this action_id, else with these words on it; None for none.

    The words of an element are its text, its placeholder or the label of its input block.
    """
    for matches in (_has_id, _says):
        for block in blocks:
            for element in elements(block):
                if matches(block, element, action) and block_id in ("", block["block_id"]):
                    return block, element
    return None


def _has_id(_block: Json, element: Json, action: str) -> bool:
    return bool(element["action_id"] == action)


def _says(block: Json, element: Json, action: str) -> bool:
    said = (element.get("text"), element.get("placeholder"), block.get("label"))
    return any(isinstance(it, dict) and it.get("text") == action for it in said)


def words(value: object) -> str:
    """Return what blocks or attachments say, a line for each text."""
    return "\n".join(line for line in _lines(value) if line)


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _lines(item)
    elif isinstance(value, dict):
        if str(value.get("type", "")).startswith("rich_text_") and value["type"] != "rich_text_list":
            yield "".join(_inline(item) for item in value.get("elements", ()))
            return
        yield from (value[key] for key in _SAYS if isinstance(value.get(key), str))
        for key, item in value.items():
            if key not in ("confirm", "dispatch_action_config"):
                yield from _lines(item) if isinstance(item, dict | list) else ()


def _inline(element: Json) -> str:
    match element.get("type"):
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "usergroup":
            return f"<!subteam^{element['usergroup_id']}>"
        case "emoji":
            return f":{element['name']}:"
        case _:
            return str(element.get("text") or element.get("url") or element.get("fallback") or "")
