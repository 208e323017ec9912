"""Slack's mrkdwn as markup. Whatever it holds, nothing but the tags written here comes out.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.page.reader import Reader, emoji
from deploy.sandbox.terminal.mrkdwn import DATE, MENTION, TOKEN

_FENCE: Final = re.compile(r"(```.*?```)", re.DOTALL)
_QUOTE: Final = re.compile(r"(?:&gt;|>) ?")
_ADDRESS: Final = re.compile(r"(https?://[^\s<>|]*[^\s<>|.,;:!?)'\"])")
_EMOJI: Final = re.compile(r":([a-z0-9_+-]+):")
_EVERYBODY: Final = re.compile(r"!(?:here|channel|everyone)")
_LATEST: Final = 253_402_214_400
"""Seconds of the epoch that are still a date."""
_TAGS: Final = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}


class Writer:
    """Draws text for a reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def said(self, text: Json) -> Markup:
        """Draw a text object: mrkdwn or plain text."""
        if text.get("type") == "mrkdwn":
            return self.mrkdwn(text["text"], verbatim=bool(text.get("verbatim")))
        return escape(text["text"]) if text.get("emoji") is False else self._with_emoji(text["text"])

    def mrkdwn(self, text: str, *, verbatim: bool = True) -> Markup:
        """Draw mrkdwn; unless `verbatim`, addresses in it are links."""
        return _joined(self._blocks(text, verbatim=verbatim))

    def emoji(self, name: str) -> Markup:
        """Draw an emoji; a name that is none stays between its colons."""
        character = emoji(name)
        if not character:
            return Markup(":{}:").format(name)
        label = name.replace("_", " ")
        tag = Markup('<span class="emoji" role="img" aria-label="{}" title=":{}:">{}</span>')
        return tag.format(label, name, character)

    def mention(self, ident: str) -> Markup:
        """Draw a mention of a user, a user group or a channel (id)."""
        mine = Markup(" mine") if self._reader.is_me(ident) else ""
        return Markup('<span class="mention{}">{}</span>').format(mine, self._reader.mentioned(ident))

    def link(self, url: str, label: Markup | str = "") -> Markup:
        """Draw a link to the web; of any other address only the words."""
        if not url.startswith(("https://", "http://", "mailto:")):
            return escape(label or url)
        tag = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        return tag.format(url, label or url)

    def _blocks(self, text: str, *, verbatim: bool) -> Iterator[Markup]:
        for number, part in enumerate(_FENCE.split(text)):
            if number % 2:
                yield Markup("<pre><code>{}</code></pre>").format(_literal(part[3:-3].strip("\n")))
                continue
            lines = part.strip("\n").split("\n") if part.strip("\n") else []
            for quoted, run in groupby(lines, key=lambda line: bool(_QUOTE.match(line))):
                inside = "\n".join(_QUOTE.sub("", line, count=1) if quoted else line for line in run)
                drawn = self._inline(inside, verbatim=verbatim)
                tag = "<blockquote>{}</blockquote>" if quoted else '<div class="lines">{}</div>'
                yield Markup(tag).format(drawn)  # noqa: S704 - one of two literals

    def _inline(self, text: str, *, verbatim: bool) -> Markup:
        def pieces() -> Iterator[Markup]:
            end = 0
            for token in TOKEN.finditer(text):
                yield self._plain(text[end : token.start()], verbatim=verbatim)
                yield self._token(token, verbatim=verbatim)
                end = token.end()
            yield self._plain(text[end:], verbatim=verbatim)

        return _joined(pieces())

    def _plain(self, text: str, *, verbatim: bool) -> Markup:
        if verbatim:
            return escape(_literal(text))
        parts = _ADDRESS.split(_literal(text))
        return _joined(self.link(part) if number % 2 else escape(part) for number, part in enumerate(parts))

    def _token(self, token: re.Match[str], *, verbatim: bool) -> Markup:
        kind, inside = next((name, found) for name, found in token.groupdict().items() if found is not None)
        match kind:
            case "block" | "code":
                return Markup("<code>{}</code>").format(_literal(inside))
            case "link":
                return self._angled(inside)
            case "emoji":
                return self.emoji(inside)
            case _:
                return _TAGS[kind].format(self._inline(inside, verbatim=verbatim))

    def _angled(self, inside: str) -> Markup:
        """Draw what stands between angle brackets."""
        address, _, label = inside.partition("|")
        if mention := MENTION.fullmatch(address):
            return self.mention(mention["id"])
        if _EVERYBODY.fullmatch(address):
            return Markup('<span class="mention mine">@{}</span>').format(address[1:])
        if date := DATE.match(address):
            return self._date(int(date["epoch"]), date["format"], address[date.end() + 1 :], label)
        if address.startswith("!"):
            return escape(_literal(label or f"<{inside}>"))
        return self.link(_literal(address), self._inline(label, verbatim=True) if label else "")

    def _date(self, epoch: int, form: str, url: str, fallback: str) -> Markup:
        if epoch > _LATEST:
            return escape(_literal(fallback))
        tag = Markup('<time datetime="{}" title="{}">{}</time>')
        shown = tag.format(
            self._reader.stamp(epoch), _literal(fallback), self._reader.date(epoch, _literal(form))
        )
        return self.link(_literal(url), shown) if url else shown

    def _with_emoji(self, text: str) -> Markup:
        parts = _EMOJI.split(text)
        return _joined(self.emoji(part) if number % 2 else escape(part) for number, part in enumerate(parts))


def _literal(text: str) -> str:
    """Undo the escapes that mrkdwn has."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _joined(parts: Iterator[Markup]) -> Markup:
    return Markup("").join(parts)
