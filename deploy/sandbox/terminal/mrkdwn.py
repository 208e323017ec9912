"""Slack's mrkdwn as a terminal shows it.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from rich.emoji import Emoji
from rich.style import Style
from rich.text import Text

Named = Callable[[str], str]
"""What people see for an id of a user, a user group or a channel."""

TOKEN: Final = re.compile(
    r"```\n?(?P<block>.*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<link>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+-]+):"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)",
    re.DOTALL,
)
MENTION: Final = re.compile(r"(?:@|#|!subteam\^)(?P<id>\w+)")
DATE: Final = re.compile(r"!date\^(?P<epoch>\d+)\^(?P<format>[^|^]*)")
CODE: Final = Style(color="cyan")
STYLES: Final[Mapping[str, Style]] = {
    "bold": Style(bold=True),
    "italic": Style(italic=True),
    "strike": Style(strike=True),
}
NEWER: Final = {"large_orange_circle": "🟠", "large_yellow_circle": "🟡"}
"""Emoji whose names rich does not know."""


def styled(mrkdwn: str, named: Named) -> Text:
    """Return mrkdwn as styled text."""
    shown, end = Text(), 0
    for token in TOKEN.finditer(mrkdwn):
        shown.append(html.unescape(mrkdwn[end : token.start()]))
        shown.append_text(_token(token, named))
        end = token.end()
    return shown.append(html.unescape(mrkdwn[end:]))


def _token(token: re.Match[str], named: Named) -> Text:
    kind, inside = next((name, found) for name, found in token.groupdict().items() if found is not None)
    match kind:
        case "block" | "code":
            return Text(html.unescape(inside), CODE)
        case "link":
            return _link(inside, named)
        case "emoji":
            return Text(NEWER.get(inside) or Emoji.replace(token[0]))
        case _:
            within = styled(inside, named)
            within.stylize_before(STYLES[kind])
            return within


def _link(inside: str, named: Named) -> Text:
    address, _, label = inside.partition("|")
    if mention := MENTION.fullmatch(address):
        return Text(named(mention["id"]), STYLES["bold"])
    if date := DATE.match(address):
        return Text(_date(datetime.fromtimestamp(int(date["epoch"])).astimezone(), date["format"]))
    return Text(html.unescape(label or address), Style(underline=True))


def _date(moment: datetime, form: str) -> str:
    """Fill in the parts of a date that our messages use, in the reader's time zone."""
    today = moment.date() == datetime.now(moment.tzinfo).date()
    day = "today" if today else f"{moment:%b} {moment.day}"
    return form.replace("{date_short_pretty}", day).replace("{time}", f"{moment:%H:%M}")
