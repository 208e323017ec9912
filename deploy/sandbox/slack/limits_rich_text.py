"""The rich_text block and its elements.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from deploy.sandbox.slack.limits_objects import URL
from deploy.sandbox.slack.limits_rules import Rule, array, boolean, choice, number, record, string, typed

_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_ID = string(pattern=r"[A-Z0-9]+", what="ID")
_BORDER: dict[str, Rule] = {"border": number(0, 1, whole=True)}


def _part(kind: str, required: dict[str, Rule], **optional: Rule) -> dict[str, Rule]:
    return {kind: record({"type": choice(kind), **required}, {"style": _STYLE, **optional})}


_TEXT = _part("text", {"text": string()})
_LINK = _part("link", {"url": URL}, text=string(), unsafe=boolean)
_PARTS = {
    **_TEXT,
    **_LINK,
    **_part("broadcast", {"range": choice("here", "channel", "everyone")}),
    **_part("channel", {"channel_id": _ID}),
    **_part("color", {"value": string()}),
    **_part("date", {"timestamp": number(0, whole=True), "format": string()}, url=URL, fallback=string()),
    **_part("emoji", {"name": string()}, unicode=string(), skin_tone=number(1, 6, whole=True), url=URL),
    **_part("team", {"team_id": _ID}),
    **_part("user", {"user_id": _ID}),
    **_part("usergroup", {"usergroup_id": _ID}),
}


def _holder(kind: str, parts: dict[str, Rule], least: int, **optional: Rule) -> Rule:
    return record({"type": choice(kind), "elements": array(typed(parts), least=least)}, optional)


_SECTION = _holder("rich_text_section", _PARTS, 0)
_LIST = record(
    {
        "type": choice("rich_text_list"),
        "style": choice("bullet", "ordered"),
        "elements": array(typed({"rich_text_section": _SECTION})),
    },
    {"indent": number(0, 8, whole=True), "offset": number(0, whole=True), **_BORDER},
)
_HOLDERS = {
    "rich_text_section": _SECTION,
    "rich_text_list": _LIST,
    "rich_text_preformatted": _holder("rich_text_preformatted", {**_TEXT, **_LINK}, 1, **_BORDER),
    "rich_text_quote": _holder("rich_text_quote", _PARTS, 1, **_BORDER),
}
RICH_TEXT = record(
    {"type": choice("rich_text"), "elements": array(typed(_HOLDERS))}, {"block_id": string(255)}
)
