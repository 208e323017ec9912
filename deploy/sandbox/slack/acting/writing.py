"""What a person types, as Slack passes it on: mentions as ids, &, < and > escaped, and rich text."""

import re

from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.workspace import NoSuch, Workspace

_MENTION = re.compile(r"(<@U\d+>)")
_SPECIAL = re.compile(r"(<@U\d+>|<#C\d+\|[^>]+>|<!subteam\^S\d+>)")
_TYPED = re.compile(r"(?<![\w<])([@#])([\w][\w.-]*\w)")


def typed(workspace: Workspace, text: str, *, mentions: bool = True) -> str:
    """Return the text as Slack stores it: `@name`, `@handle` and `#channel` are mentions where they exist."""
    parts = _MENTION.split(text)
    escaped = "".join(part if _MENTION.fullmatch(part) else _escape(part) for part in parts)
    if not mentions:
        return escaped
    return _TYPED.sub(lambda found: _mention(workspace, found[1], found[2]) or found[0], escaped)


def rich_text(text: str) -> list[Json]:
    """Return the rich text block that Slack makes of a person's message."""
    section = {"type": "rich_text_section", "elements": [_inline(it) for it in _SPECIAL.split(text) if it]}
    return [{"type": "rich_text", "elements": [section]}]


def _inline(part: str) -> Json:
    if not _SPECIAL.fullmatch(part):
        return {"type": "text", "text": _unescape(part)}
    ident = part[2:-1].partition("|")[0]
    match part[1]:
        case "@":
            return {"type": "user", "user_id": ident}
        case "#":
            return {"type": "channel", "channel_id": ident}
        case _:
            return {"type": "usergroup", "usergroup_id": ident.removeprefix("subteam^")}


def _mention(workspace: Workspace, sign: str, name: str) -> str:
    if sign == "#":
        return next((f"<#{it.id}|{name}>" for it in workspace.channels.values() if it.name == name), "")
    for group in workspace.groups.values():
        if group.handle == name:
            return f"<!subteam^{group.id}>"
    try:
        return f"<@{workspace.user(name).id}>"
    except NoSuch:
        return ""


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
