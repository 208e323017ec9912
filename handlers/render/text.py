"""Words of a cluster or a person as Slack's mrkdwn, which has no escape but that of `& < >`.

What mrkdwn would format, link or turn into an emoji is set as code: within backticks Slack leaves everything
as it stands. Only the backtick itself has to give way there, to a letter that looks like it.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from checks.presentation.prose import Form, Piece, ago, pieces, plain, web

BACKTICK = "\u02cb"
"""A letter that is read as a backtick and means nothing to Slack."""
BOUNDARY = "\u200b"
"""Of no width; a backtick opens or closes code only beside something that is no letter."""
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
WORD = re.compile(r"[^ ]+")
MEANING = re.compile(r"[*_~`@#]|:[^:]+:|\w\.[^\W\d_]{2}|://")
"""Formatting, a mention, a channel, an emoji, or what Slack links to: a domain or an address."""
EDGES = "()\"',;.!?"
"""Punctuation that may stand beside code."""
ATOM = re.compile(r"```|&(?:amp|lt|gt);|<[^<>\n]*>|.", re.DOTALL)
"""What mrkdwn may not be cut within."""
USER = re.compile(r"[UW][A-Z0-9]+")
GROUP = re.compile(r"S[A-Z0-9]+")
LINK_MOST = 1_000
"""Characters of an address; a longer one is not linked to."""


def escape(text: str) -> str:
    """Return text on one line that Slack shows as it is: nothing in it formats, links or notifies."""
    return WORD.sub(_word, plain(text))


def _word(match: re.Match[str]) -> str:
    word = match[0]
    quotes = word.startswith(">") and match.start() == 0
    if not quotes and not MEANING.search(word):
        return word.translate(ENTITIES)
    core = word.strip(EDGES)
    core = core if core.startswith(":") else core.removesuffix(":")
    before, _, after = word.partition(core)
    return f"{before}{code(core)}{after}"


def code(text: str) -> str:
    """Return text as inline code on one line; empty for nothing but white space."""
    inside = plain(text).strip().replace("`", BACKTICK)
    return f"`{inside.translate(ENTITIES)}`" if inside else ""


def block(text: str) -> str:
    """Return lines of code in a fence, to be copied."""
    lines = [plain(line) for line in text.expandtabs(4).split("\n")]
    inside = "\n".join(lines).replace("```", 3 * BACKTICK)
    return f"```\n{inside.translate(ENTITIES)}\n```"


def bold(text: str) -> str:
    """Return text in bold; empty for nothing but white space."""
    inside = escape(text).strip()
    return f"*{inside}*" if inside else ""


def prose(text: str) -> str:
    """Return a message, a fix or a reason; its blocks stand on lines of their own.

    Its grammar is that of `checks.presentation.prose`.
    """
    return _joined(pieces(text)).strip()


def flat(text: str, most: int) -> str:
    """Return prose on one line of at most so many characters, an ellipsis for each block."""
    inline = (Piece(Form.PROSE, "…") if piece.form is Form.BLOCK else piece for piece in pieces(text))
    return cut(_joined(inline).strip(), most)


def _joined(parts: Iterable[Piece]) -> str:
    said = ""
    for part in parts:
        added = _piece(part)
        if added.startswith("\n"):
            said = said.rstrip(" ")
        elif said.endswith("\n"):
            added = added.lstrip(" ")
        said += (BOUNDARY if _blurred(said[-1:], added[:1]) else "") + added
    return said


def _piece(piece: Piece) -> str:
    match piece.form:
        case Form.PROSE:
            return escape(piece.text)
        case Form.CODE:
            return code(piece.text)
        case Form.BLOCK:
            return f"\n{block(piece.text)}\n"


def _blurred(left: str, right: str) -> bool:
    """Whether Slack would not see that code ends or begins between two characters."""
    return left + right == "``" or (left == "`" and right.isalnum()) or (left.isalnum() and right == "`")


def shorten(text: str, most: int) -> str:
    """Return text on one line of at most so many characters, the last an ellipsis where it was longer.

    For text before it is escaped; `cut` is for mrkdwn.
    """
    line = plain(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def weight(text: str) -> int:
    """Bytes of text within JSON, as it travels: in ASCII."""
    return len(json.dumps(text)) - 2


def cut(mrkdwn: str, most: int, cost: Callable[[str], int] = len) -> str:
    """Return mrkdwn that costs at most so much: characters, or bytes with `weight`.

    No escape or mention is cut in two, and no code is left open.
    """
    if cost(mrkdwn) <= most:
        return mrkdwn
    return "".join(_cut(mrkdwn, most - cost("\n…```"), cost))


def _cut(mrkdwn: str, room: int, cost: Callable[[str], int]) -> Iterator[str]:
    opened = ""
    for atom in ATOM.findall(mrkdwn):
        room -= cost(atom)
        if room < 0:
            break
        if atom in ("```", "`") and opened in ("", atom):
            opened = "" if opened else atom
        yield atom
    yield f"\n…{opened}" if opened == "```" else f"…{opened}"


def when(moment: datetime) -> str:
    """Return a moment in the reader's own time zone."""
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{_utc(moment)}>"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def age(moment: datetime) -> str:
    """Return how long ago a moment was whenever it is read: for what stays before somebody."""
    return f"<!date^{int(moment.timestamp())}^{{ago}}|{_utc(moment)}>"


def aged(moment: datetime, now: datetime) -> str:
    """Return a moment with its age: the age is of the time of writing, the moment stays true."""
    return f"{ago(moment, now)} ({when(moment)})"


def user(user_id: str) -> str:
    """Return a mention of a Slack user; what is no user's id as text."""
    return f"<@{user_id}>" if USER.fullmatch(user_id) else escape(user_id)


def mention(slack_id: str) -> str:
    """Return a mention of a user or a user group, which notifies; empty for what is no id of either."""
    if GROUP.fullmatch(slack_id):
        return f"<!subteam^{slack_id}>"
    return user(slack_id) if USER.fullmatch(slack_id) else ""


def link(url: str, label: str) -> str:
    """Return a link to a web page; the label alone where the address is none.

    The label is ours: Slack formats labels as well.
    """
    address = web(url)
    words = plain(label).translate(ENTITIES)
    if not address or len(address) > LINK_MOST:
        return words
    for char in ' |<>"`':
        address = address.replace(char, f"%{ord(char):02X}")
    return f"<{address.replace('&', '&amp;')}|{words}>"
